internal import Crypto
internal import FoundationEssentials
internal import OpenSSLCrypto
internal import SecretMemory

/// The key encapsulation MLKEM768-X25519, also known as X-Wing: HPKE's KEM 0x647A. It stands as long
/// as one of the two does, so what is recorded today is safe from a quantum computer of later.
///
/// swift-crypto wipes shared secrets, but not private keys, in the heap or on the stack: those live
/// for one call here, and are overwritten at its end. Scripts/memory-scan looks for them.
enum HybridKEM {
    static let seedByteCount = 32
    static let publicKeyByteCount = 1216
    static let encapsulationByteCount = 1120

    /// A fresh shared secret and how its recipient is told.
    struct Encapsulation: ~Copyable {
        let sharedSecret: SecretBytes
        let encapsulation: [UInt8]
    }

    // Both libraries have a CryptoError.
    static func publicKey(
        seed: borrowing SecretBytes
    ) throws(OpenSSLCrypto.CryptoError) -> [UInt8] {
        try calling("X-Wing key") {
            let key = try privateKey(seed)
            defer { wipe(key) }
            return Array(key.publicKey.rawRepresentation)
        }
    }

    /// - Throws: ``CryptoError/libraryFailure(operation:code:)`` also if `publicKey` is none.
    static func encapsulate(
        publicKey: [UInt8]
    ) throws(OpenSSLCrypto.CryptoError) -> Encapsulation {
        try calling("X-Wing encapsulation") {
            let made = try XWingMLKEM768X25519.PublicKey(rawRepresentation: publicKey)
                .encapsulate()
            return Encapsulation(
                sharedSecret: secret(made.sharedSecret), encapsulation: Array(made.encapsulated))
        }
    }

    /// For a wrong seed another secret comes out, as ML-KEM rejects implicitly.
    ///
    /// - Throws: ``CryptoError/notAuthentic`` for an encapsulation that no public key gives.
    static func decapsulate(
        _ encapsulation: [UInt8], seed: borrowing SecretBytes
    ) throws(OpenSSLCrypto.CryptoError) -> SecretBytes {
        guard encapsulation.count == encapsulationByteCount else { throw .notAuthentic }
        let key = try calling("X-Wing key") { try privateKey(seed) }
        defer { wipe(key) }
        do {
            return secret(try key.decapsulate(Data(encapsulation)))
        } catch { throw .notAuthentic }
    }

    private static func privateKey(
        _ seed: borrowing SecretBytes
    ) throws -> XWingMLKEM768X25519.PrivateKey {
        try seed.withBytes { bytes in
            unsafe try bytes.withUnsafeBytes {
                unsafe try XWingMLKEM768X25519.PrivateKey(seedRepresentation: $0, publicKey: nil)
            }
        }
    }

    /// All that the key is, is one object with the seed and what comes of it in plain bytes.
    private static func wipe(_ key: XWingMLKEM768X25519.PrivateKey) {
        precondition(
            MemoryLayout.size(ofValue: key) == MemoryLayout<AnyObject>.size,
            "recovery: swift-crypto's private key has another form")
        ForeignSecret.wipe(unsafe unsafeBitCast(key, to: AnyObject.self))
        ForeignSecret.wipeStack()
    }

    private static func secret(_ key: SymmetricKey) -> SecretBytes {
        SecretBytes(byteCount: key.bitCount / 8) { output in
            unsafe key.withUnsafeBytes { source in
                unsafe output.withUnsafeMutableBytes { unsafe $0.copyMemory(from: source) }
            }
        }
    }

    private static func calling<R: ~Copyable>(
        _ operation: String, _ call: () throws -> R
    ) throws(OpenSSLCrypto.CryptoError) -> R {
        do {
            return try call()
        } catch { throw .libraryFailure(operation: operation, code: 0) }
    }
}
