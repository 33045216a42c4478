import CofferConfiguration
import FileIO
import KeyAgent
import KeyProviders
import SecretMemory
import Synchronization

/// The keys that this run reaches through an agent or a plug-in, with what local configuration says
/// of them.
final class AgentKeys: Sendable {
    private let surroundings: Surroundings
    private let access: AgentAccess
    private let pin: TokenPIN
    /// By their names: one process serves all keys of a plug-in.
    private let plugins = Mutex<[String: AgentAccess]>([:])

    init(_ surroundings: Surroundings, pinDescriptor: Int32?) {
        self.surroundings = surroundings
        let launcher = AgentLauncher(environment: surroundings.environment)
        access = AgentAccess { () throws(AgentClientError) in try launcher.launch() }
        pin = TokenPIN(descriptor: pinDescriptor, environment: surroundings.environment)
    }

    /// - Parameter endpoint: the URL of the service, where it is the configured key service.
    func provider(_ uri: String, endpoint: String? = nil) throws -> any KeyProvider {
        let pin = pin
        let provider = AgentProvider(
            try reference(uri, endpoint: endpoint), access: try access(uri)
        ) { (token) throws(AgentClientError) in try pin.read(token: token, uri: uri) }
        guard let provider else { throw Failure(KeyReferenceError.unknownScheme(uri)) }
        return provider
    }

    /// The key service itself, to look after its keys.
    func service(_ uri: String, endpoint: String?) throws -> any KeyAdministration {
        RemoteKeyService(try reference(uri, endpoint: endpoint), access: access)
    }

    /// Roots of keystores on tokens.
    var roots: RootTokens {
        let pin = pin
        return RootTokens(
            access: access,
            settings: { [self] (uri) throws(EmbeddedKeyServiceError) in
                do throws(FileError) { return try settings(uri) } catch {
                    throw .configurationNotTrusted(error)
                }
            },
            pin: { (token, uri) throws(AgentClientError) in try pin.read(token: token, uri: uri) })
    }

    private func access(_ uri: String) throws -> AgentAccess {
        guard let plugin = PluginKey(uri: uri) else { return access }
        if let known = plugins.withLock({ $0[plugin.plugin] }) { return known }
        let launcher = AgentLauncher(
            sessionSocket: nil, program: try surroundings.program(ofPlugin: plugin.plugin))
        let access = AgentAccess { () throws(AgentClientError) in try launcher.launch() }
        plugins.withLock { $0[plugin.plugin] = access }
        return access
    }

    private func reference(_ uri: String, endpoint: String?) throws -> AgentReference {
        do throws(FileError) {
            return AgentReference(uri: uri, settings: try settings(uri, endpoint: endpoint))
        } catch { throw Failure(error) }
    }

    /// The settings whose prefix fits the endpoint, the URI, or the ARN in it.
    ///
    /// - Throws: why the configuration file may not name a module, if it does.
    private func settings(
        _ uri: String, endpoint: String? = nil
    ) throws(FileError) -> AgentSettings {
        let settings = surroundings.settings
        let configured =
            endpoint.flatMap { settings.service(for: $0) } ?? settings.service(for: uri)
            ?? settings.service(for: AgentReference(uri: uri).name)
        var values: [AgentSettings.Name: String] = [:]
        values[.endpoint] = endpoint ?? configured?.endpoint
        values[.region] = configured?.region
        values[.credentialProfile] = configured?.credentialProfile
        values[.namespace] = configured?.namespace
        values[.certificateAuthority] = configured?.certificateAuthority
        values[.module] = configured?.module
        if configured?.allowsSHA1 == true { values[.allowsSHA1] = "true" }
        if configured?.module != nil, let distrust = settings.distrust {
            throw distrust
        }
        return AgentSettings(values, environment: variables)
    }

    private var variables: [String: String] {
        var variables: [String: String] = [:]
        for name in AgentSettings.publicVariables {
            guard var value = surroundings.environment[name] else { continue }
            if AgentSettings.pathVariables.contains(name), !value.starts(with: "~/".utf8) {
                value = FilePath(bytes: value).absolute.bytes
            }
            guard let text = String(validating: value, as: UTF8.self) else { continue }
            variables[name] = text
        }
        return variables
    }
}
