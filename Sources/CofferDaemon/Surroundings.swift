import CofferConfiguration
import FileIO
import KeyAgent
import KeyProviders
import SecretMemory

/// What this run finds on the machine: environment, configuration file, and where the keystore is.
struct Surroundings {
    let environment: ProcessEnvironment
    let settings: Settings
    let keystore: FilePath
    /// Lead to the keystore's root, where it is on one.
    let tokens: RootTokens

    init(_ options: PlaceOptions) throws {
        environment = ProcessEnvironment.current()
        let locations = Locations(environment: environment)
        settings =
            if let path = options.config {
                try Settings.load(FilePath(argument: path))
            } else {
                try Settings.load(locations)
            }
        keystore =
            if let path = options.keystore {
                FilePath(argument: path)
            } else {
                try locations.stateDirectory()
            }
        tokens = RootTokens(environment: environment, settings: settings)
    }

    /// - Parameter auditFileByteCount: how long a file of the audit log gets; any length for those
    ///   who add little to it.
    func open(auditFileByteCount: Int? = nil) throws -> EmbeddedKeyService {
        do {
            return try EmbeddedKeyService.open(
                in: keystore.bytes, passphrase: rootPassphrase, token: rootToken,
                auditFileByteCount: auditFileByteCount)
        } catch { throw failure(error) }
    }

    func rootToken(
        _ name: RootTokenName
    ) throws(EmbeddedKeyServiceError) -> RemoteAgentToken { try tokens.open(name) }

    /// The keystore is named with it.
    func failure(_ error: any Error) -> Failure {
        var failure = Failure(explaining: error)
        failure.hints.append("the keystore is '\(keystore.displayText)'")
        return failure
    }

    /// Nothing where there is neither file nor terminal: the error says what to do.
    func rootPassphrase() throws(EmbeddedKeyServiceError) -> SecretBytes? {
        do throws(FileError) {
            if let file = environment.path("COFFER_ROOT_PASSPHRASE_FILE") {
                return try SecretInput.passphrase(path: file)
            }
            return try Terminal().askSecret(prompt: "Passphrase of the keystore: ")
        } catch .noTerminal {
            return nil
        } catch {
            throw .passphraseUnavailable(error)
        }
    }
}
