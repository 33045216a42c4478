import KeyAgent
import PKCS11Token
import SecretMemory
import Synchronization
import TokenKeys

/// Keys of PKCS #11 tokens: `pkcs11:` URIs (RFC 7512). The module is loaded with the first key that
/// names it, and a token that was opened stays open, so its PIN is asked for once.
final class PKCS11Service: AgentService {
    let scheme = "pkcs11"
    private let tokens = Mutex<[AgentReference: OpenToken]>([:])

    func open(
        _ key: AgentReference, pin: consuming SecretBytes?
    ) throws(AgentFailure) -> any AgentKey {
        try use(key, pin: pin) { (token, uri) throws(TokenError) in
            TokenAgentKey(
                try TokenKey(token: token, uri: uri, allowsSHA1: key.settings.allowsSHA1),
                of: token)
        }
    }

    func openToken(
        _ root: AgentReference, pin: consuming SecretBytes?
    ) throws(AgentFailure) -> any AgentToken {
        try use(root, pin: pin) { (token, uri) throws(TokenError) in
            TokenAgentRoot(
                try TokenKey(token: token, uri: uri, allowsSHA1: root.settings.allowsSHA1),
                of: token, name: uri.object)
        }
    }

    func createRootKeys(
        _ root: AgentReference, isolated: Bool, pin: consuming SecretBytes?
    ) throws(AgentFailure) {
        let isNamed: Bool = try use(root, pin: pin) { (token, uri) throws(TokenError) in
            guard let name = uri.object else { return false }
            if isolated {
                try TokenRoot.create(token: token, name: name)
            } else {
                try TokenKey.create(token: token, uri: uri)
            }
            return true
        }
        guard isNamed else { throw .misconfigured(TokenAgentRoot.nameMissing) }
    }

    /// The token of a URI, which is asked for nothing yet: `body` does.
    private func use<R>(
        _ key: AgentReference, pin: consuming SecretBytes?,
        _ body: (Token, TokenURI) throws(TokenError) -> R
    ) throws(AgentFailure) -> R {
        let uri: TokenURI
        do throws(TokenURIError) { uri = try TokenURI(key.uri) } catch {
            throw .misconfigured("pkcs11 URI: \(error)")
        }
        let opened = try token(key, uri)
        if let pin = pin.take() { opened.pin.give(pin) }
        do throws(TokenError) {
            return try body(opened.token, uri)
        } catch {
            // A PIN that was wrong is never tried again; the next that is typed gets its one try.
            if error == .pinWrong { forget(key) }
            throw AgentFailure(error, token: opened.token.label)
        }
    }

    func lock() {
        let all = tokens.withLock { tokens in
            defer { tokens = [:] }
            return Array(tokens.values)
        }
        for opened in all { opened.forget() }
    }

    private func token(
        _ key: AgentReference, _ uri: TokenURI
    ) throws(AgentFailure) -> OpenToken {
        if let opened = tokens.withLock({ $0[key] }) { return opened }
        let new: OpenToken
        do throws(TokenError) {
            new = try OpenToken(uri, modulePath: key.settings[.module])
        } catch { throw AgentFailure(error, token: uri.tokenLabel ?? uri.serial ?? "") }
        return tokens.withLock { tokens in
            if let opened = tokens[key] { return opened }
            tokens[key] = new
            return new
        }
    }

    private func forget(_ key: AgentReference) {
        tokens.withLock { $0.removeValue(forKey: key) }?.forget()
    }
}
