internal import Crypto
internal import FoundationEssentials
package import SecretMemory

/// ML-KEM (FIPS 203), by swift-crypto. Private keys are their seeds, d ‖ z; the library's own form of
/// them lives for one call.
package enum MLKEM: CaseIterable, Sendable {
    case mlKEM768
    case mlKEM1024

    package static let seedByteCount = 64
    package static let sharedSecretByteCount = 32

    package var encapsulationByteCount: Int {
        switch self {
        case .mlKEM768: 1088
        case .mlKEM1024: 1568
        }
    }

    var encoding: KeyEncoding {
        switch self {
        case .mlKEM768: KeyEncoding(arc: [4, 2], publicKeyByteCount: 1184, seedByteCount: 64)
        case .mlKEM1024: KeyEncoding(arc: [4, 3], publicKeyByteCount: 1568, seedByteCount: 64)
        }
    }

    /// A fresh shared secret, and how its recipient is told.
    package struct Encapsulation: ~Copyable, Sendable {
        package let sharedSecret: SecretBytes
        package let encapsulation: [UInt8]
    }

    /// X.509's SubjectPublicKeyInfo, DER, of the key of this seed.
    package func publicKeyInfo(
        seed: borrowing SecretBytes
    ) throws(PostQuantumError) -> [UInt8] {
        let publicKey = unsafe try withSeed(seed) { seed in
            switch self {
            case .mlKEM768:
                unsafe try Array(
                    MLKEM768.PrivateKey(seedRepresentation: seed, publicKey: nil).publicKey
                        .rawRepresentation)
            case .mlKEM1024:
                unsafe try Array(
                    MLKEM1024.PrivateKey(seedRepresentation: seed, publicKey: nil).publicKey
                        .rawRepresentation)
            }
        }
        return encoding.publicKeyInfo(publicKey)
    }

    package func encapsulate(
        publicKeyInfo: [UInt8]
    ) throws(PostQuantumError) -> Encapsulation {
        let publicKey = try encoding.publicKey(info: publicKeyInfo)
        let made: KEM.EncapsulationResult
        do {
            made =
                switch self {
                case .mlKEM768: try MLKEM768.PublicKey(rawRepresentation: publicKey).encapsulate()
                case .mlKEM1024: try MLKEM1024.PublicKey(rawRepresentation: publicKey).encapsulate()
                }
        } catch { throw .notAKey }
        return Encapsulation(
            sharedSecret: Self.secret(made.sharedSecret), encapsulation: Array(made.encapsulated))
    }

    /// What is not for this key gives another secret, as ML-KEM rejects implicitly.
    package func decapsulate(
        _ encapsulation: [UInt8], seed: borrowing SecretBytes
    ) throws(PostQuantumError) -> SecretBytes {
        guard encapsulation.count == encapsulationByteCount else { throw .notAnEncapsulation }
        let secret = unsafe try withSeed(seed) { seed in
            switch self {
            case .mlKEM768:
                unsafe try MLKEM768.PrivateKey(seedRepresentation: seed, publicKey: nil)
                    .decapsulate(encapsulation)
            case .mlKEM1024:
                unsafe try MLKEM1024.PrivateKey(seedRepresentation: seed, publicKey: nil)
                    .decapsulate(encapsulation)
            }
        }
        return Self.secret(secret)
    }

    /// PKCS#8's PrivateKeyInfo, DER.
    package func pkcs8(seed: borrowing SecretBytes) -> SecretBytes {
        encoding.privateKeyInfo(seed: seed)
    }

    private static func secret(_ key: SymmetricKey) -> SecretBytes {
        SecretBytes(byteCount: key.bitCount / 8) { output in
            unsafe key.withUnsafeBytes { source in
                unsafe output.withUnsafeMutableBytes { unsafe $0.copyMemory(from: source) }
            }
        }
    }

    private func withSeed<R>(
        _ seed: borrowing SecretBytes, _ body: (UnsafeRawBufferPointer) throws -> R
    ) throws(PostQuantumError) -> R {
        precondition(seed.byteCount == Self.seedByteCount, "ML-KEM: the seed's length")
        do {
            return try seed.withBytes { bytes in
                unsafe try bytes.withUnsafeBytes { unsafe try body($0) }
            }
        } catch { throw .libraryFailure(operation: "ML-KEM") }
    }
}
