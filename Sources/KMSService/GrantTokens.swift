package import KMSDomain
internal import OpenSSLCrypto
internal import SecretMemory

/// Grant tokens: a grant's name that nobody else can make.
///
///     token = base64(01 ‖ key id (16) ‖ grant id (32) ‖ mac (32))
///     mac   = HKDF-Expand(root, "coffer/v1 grant token" ‖ 00 ‖ 01 ‖ key id ‖ grant id, 32)
///
/// A grant counts from the moment that CreateGrant answers, so a token adds no permission here; it
/// names the grant to RetireGrant, and requests that bring a false one are refused.
package struct GrantTokens: Sendable {
    private static let label = Array("coffer/v1 grant token".utf8) + [0]
    private static let version: UInt8 = 1

    private let root: any RootOfTrust

    package init(root: any RootOfTrust) { self.root = root }

    package func token(_ grant: GrantID, of key: KeyID) throws(KeyBackendError) -> String {
        let body = [Self.version] + key.bytes + grant.bytes
        return PublicBase64.encode(body + (try mac(body)))
    }

    /// Nothing unless the token was made under this root. The grant may be gone.
    package func open(
        _ token: String
    ) throws(KeyBackendError) -> (key: KeyID, grant: GrantID)? {
        let bodyByteCount = 1 + KeyID.byteCount + GrantID.byteCount
        guard token.utf8.count <= 256, let bytes = PublicBase64.decode(token),
            bytes.count == bodyByteCount + HMACSHA256.byteCount, bytes[0] == Self.version,
            let key = KeyID(bytes: bytes[1..<(1 + KeyID.byteCount)]),
            let grant = GrantID(bytes: bytes[(1 + KeyID.byteCount)..<bodyByteCount])
        else { return nil }
        let expected = try mac(Array(bytes[..<bodyByteCount]))
        guard ConstantTime.equal(expected, Array(bytes[bodyByteCount...])) else { return nil }
        return (key, grant)
    }

    private func mac(_ body: [UInt8]) throws(KeyBackendError) -> [UInt8] {
        do throws(RootOfTrustError) {
            return try root.derive(info: Self.label + body).withBytes { bytes in
                (0..<bytes.byteCount).map {
                    unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self)
                }
            }
        } catch {
            throw .rootOfTrust(error)
        }
    }
}
