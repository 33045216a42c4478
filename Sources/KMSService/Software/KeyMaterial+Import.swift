internal import KMSDomain
internal import OpenSSLCrypto
internal import PostQuantumCrypto
internal import SecretMemory

extension KeyMaterial {
    /// Material of this kind from what its owner sent: raw bytes of a symmetric or HMAC key, PKCS#8 of
    /// a pair. One key has one form here, however it was encoded.
    ///
    /// Nothing if it is none of the spec, or its halves do not belong together.
    func imported(
        _ material: borrowing SecretBytes
    ) throws(KeyBackendError) -> SecretBytes? {
        switch self {
        case .secret: return material.byteCount == 32 ? material.duplicate() : nil
        case .hmac(let digest):
            return material.byteCount == digest.byteCount ? material.duplicate() : nil
        case .pair(let kind): return try Self.pair(kind, material)
        case .mlDSA(let set):
            return try Self.seed { () throws(PostQuantumError) in
                try material.withBytes { bytes throws(PostQuantumError) in
                    try set.seed(pkcs8: bytes)
                }
            }
        case .mlKEM(let set):
            return try Self.seed { () throws(PostQuantumError) in
                try material.withBytes { bytes throws(PostQuantumError) in
                    try set.seed(pkcs8: bytes)
                }
            }
        }
    }

    private static func pair(
        _ kind: KeyKind, _ material: borrowing SecretBytes
    ) throws(KeyBackendError) -> SecretBytes? {
        do throws(CryptoError) {
            let key = try material.withBytes { bytes throws(CryptoError) in
                try PrivateKey(pkcs8: bytes)
            }
            guard key.kind == kind, try key.isSound() else { return nil }
            return try key.pkcs8()
        } catch .notAKey {
            return nil
        } catch { throw .cryptographyFailed }
    }

    private static func seed(
        _ read: () throws(PostQuantumError) -> SecretBytes
    ) throws(KeyBackendError) -> SecretBytes? {
        do throws(PostQuantumError) {
            return try read()
        } catch .notAKey {
            return nil
        } catch { throw .cryptographyFailed }
    }
}
