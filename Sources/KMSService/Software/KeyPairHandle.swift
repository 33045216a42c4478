internal import KMSDomain
internal import OpenSSLCrypto
internal import SecretMemory

/// A key pair of RSA or of an elliptic curve.
final class KeyPairHandle: KeyHandle {
    private let privateKey: PrivateKey
    private let publicHalf: PublicKey
    private let publicKeyInfo: [UInt8]

    init(_ kind: KeyKind, pkcs8: borrowing SecretBytes) throws(KeyBackendError) {
        do throws(CryptoError) {
            let key = try pkcs8.withBytes { bytes throws(CryptoError) in
                try PrivateKey(pkcs8: bytes)
            }
            guard key.kind == kind else { throw CryptoError.notAKey }
            publicKeyInfo = try key.publicKeyInfo()
            publicHalf = try PublicKey(info: publicKeyInfo)
            privateKey = key
        } catch .notAKey {
            throw .materialNotAuthentic
        } catch { throw .cryptographyFailed }
    }

    func publicKey() throws(KeyBackendError) -> [UInt8] { publicKeyInfo }

    func sign(
        _ message: RawSpan, _ form: Key.MessageForm, by algorithm: Key.SigningAlgorithm
    ) throws(KeyBackendError) -> [UInt8] {
        let scheme = try scheme(algorithm)
        let digest = try digest(message, form, scheme)
        do throws(CryptoError) {
            guard let digest else { return try privateKey.signature(of: message, scheme) }
            return try privateKey.signature(ofDigest: digest, scheme)
        } catch { throw .cryptographyFailed }
    }

    func verify(
        _ signature: [UInt8], of message: RawSpan, _ form: Key.MessageForm,
        by algorithm: Key.SigningAlgorithm
    ) throws(KeyBackendError) -> Bool {
        let scheme = try scheme(algorithm)
        let digest = try digest(message, form, scheme)
        do throws(CryptoError) {
            guard let digest else { return try publicHalf.isValid(signature, of: message, scheme) }
            return try publicHalf.isValid(signature, ofDigest: digest, scheme)
        } catch { throw .cryptographyFailed }
    }

    func encrypt(
        _ plaintext: RawSpan, by algorithm: Key.EncryptionAlgorithm
    ) throws(KeyBackendError) -> [UInt8] {
        let scheme = try scheme(algorithm)
        do throws(CryptoError) {
            return try publicHalf.encrypt(plaintext, scheme)
        } catch { throw .cryptographyFailed }
    }

    func decrypt(
        _ ciphertext: [UInt8], by algorithm: Key.EncryptionAlgorithm
    ) throws(KeyBackendError) -> SecretBytes {
        let scheme = try scheme(algorithm)
        do throws(CryptoError) {
            return try privateKey.decrypt(ciphertext, scheme)
        } catch .notAuthentic {
            throw .notAuthentic
        } catch { throw .cryptographyFailed }
    }

    func sharedSecret(with publicKey: [UInt8]) throws(KeyBackendError) -> SecretBytes {
        do throws(CryptoError) {
            return try privateKey.sharedSecret(with: PublicKey(info: publicKey))
        } catch .notAKey {
            throw .notAPublicKey
        } catch { throw .cryptographyFailed }
    }

    /// The digest that was given, checked for its length; nothing for a message.
    private func digest(
        _ message: RawSpan, _ form: Key.MessageForm, _ scheme: SignatureScheme
    ) throws(KeyBackendError) -> [UInt8]? {
        guard form == .digest else { return nil }
        guard message.byteCount == scheme.digest?.byteCount else { throw .unsupported }
        return (0..<message.byteCount).map {
            unsafe message.unsafeLoad(fromByteOffset: $0, as: UInt8.self)
        }
    }

    private func scheme(
        _ algorithm: Key.SigningAlgorithm
    ) throws(KeyBackendError) -> SignatureScheme {
        let scheme: SignatureScheme =
            switch algorithm {
            case .rsaPSSSHA256: .rsaPSS(.sha256)
            case .rsaPSSSHA384: .rsaPSS(.sha384)
            case .rsaPSSSHA512: .rsaPSS(.sha512)
            case .rsaPKCS1SHA256: .rsaPKCS1(.sha256)
            case .rsaPKCS1SHA384: .rsaPKCS1(.sha384)
            case .rsaPKCS1SHA512: .rsaPKCS1(.sha512)
            case .ecdsaSHA256: .ecdsa(.sha256)
            case .ecdsaSHA384: .ecdsa(.sha384)
            case .ecdsaSHA512: .ecdsa(.sha512)
            case .sm2: .sm2
            case .ed25519: .ed25519
            case .mlDSA: throw KeyBackendError.unsupported
            }
        guard scheme.fits(privateKey.kind) else { throw .unsupported }
        return scheme
    }

    private func scheme(
        _ algorithm: Key.EncryptionAlgorithm
    ) throws(KeyBackendError) -> EncryptionScheme {
        let scheme: EncryptionScheme =
            switch algorithm {
            case .rsaOAEPSHA1: .rsaOAEP(.sha1)
            case .rsaOAEPSHA256: .rsaOAEP(.sha256)
            case .sm2: .sm2
            }
        guard scheme.fits(privateKey.kind) else { throw .unsupported }
        return scheme
    }
}
