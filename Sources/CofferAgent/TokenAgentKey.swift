import ContainerFormat
import KeyAgent
import PKCS11Token
import SecretMemory
import TokenKeys

/// A key of a token as containers use it.
final class TokenAgentKey: AgentKey {
    let stanzaType = StanzaType.pkcs11
    let displayName: String
    private let key: TokenKey
    private let tokenLabel: String

    init(_ key: TokenKey, of token: Token) {
        self.key = key
        tokenLabel = token.label
        displayName = "token \(token.label), key \(String(decoding: key.keyID, as: UTF8.self))"
    }

    var keyID: [UInt8] { key.keyID }

    func wrap(
        _ secret: borrowing SecretBytes, _ binding: WrapBinding
    ) throws(AgentFailure) -> [UInt8] {
        do throws(TokenError) { return try key.wrap(secret, binder: binding.binder) } catch {
            throw AgentFailure(error, token: tokenLabel)
        }
    }

    func unwrap(
        keyID: [UInt8], body: [UInt8], _ binding: WrapBinding
    ) throws(AgentFailure) -> SecretBytes {
        guard keyID == key.keyID else { throw .notOpened }
        do throws(TokenError) { return try key.unwrap(body, binder: binding.binder) } catch {
            throw AgentFailure(error, token: tokenLabel)
        }
    }
}
