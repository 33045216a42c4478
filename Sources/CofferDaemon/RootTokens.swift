import CofferConfiguration
import FileIO
import KeyAgent
import KeyProviders
import SecretMemory

/// The tokens that roots of keystores are on, reached through coffer-agent: the token's module is
/// never in the process that has a TLS stack and plaintexts.
///
/// Which module leads to a token the configuration says, under `services`, or p11-kit does.
final class RootTokens: Sendable {
    static let pinVariable = "COFFER_PIN"
    static let pinFileVariable = "COFFER_PIN_FILE"

    private let environment: ProcessEnvironment
    private let settings: Settings
    private let access: AgentAccess

    init(environment: ProcessEnvironment, settings: Settings) {
        self.environment = environment
        self.settings = settings
        let launcher = AgentLauncher(environment: environment)
        access = AgentAccess { () throws(AgentClientError) in try launcher.launch() }
    }

    /// - Parameter reference: the URI of the command line, with what the keystore does not keep.
    func open(
        _ name: RootTokenName, reference: String? = nil
    ) throws(EmbeddedKeyServiceError) -> RemoteAgentToken {
        try use(name, reference) { (root, pin) throws(AgentClientError) in
            try access.openToken(root, pin: pin)
        }
    }

    /// Makes the keys that are named, where they are not there.
    func createKeys(
        _ name: RootTokenName, reference: String
    ) throws(EmbeddedKeyServiceError) {
        try use(name, reference) { (root, pin) throws(AgentClientError) in
            try access.createRootKeys(root, isolated: name.isIsolated, pin: pin)
        }
    }

    private func use<R>(
        _ name: RootTokenName, _ reference: String?,
        _ body: (
            AgentReference, (String) throws(AgentClientError) -> SecretBytes
        ) throws(AgentClientError) -> R
    ) throws(EmbeddedKeyServiceError) -> R {
        let uri = reference ?? name.uri
        let agentSettings: AgentSettings
        do throws(FileError) { agentSettings = try self.settings(of: uri) } catch {
            throw .configurationNotTrusted(error)
        }
        do throws(AgentClientError) {
            return try body(AgentReference(uri: uri, settings: agentSettings)) {
                (token) throws(AgentClientError) in try pin(of: token, uri)
            }
        } catch { throw .token(uri: name.uri, error) }
    }

    /// - Throws: why the configuration file may not name a module, if it does.
    private func settings(of uri: String) throws(FileError) -> AgentSettings {
        let configured =
            settings.service(for: uri)
            ?? settings.service(for: String(uri.prefix { $0 != "?" }))
        var values: [AgentSettings.Name: String] = [:]
        values[.module] = configured?.module
        if configured?.allowsSHA1 == true { values[.allowsSHA1] = "true" }
        if configured?.module != nil, let distrust = settings.distrust { throw distrust }
        return AgentSettings(values, environment: [:])
    }

    /// From the URI's pin-source, a file or the environment, or whoever is at the terminal.
    private func pin(
        of token: String, _ uri: String
    ) throws(AgentClientError) -> SecretBytes {
        do throws(FileError) {
            if let file = PINSource.file(of: uri) ?? environment.path(Self.pinFileVariable) {
                return try SecretInput.passphrase(path: file)
            }
            if let value = environment[Self.pinVariable] {
                return unsafe SecretBytes(copying: value.span.bytes)
            }
            return try Terminal().askSecret(prompt: "PIN of token '\(Escaped.text(token))': ")
        } catch { throw .failed(.pinNeeded(token: token)) }
    }
}
