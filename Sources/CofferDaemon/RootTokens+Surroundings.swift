import CofferConfiguration
import FileIO
import KeyAgent
import KeyProviders
import SecretMemory

/// Here the token's module is never in the process that has a TLS stack and plaintexts. Which one leads
/// to a token the configuration says, under `services`, or p11-kit does.
extension RootTokens {
    static let pinVariable = "COFFER_PIN"
    static let pinFileVariable = "COFFER_PIN_FILE"

    init(environment: ProcessEnvironment, settings: Settings) {
        let launcher = AgentLauncher(environment: environment)
        self.init(
            access: AgentAccess { () throws(AgentClientError) in try launcher.launch() },
            settings: { (uri) throws(EmbeddedKeyServiceError) in
                try Self.settings(of: uri, in: settings)
            },
            pin: { (token, uri) throws(AgentClientError) in
                try Self.pin(of: token, uri, environment)
            })
    }

    /// - Throws: why the configuration file may not name a module, if it does.
    private static func settings(
        of uri: String, in settings: Settings
    ) throws(EmbeddedKeyServiceError) -> AgentSettings {
        let configured =
            settings.service(for: uri)
            ?? settings.service(for: String(uri.prefix { $0 != "?" }))
        var values: [AgentSettings.Name: String] = [:]
        values[.module] = configured?.module
        if configured?.allowsSHA1 == true { values[.allowsSHA1] = "true" }
        if configured?.module != nil, let distrust = settings.distrust {
            throw .configurationNotTrusted(distrust)
        }
        return AgentSettings(values, environment: [:])
    }

    /// From the URI's pin-source, a file or the environment, or whoever is at the terminal.
    private static func pin(
        of token: String, _ uri: String, _ environment: ProcessEnvironment
    ) throws(AgentClientError) -> SecretBytes {
        do throws(FileError) {
            if let file = PINSource.file(of: uri) ?? environment.path(pinFileVariable) {
                return try SecretInput.passphrase(path: file)
            }
            if let value = environment[pinVariable] {
                return unsafe SecretBytes(copying: value.span.bytes)
            }
            return try Terminal().askSecret(prompt: "PIN of token '\(Escaped.text(token))': ")
        } catch { throw .failed(.pinNeeded(token: token)) }
    }
}
