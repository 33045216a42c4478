package import KMSDomain
internal import OpenSSLCrypto
package import SecretMemory

/// Signs records and heads: HKDF-Expand(root, "coffer/v1 audit" ‖ 00, 32).
///
/// Whoever can use the root of trust can sign; nobody else can make or change a record.
package final class AuditKey: Sendable {
    package static let info = Array("coffer/v1 audit".utf8) + [0]

    private let bytes: SecretBytes

    package init(root: any RootOfTrust) throws(RootOfTrustError) {
        bytes = try root.derive(info: Self.info)
    }

    /// What a root derived from ``info``, be it an earlier one.
    package init(_ bytes: consuming SecretBytes) { self.bytes = bytes }

    /// Lends the key itself: to be kept for a root that does not derive it.
    package func withDangerousKeyBytes<R: ~Copyable, E: Error>(
        _ body: (RawSpan) throws(E) -> R
    ) throws(E) -> R {
        try bytes.withBytes(body)
    }

    func code(of message: [UInt8]) throws(AuditError) -> [UInt8] {
        do throws(CryptoError) {
            return try bytes.withBytes { key throws(CryptoError) in
                try HMACSHA256.code(key: key, message: message)
            }
        } catch {
            throw .cryptographyFailed
        }
    }
}
