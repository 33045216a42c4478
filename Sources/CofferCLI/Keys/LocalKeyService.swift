import AuditLog
import CofferConfiguration
import FileIO
import KMSModel
import KMSService
import KeyAgent
import KeyProviders
import SecretMemory
import Synchronization

/// The embedded key service of this run: opened when a key of it is needed, and not before.
final class LocalKeyService: Sendable {
    private let directory: Result<FilePath, ConfigurationError>
    private let rootPassphraseFile: FilePath?
    private let console: Console
    private let opened = Mutex<EmbeddedKeyService?>(nil)
    /// Leads to the token, where the keystore's root is on one.
    let agent: AgentKeys

    init(_ surroundings: Surroundings, agent: AgentKeys? = nil, console: Console) {
        self.console = console
        self.agent = agent ?? AgentKeys(surroundings, pinDescriptor: nil)
        rootPassphraseFile = surroundings.environment.path("COFFER_ROOT_PASSPHRASE_FILE")
        do throws(ConfigurationError) {
            directory = .success(try surroundings.locations.stateDirectory())
        } catch { directory = .failure(error) }
    }

    /// Where the keystore is or would be.
    var place: FilePath { get throws { try directory.get() } }

    // Keys.

    /// `alias/default`, of a keystore that is made if there is none.
    func defaultRecipient() throws -> any KeyProvider {
        try recipient(EmbeddedKeyService.defaultAlias)
    }

    /// To make containers with; the service finds out what an alias stands for.
    func recipient(_ reference: String) throws -> any KeyProvider {
        let keyID = try Self.keyID(reference)
        if keyID == EmbeddedKeyService.defaultAlias { _ = try openOrCreate() }
        return KeyServiceKey(keyID: keyID, arn: nil, service: provider)
    }

    func opener(_ reference: String) throws -> any KeyProvider {
        let keyID = try Self.keyID(reference)
        let arn = try isKeyARN(keyID) ? keyID : describe(keyID).arn
        return KeyServiceKey(keyID: keyID, arn: arn, service: provider)
    }

    /// Every key of this machine; none where there is no place for a keystore.
    func allKeys() throws -> [any KeyProvider] {
        if case .failure(.noStateDirectory) = directory { return [] }
        _ = try place
        return [KeyServiceKey(anyKeyOf: provider)]
    }

    func describe(_ keyID: String) throws -> KeyMetadata {
        let service = try open()
        do throws(KMSServiceError) {
            return try service.service.describeKey(
                DescribeKeyRequest(keyID: keyID), caller: service.caller
            ).keyMetadata
        } catch { throw failure(error, key: keyID) }
    }

    // The keystore.

    /// The keystore; there has to be one.
    func open() throws -> EmbeddedKeyService {
        let directory = try place
        do throws(EmbeddedKeyServiceError) {
            return try provider()
        } catch { throw Self.failure(error, directory) }
    }

    /// Of a call of the service. Where the keystore itself fails it is named.
    func failure(_ error: KMSServiceError, key: String?) -> Failure {
        if case .refused = error { return Failure(error, key: key) }
        guard case .success(let directory) = directory else { return Failure(error, key: key) }
        return Self.failure(.service(error), directory)
    }

    /// The keystore is named with it.
    func failure(_ error: EmbeddedKeyServiceError) -> Failure {
        guard case .success(let directory) = directory else { return Failure(error) }
        return Self.failure(error, directory)
    }

    private static func failure(_ error: EmbeddedKeyServiceError, _ directory: FilePath) -> Failure
    {
        var failure = Failure(error)
        failure.file = failure.file ?? .path(directory)
        failure.hints.append("the keystore is '\(directory.displayText)'")
        return failure
    }

    /// The keystore, unless there is none.
    func existing() throws -> EmbeddedKeyService? {
        guard try EmbeddedKeyService.exists(in: try place.bytes) else { return nil }
        return try open()
    }

    /// Only encrypting and making keys make a keystore, and say so once.
    func openOrCreate() throws -> EmbeddedKeyService {
        if let service = try existing() { return service }
        let directory = try place
        do throws(EmbeddedKeyServiceError) {
            let made = try EmbeddedKeyService.create(in: directory.bytes, rootPassphrase: nil)
            opened.withLock { $0 = made }
            console.announce(
                "made a keystore in '\(directory.displayText)' with the key "
                    + EmbeddedKeyService.defaultAlias,
                hints: [KeystoreRisk.advice, OfflineAdvice.hint])
            _ = try EmbeddedKeyService.isFirstAdvice(in: directory.bytes)
            return made
        } catch {
            // Another process was faster.
            guard error == .alreadyExists else { throw Self.failure(error, directory) }
            return try open()
        }
    }

    /// What the keystore's audit log is like before this run adds to it: it is read, and nothing of
    /// it written.
    func verifyAudit(anchor: AuditHead?) throws -> AuditReport {
        let directory = try place
        do throws(EmbeddedKeyServiceError) {
            return try EmbeddedKeyService.verifyAudit(
                in: directory.bytes, anchor: anchor, passphrase: rootPassphrase,
                token: rootToken)
        } catch { throw Self.failure(error, directory) }
    }

    /// What providers call when they are first asked something.
    private var provider: KeyServiceKey.Service {
        { [self] () throws(EmbeddedKeyServiceError) in
            guard case .success(let directory) = directory else { throw .missing }
            return try opened.withLock { (opened) throws(EmbeddedKeyServiceError) in
                if let opened { return opened }
                let service = try EmbeddedKeyService.open(
                    in: directory.bytes, passphrase: rootPassphrase, token: rootToken)
                opened = service
                return service
            }
        }
    }

    func rootToken(_ name: RootTokenName) throws(EmbeddedKeyServiceError) -> RemoteAgentToken {
        try agent.roots.open(name)
    }

    /// Nothing where there is neither file nor terminal: the error says what to do.
    private func rootPassphrase() throws(EmbeddedKeyServiceError) -> SecretBytes? {
        do throws(FileError) {
            if let rootPassphraseFile {
                return try SecretInput.passphrase(path: rootPassphraseFile)
            }
            return try PassphrasePrompt.ask("Passphrase of the keystore")
        } catch .noTerminal {
            return nil
        } catch {
            throw .passphraseUnavailable(error)
        }
    }

    // Names.

    /// As the key service takes it. An ARN of AWS is never silently looked up on the network, nor
    /// here.
    static func keyID(_ reference: String) throws -> String {
        if reference.utf8.starts(with: "key/".utf8) { return String(reference.dropFirst(4)) }
        guard reference.utf8.starts(with: "arn:".utf8) else { return reference }
        let parts = reference.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count < 6 || parts[3] != "coffer-local-1" else { return reference }
        throw Failure(
            .noKey, "'\(Escaped.argument(reference))' is no key of the embedded key service",
            hints: ["a key of AWS KMS is named aws-kms:ARN"])
    }

    private func isKeyARN(_ keyID: String) -> Bool {
        keyID.utf8.starts(with: "arn:".utf8) && keyID.contains(":key/")
    }
}
