internal import OpenSSLCrypto
package import SecretMemory

/// The secret half of a recovery key: 32 bytes from which both private keys come, small enough for a
/// sheet of paper.
///
///     AGE-SECRET-KEY-PQ-1…      Bech32, as `age-keygen -pq` writes it
package final class RecoveryIdentity: Sendable {
    package static let prefix = "AGE-SECRET-KEY-PQ-"
    /// Every kind of age's secret keys.
    package static let secretMark = "AGE-SECRET-KEY-"

    private let seed: SecretBytes
    package let recipient: RecoveryRecipient

    /// - Throws: ``RecoveryTextError/otherLength`` unless there are 32 bytes.
    package init(seed: consuming SecretBytes) throws(RecoveryTextError) {
        guard seed.byteCount == HybridKEM.seedByteCount else { throw .otherLength }
        do throws(CryptoError) {
            recipient = try RecoveryRecipient(publicKey: try HybridKEM.publicKey(seed: seed))
        } catch { throw .noPublicKey }
        self.seed = seed
    }

    /// A new one.
    package static func make() throws(RecoveryTextError) -> RecoveryIdentity {
        try RecoveryIdentity(seed: SecretBytes(randomByteCount: HybridKEM.seedByteCount))
    }

    /// Upper or lower case, without anything around it.
    package convenience init(text: RawSpan) throws(RecoveryTextError) {
        try self.init(seed: try Bech32.decode(text, prefix: Self.prefix))
    }

    package var text: SecretBytes {
        seed.withBytes { Bech32.encode($0, prefix: Self.prefix) }
    }

    func decapsulate(_ encapsulation: [UInt8]) throws(CryptoError) -> SecretBytes {
        try HybridKEM.decapsulate(encapsulation, seed: seed)
    }
}
