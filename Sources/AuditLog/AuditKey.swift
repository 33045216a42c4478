package import KMSDomain
internal import OpenSSLCrypto
internal import SecretMemory

/// Signs records and heads: HKDF-Expand(root, "coffer/v1 audit" ‖ 00, 32).
///
/// Whoever can use the root of trust can sign; nobody else can make or change a record.
package final class AuditKey: Sendable {
    private static let info = Array("coffer/v1 audit".utf8) + [0]

    private let bytes: SecretBytes

    package init(root: any RootOfTrust) throws(RootOfTrustError) {
        bytes = try root.derive(info: Self.info)
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
