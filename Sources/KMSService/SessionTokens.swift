package import KMSDomain
package import SecretMemory

/// Session tokens, version 1 (Formats/session-token-v1.md): what a session may be is in the token
/// itself, sealed, so that no row is written and any server with the root can read it.
///
///      0   4   magic "COFT"
///      4   1   version = 1
///      5   3   zero
///      8  32   salt, fresh for each token
///     40   …   AES-256-GCM(K, nonce 0, AAD = bytes 0 to 39, session) ‖ tag
///
///     K      = HKDF-Expand(root, "coffer/v1 session" ‖ 00 ‖ salt, 32)
///     secret = the first 20 bytes of HKDF-Expand(root, "coffer/v1 session secret" ‖ 00 ‖ salt, 32)
///              in hexadecimal
package struct SessionTokens: Sendable {
    private static let prefix: [UInt8] = Array("COFT".utf8) + [1, 0, 0, 0]
    /// A token with the longest policy is a third of it.
    private static let maximumCharacterCount = 16_384

    private let sealing: RowSealing
    private let secrets: RowSealing

    package init(root: any RootOfTrust) {
        sealing = RowSealing(root: root, label: "coffer/v1 session")
        secrets = RowSealing(root: root, label: "coffer/v1 session secret")
    }

    /// The token of a session, and the secret that its requests are signed with.
    package func make(
        _ session: RoleSession
    ) throws(KeyBackendError) -> SessionCredential {
        let salt = SystemRandom.bytes(count: RowSealing.saltByteCount)
        let sealed = unsafe try sealing.seal(
            session.encoded.span.bytes, associatedData: Self.prefix + salt, salt: salt)
        return SessionCredential(
            session: session, token: PublicBase64.encode(Self.prefix + sealed),
            secret: try secret(salt: salt))
    }

    /// Nothing unless it is a token that was made under this root. Whether it has run out is for the
    /// caller to see.
    package func open(
        _ token: String
    ) throws(KeyBackendError) -> SessionCredential? {
        guard token.utf8.count <= Self.maximumCharacterCount,
            let bytes = PublicBase64.decode(token), bytes.starts(with: Self.prefix),
            bytes.count >= Self.prefix.count + RowSealing.saltByteCount
        else { return nil }
        let sealed = Array(bytes.dropFirst(Self.prefix.count))
        let salt = Array(sealed.prefix(RowSealing.saltByteCount))
        guard let content = try sealing.open(sealed, associatedData: Self.prefix + salt) else {
            return nil
        }
        // What it says is no secret; that it was said here is what the seal shows.
        let encoded = content.withBytes { content in
            (0..<content.byteCount).map {
                unsafe content.unsafeLoad(fromByteOffset: $0, as: UInt8.self)
            }
        }
        guard let session = RoleSession(encoded: encoded) else { return nil }
        return SessionCredential(
            session: session, token: token, secret: try secret(salt: salt))
    }

    private func secret(salt: [UInt8]) throws(KeyBackendError) -> SecretBytes {
        CredentialText.secret(from: try secrets.key(salt: salt))
    }
}

/// A session with what proves it.
package struct SessionCredential: ~Copyable, Sendable {
    package let session: RoleSession
    package let token: String
    /// 40 characters of ASCII.
    package let secret: SecretBytes
}
