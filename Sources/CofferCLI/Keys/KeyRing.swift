import CofferConfiguration
import ContainerFormat
import FileIO
import KeyProviders
import SecretMemory

/// The keys of one run: what the command line, the environment and the configuration name, turned
/// into providers. A container never adds to it.
final class KeyRing: Sendable {
    private let references: [KeyReference]
    /// Of a new passphrase recipient; asked for twice where there is none.
    private let newPassphrase: PassphraseSource?
    private let console: Console
    private let prompted: PromptedPassphrase
    private let recovery: RecoveryKeys
    let local: LocalKeyService
    private let agent: AgentKeys
    private let keyService: KeyServiceTarget

    init(
        _ references: [KeyReference], passphrase: PassphraseSource?,
        newPassphrase: PassphraseSource?, pinDescriptor: Int32? = nil,
        surroundings: Surroundings, console: Console
    ) {
        var references = references
        if passphrase != nil, !references.contains(.passphrase) { references.append(.passphrase) }
        self.references = references
        self.newPassphrase = newPassphrase
        self.console = console
        prompted = PromptedPassphrase(source: passphrase)
        recovery = RecoveryKeys(console: console)
        agent = AgentKeys(surroundings, pinDescriptor: pinDescriptor)
        keyService = KeyServiceTarget(surroundings.settings.keyService)
        local = LocalKeyService(surroundings, agent: agent, console: console)
    }

    /// - Parameter data: what the verb reads, which no key may come from.
    convenience init(
        _ keys: KeyOptions, _ passphrase: PassphraseOptions, groups: GroupOptions? = nil,
        data: [InputSource],
        console: Console, surroundings: Surroundings
    ) throws {
        let standardInput = StandardInputUse(data: data)
        let source = try passphrase.source
        if let source { try standardInput.refuse(source) }
        try standardInput.refuse(keys)
        let references = try keys.references(surroundings, groups: groups)
        try standardInput.refuse(references)
        self.init(
            references, passphrase: source, newPassphrase: source, pinDescriptor: passphrase.pinFd,
            surroundings: surroundings, console: console)
    }

    /// Whom to encrypt to; the key service's default key where nothing is named.
    ///
    /// A passphrase beside other recipients is refused unless `mixingPassphrase`: whoever types a
    /// passphrase that works takes it as proof of who wrote the file, and with another recipient it
    /// is none.
    func recipients(mixingPassphrase: Bool = false) throws -> [any KeyProvider] {
        guard !references.isEmpty else {
            guard keyService == .embedded else {
                return [try keyServiceKey(EmbeddedKeyService.defaultAlias, local.recipient)]
            }
            return [try local.defaultRecipient()]
        }
        guard mixingPassphrase || references.count == 1 || !references.contains(.passphrase) else {
            throw Failure.mixedPassphrase
        }
        return try references.map(recipient)
    }

    /// One more recipient.
    func recipient(_ reference: KeyReference) throws -> any KeyProvider {
        switch reference {
        case .passphrase:
            let secret =
                if let newPassphrase { try newPassphrase.read() } else {
                    try PassphrasePrompt.askTwice("New passphrase")
                }
            return Passphrase(secret)
        case .keyService(let name): return try keyServiceKey(name, local.recipient)
        case .keyFile, .keyFileName, .agent: return try opener(reference)
        case .recovery(let source): return try recovery.recipient(source)
        case .group(let group):
            return ThresholdGroup(
                name: group.name, needed: group.needed, members: try group.members.map(recipient))
        }
    }

    /// One to add to a container that has others: known by its own name, so that it can be told
    /// from them.
    func addedRecipient(_ reference: KeyReference) throws -> any KeyProvider {
        if case .keyService(let name) = reference {
            return try keyServiceKey(name, local.opener)
        }
        if case .group(let group) = reference {
            return ThresholdGroup(
                name: group.name, needed: group.needed,
                members: try group.members.map(addedRecipient))
        }
        return try recipient(reference)
    }

    /// A key of the configured key service.
    private func keyServiceKey(
        _ name: String, _ embedded: (String) throws -> any KeyProvider
    ) throws -> any KeyProvider {
        switch keyService {
        case .embedded: try embedded(name)
        case .remote(let uri, let endpoint): try agent.provider(uri + name, endpoint: endpoint)
        }
    }

    /// Without any that is named: those of the keystore here, and where the key service is another
    /// one, its default key. Which more of its keys may be asked is for whoever decrypts to say, not
    /// for a file.
    private func ownKeys() throws -> [any KeyProvider] {
        let local = try local.allKeys()
        guard keyService != .embedded else { return local }
        return local + [try keyServiceKey(EmbeddedKeyService.defaultAlias, self.local.opener)]
    }

    /// What to try on a container: the keys that are named, or else all that this machine has and a
    /// passphrase where the container wants one.
    func openers() throws -> [any KeyProvider] {
        guard !references.isEmpty else { return try ownKeys() + [prompted] }
        // Configured recipients may well be public halves, which open nothing.
        let keys = try references.ungrouped.map(opener).filter {
            ($0 as? RecoveryKey)?.hasSecret ?? true
        }
        guard !keys.isEmpty else { throw RecoveryKeys.opensNothing }
        return keys
    }

    /// The keys that are named and all that this machine has.
    func allOpeners() throws -> [any KeyProvider] {
        let named = try references.ungrouped.map(opener)
        return named + (try ownKeys())
            + (references.contains(.passphrase) ? [] : [prompted])
    }

    func opener(_ reference: KeyReference) throws -> any KeyProvider {
        switch reference {
        case .passphrase: return prompted
        case .keyService(let name): return try keyServiceKey(name, local.opener)
        case .recovery(let source): return try recovery.key(source)
        case .group(let group):
            throw Failure.usage(
                "the group '\(Escaped.text(group.name))' is not one key",
                "name its members one by one")
        case .agent(let uri): return try agent.provider(uri)
        case .keyFileName(let name):
            throw Failure.usage(
                "'keyfile:#\(Escaped.bytes(name))' has no path", "write keyfile:PATH#NAME")
        case .keyFile(let path, let name):
            let (key, mode) = try KeyFile.load(path, name: name)
            console.warnIfReadable(path, mode: mode, "key file")
            return key
        }
    }

    /// Why the passphrase that was needed could not be had, if so.
    var passphraseFailure: Failure? { prompted.failure }

    /// Whom an encryption with the same keys would have wrapped for, passphrases apart: these never
    /// fail to.
    var wanted: [KeyReference] {
        references.isEmpty
            ? [.keyService(EmbeddedKeyService.defaultAlias)]
            : references.filter { $0 != .passphrase }
    }

    /// What to say when opening failed; that a passphrase could not be asked for comes first.
    func explain(_ error: any Error, file: FileName) -> Failure {
        if error is UnlockFailure, let failure = prompted.failure { return failure }
        return Failure(explaining: error, file: file)
    }
}
