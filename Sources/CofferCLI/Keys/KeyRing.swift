import ContainerFormat
import FileIO
import KeyProviders
import SecretMemory

/// The keys of one run: what the command line, the environment and the configuration name, turned
/// into providers. A container never adds to it.
final class KeyRing {
    private let references: [KeyReference]
    /// Of a new passphrase recipient; asked for twice where there is none.
    private let newPassphrase: PassphraseSource?
    private let console: Console
    private let prompted: PromptedPassphrase
    let local: LocalKeyService
    private let agent: AgentKeys

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
        local = LocalKeyService(surroundings, console: console)
        agent = AgentKeys(surroundings, pinDescriptor: pinDescriptor)
    }

    /// - Parameter data: what the verb reads, which no key may come from.
    convenience init(
        _ keys: KeyOptions, _ passphrase: PassphraseOptions, data: [InputSource],
        console: Console, surroundings: Surroundings
    ) throws {
        let standardInput = StandardInputUse(data: data)
        let source = try passphrase.source
        if let source { try standardInput.refuse(source) }
        try standardInput.refuse(keys)
        let references = try keys.references(surroundings)
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
        guard !references.isEmpty else { return [try local.defaultRecipient()] }
        guard mixingPassphrase || references.count == 1 || !references.contains(.passphrase) else {
            throw Self.mixed
        }
        return try references.map(recipient)
    }

    static let mixed = Failure.usage(
        "a passphrase beside other recipients",
        "who knows another key could make a container that your passphrase opens",
        "if that is what you want, add --mix-passphrase")

    /// One more recipient.
    func recipient(_ reference: KeyReference) throws -> any KeyProvider {
        switch reference {
        case .passphrase:
            let secret =
                if let newPassphrase { try newPassphrase.read() } else {
                    try PassphrasePrompt.askTwice("New passphrase")
                }
            return Passphrase(secret)
        case .keyService(let name): return try local.recipient(name)
        case .keyFile, .keyFileName, .agent: return try opener(reference)
        }
    }

    /// One to add to a container that has others: known by its own name, so that it can be told
    /// from them.
    func addedRecipient(_ reference: KeyReference) throws -> any KeyProvider {
        if case .keyService(let name) = reference { return try local.opener(name) }
        return try recipient(reference)
    }

    /// What to try on a container: the keys that are named, or else all that this machine has and a
    /// passphrase where the container wants one.
    func openers() throws -> [any KeyProvider] {
        guard !references.isEmpty else { return try local.allKeys() + [prompted] }
        return try references.map(opener)
    }

    /// The keys that are named and all that this machine has.
    func allOpeners() throws -> [any KeyProvider] {
        let named = try references.map(opener)
        return named + (try local.allKeys())
            + (references.contains(.passphrase) ? [] : [prompted])
    }

    func opener(_ reference: KeyReference) throws -> any KeyProvider {
        switch reference {
        case .passphrase: return prompted
        case .keyService(let name): return try local.opener(name)
        case .agent(let uri): return try agent.provider(uri)
        case .keyFileName(let name):
            throw Failure.usage(
                "'keyfile:#\(Escaped.bytes(name))' has no path", "write keyfile:PATH#NAME")
        case .keyFile(let path, let name):
            let (key, mode) = try KeyFile.load(path, name: name)
            if mode & 0o077 != 0 {
                console.warning(
                    "key file '\(path.displayText)' can be read by others "
                        + "(mode \(String(mode, radix: 8)))",
                    hints: ["close it: chmod go= '\(path.displayText)'"])
            }
            return key
        }
    }

    /// What to say when opening failed; that a passphrase could not be asked for comes first.
    func explain(_ error: any Error, file: FileName) -> Failure {
        if error is UnlockFailure, let failure = prompted.failure { return failure }
        return Failure(explaining: error, file: file)
    }
}
