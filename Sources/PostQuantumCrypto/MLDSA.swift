internal import Crypto
internal import FoundationEssentials
package import SecretMemory

/// ML-DSA (FIPS 204), pure and without a context, by swift-crypto.
///
/// Private keys are their seeds; the library's own form of them lives for one call.
package enum MLDSA: CaseIterable, Sendable {
    case mlDSA65
    case mlDSA87

    package static let seedByteCount = 32

    package var signatureByteCount: Int {
        switch self {
        case .mlDSA65: 3309
        case .mlDSA87: 4627
        }
    }

    var encoding: KeyEncoding {
        switch self {
        case .mlDSA65: KeyEncoding(arc: [3, 0x12], publicKeyByteCount: 1952, seedByteCount: 32)
        case .mlDSA87: KeyEncoding(arc: [3, 0x13], publicKeyByteCount: 2592, seedByteCount: 32)
        }
    }

    /// X.509's SubjectPublicKeyInfo, DER, of the key of this seed.
    package func publicKeyInfo(
        seed: borrowing SecretBytes
    ) throws(PostQuantumError) -> [UInt8] {
        let publicKey = unsafe try withSeed(seed) { seed in
            switch self {
            case .mlDSA65:
                unsafe try Array(
                    MLDSA65.PrivateKey(seedRepresentation: seed, publicKey: nil).publicKey
                        .rawRepresentation)
            case .mlDSA87:
                unsafe try Array(
                    MLDSA87.PrivateKey(seedRepresentation: seed, publicKey: nil).publicKey
                        .rawRepresentation)
            }
        }
        return encoding.publicKeyInfo(publicKey)
    }

    package func signature(
        of message: RawSpan, seed: borrowing SecretBytes
    ) throws(PostQuantumError) -> [UInt8] {
        unsafe try withSeed(seed) { seed in
            try unsafe message.withUnsafeBytes { message in
                switch self {
                case .mlDSA65:
                    unsafe try Array(
                        MLDSA65.PrivateKey(seedRepresentation: seed, publicKey: nil)
                            .signature(for: message))
                case .mlDSA87:
                    unsafe try Array(
                        MLDSA87.PrivateKey(seedRepresentation: seed, publicKey: nil)
                            .signature(for: message))
                }
            }
        }
    }

    package func isValid(
        _ signature: [UInt8], of message: RawSpan, publicKeyInfo: [UInt8]
    ) throws(PostQuantumError) -> Bool {
        let publicKey = try encoding.publicKey(info: publicKeyInfo)
        do {
            return try unsafe message.withUnsafeBytes { message in
                switch self {
                case .mlDSA65:
                    unsafe try MLDSA65.PublicKey(rawRepresentation: publicKey)
                        .isValidSignature(signature, for: message)
                case .mlDSA87:
                    unsafe try MLDSA87.PublicKey(rawRepresentation: publicKey)
                        .isValidSignature(signature, for: message)
                }
            }
        } catch { throw .notAKey }
    }

    /// PKCS#8's PrivateKeyInfo, DER.
    package func pkcs8(seed: borrowing SecretBytes) -> SecretBytes {
        encoding.privateKeyInfo(seed: seed)
    }

    /// - Throws: ``PostQuantumError/notAKey`` also for a key that is not in the form of its seed.
    package func seed(pkcs8: RawSpan) throws(PostQuantumError) -> SecretBytes {
        try encoding.seed(privateKeyInfo: pkcs8)
    }

    private func withSeed<R>(
        _ seed: borrowing SecretBytes, _ body: (UnsafeRawBufferPointer) throws -> R
    ) throws(PostQuantumError) -> R {
        precondition(seed.byteCount == Self.seedByteCount, "ML-DSA: the seed's length")
        do {
            return try seed.withBytes { bytes in
                unsafe try bytes.withUnsafeBytes { unsafe try body($0) }
            }
        } catch { throw .libraryFailure(operation: "ML-DSA") }
    }
}
