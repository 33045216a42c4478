internal import KMSService
package import KeyAgent
internal import SecretMemory

/// Reaches the token that a keystore's root is on; with its PIN, which is asked for as for a key.
package typealias RootTokenSource =
    (RootTokenName) throws(EmbeddedKeyServiceError) -> RemoteAgentToken

extension KeystoreRoot {
    /// Opens the root that a file says. `passphrase` and `token` are asked only if it takes them.
    static func open(
        _ content: consuming RootKeyFile.Content,
        passphrase: () throws(EmbeddedKeyServiceError) -> SecretBytes?, token: RootTokenSource
    ) throws(EmbeddedKeyServiceError) -> KeystoreRoot {
        switch consume content {
        case .plain(let root): return .software(root)
        case .sealed(let bytes):
            return .software(try RootKeyFile.open(bytes, passphrase: passphrase))
        case .token(let file):
            let token = try token(file.name)
            if file.name.isIsolated {
                let isSame = token.identity == file.identity
                return .token(
                    file.name, AgentRoot(token), ifWrong: isSame ? nil : other(file, token))
            }
            return .software(try unseal(file, by: token))
        }
    }

    private static func unseal(
        _ file: RootTokenFile, by token: RemoteAgentToken
    ) throws(EmbeddedKeyServiceError) -> SoftwareRootOfTrust {
        do throws(AgentClientError) {
            guard let root = SoftwareRootOfTrust(key: try token.unsealRoot(file.sealed)) else {
                throw .lied
            }
            return root
        } catch .failed(.notOpened) {
            // A copy of the token's key in another token would have opened it.
            guard token.identity == file.identity else { throw other(file, token) }
            throw .rootKeyDamaged
        } catch { throw .token(uri: file.name.uri, error) }
    }

    private static func other(
        _ file: RootTokenFile, _ token: RemoteAgentToken
    ) -> EmbeddedKeyServiceError {
        .otherToken(
            uri: file.name.uri, expected: String(decoding: file.identity, as: UTF8.self),
            found: String(decoding: token.identity, as: UTF8.self))
    }
}
