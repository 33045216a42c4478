import CofferConfiguration
import FileIO
import KeyAgent
import KeyProviders
import SecretMemory

/// The keys that this run reaches through an agent, with what local configuration says of them.
final class AgentKeys: Sendable {
    private let surroundings: Surroundings
    let access: AgentAccess
    let pin: TokenPIN

    init(_ surroundings: Surroundings, pinDescriptor: Int32?) {
        self.surroundings = surroundings
        let launcher = AgentLauncher(environment: surroundings.environment)
        access = AgentAccess { () throws(AgentClientError) in try launcher.launch() }
        pin = TokenPIN(descriptor: pinDescriptor, environment: surroundings.environment)
    }

    func provider(_ uri: String) throws -> any KeyProvider {
        let reference: AgentReference
        do throws(FileError) {
            reference = AgentReference(uri: uri, settings: try settings(uri))
        } catch { throw Failure(error) }
        let pin = pin
        let provider = AgentProvider(reference, access: access) {
            (token) throws(AgentClientError) in try pin.read(token: token, uri: uri)
        }
        guard let provider else { throw Failure(KeyReferenceError.unknownScheme(uri)) }
        return provider
    }

    /// The settings whose prefix fits the URI, or the ARN in it.
    ///
    /// - Throws: why the configuration file may not name a module, if it does.
    func settings(_ uri: String) throws(FileError) -> AgentSettings {
        let configured =
            surroundings.settings.service(for: uri)
            ?? surroundings.settings.service(for: AgentReference(uri: uri).name)
        var values: [AgentSettings.Name: String] = [:]
        values[.endpoint] = configured?.endpoint
        values[.region] = configured?.region
        values[.credentialProfile] = configured?.credentialProfile
        values[.namespace] = configured?.namespace
        values[.certificateAuthority] = configured?.certificateAuthority
        values[.module] = configured?.module
        if configured?.allowsSHA1 == true { values[.allowsSHA1] = "true" }
        if configured?.module != nil, let distrust = surroundings.settings.distrust {
            throw distrust
        }
        var environment: [String: String] = [:]
        for name in AgentSettings.publicVariables {
            guard let value = surroundings.environment[name],
                let text = String(validating: value, as: UTF8.self)
            else { continue }
            environment[name] = text
        }
        return AgentSettings(values, environment: environment)
    }
}
