package import SecretMemory

/// Opened material. Forgotten, and wiped, with its last reference.
///
/// What the material is not made for throws ``KeyBackendError/unsupported``; that is what each verb
/// does unless a handle does better.
package protocol KeyHandle: AnyObject, Sendable {
    /// The key of one message: HKDF-Expand(material, info, 32).
    func deriveKey(info: [UInt8]) throws(KeyBackendError) -> SecretBytes

    /// X.509's SubjectPublicKeyInfo, DER.
    func publicKey() throws(KeyBackendError) -> [UInt8]

    /// ECDSA's and SM2's signatures are DER.
    func sign(
        _ message: RawSpan, _ form: Key.MessageForm, by algorithm: Key.SigningAlgorithm
    ) throws(KeyBackendError) -> [UInt8]

    /// Whatever is wrong with a signature, it is not this key's.
    func verify(
        _ signature: [UInt8], of message: RawSpan, _ form: Key.MessageForm,
        by algorithm: Key.SigningAlgorithm
    ) throws(KeyBackendError) -> Bool

    func encrypt(
        _ plaintext: RawSpan, by algorithm: Key.EncryptionAlgorithm
    ) throws(KeyBackendError) -> [UInt8]

    func decrypt(
        _ ciphertext: [UInt8], by algorithm: Key.EncryptionAlgorithm
    ) throws(KeyBackendError) -> SecretBytes

    /// ECDH with the public key of somebody else, in its SubjectPublicKeyInfo.
    func sharedSecret(with publicKey: [UInt8]) throws(KeyBackendError) -> SecretBytes

    /// The HMAC of the algorithm that the key is for.
    func code(of message: RawSpan) throws(KeyBackendError) -> [UInt8]

    /// A new shared secret, and its encapsulation to this key.
    func encapsulate() throws(KeyBackendError) -> KeyEncapsulation

    func decapsulate(_ encapsulation: [UInt8]) throws(KeyBackendError) -> SecretBytes
}

package struct KeyEncapsulation: ~Copyable, Sendable {
    package let sharedSecret: SecretBytes
    package let encapsulation: [UInt8]

    package init(sharedSecret: consuming SecretBytes, encapsulation: [UInt8]) {
        self.sharedSecret = sharedSecret
        self.encapsulation = encapsulation
    }
}

extension KeyHandle {
    package func deriveKey(info: [UInt8]) throws(KeyBackendError) -> SecretBytes {
        throw .unsupported
    }

    package func publicKey() throws(KeyBackendError) -> [UInt8] { throw .unsupported }

    package func sign(
        _ message: RawSpan, _ form: Key.MessageForm, by algorithm: Key.SigningAlgorithm
    ) throws(KeyBackendError) -> [UInt8] {
        throw .unsupported
    }

    package func verify(
        _ signature: [UInt8], of message: RawSpan, _ form: Key.MessageForm,
        by algorithm: Key.SigningAlgorithm
    ) throws(KeyBackendError) -> Bool {
        throw .unsupported
    }

    package func encrypt(
        _ plaintext: RawSpan, by algorithm: Key.EncryptionAlgorithm
    ) throws(KeyBackendError) -> [UInt8] {
        throw .unsupported
    }

    package func decrypt(
        _ ciphertext: [UInt8], by algorithm: Key.EncryptionAlgorithm
    ) throws(KeyBackendError) -> SecretBytes {
        throw .unsupported
    }

    package func sharedSecret(with publicKey: [UInt8]) throws(KeyBackendError) -> SecretBytes {
        throw .unsupported
    }

    package func code(of message: RawSpan) throws(KeyBackendError) -> [UInt8] {
        throw .unsupported
    }

    package func encapsulate() throws(KeyBackendError) -> KeyEncapsulation { throw .unsupported }

    package func decapsulate(_ encapsulation: [UInt8]) throws(KeyBackendError) -> SecretBytes {
        throw .unsupported
    }
}
