import ArgumentParser
import ContainerFormat
import Envelope
import FileIO
import KeyProviders

struct RewrapCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rewrap",
        abstract: "Change who can open containers; the data is not touched.",
        discussion: """
            coffer rewrap home.tar.coffer --add-key keyfile:escrow.key
            coffer rewrap *.coffer --add-key alias/new --remove-key alias/old
            coffer rewrap home.tar.coffer --remove-key passphrase: --dry-run
            coffer rewrap home.tar.coffer --remove-key keyfile:#escrow

            Only the header is written, and it is there whole or not at all. Removing a key is not \
            revoking it: who had it may have kept the data key, and copies of the old header open \
            as before. 'coffer reencrypt' makes a container that old keys do not open.
            """
    ).verb

    @Argument(help: "Containers in files.", completion: .file())
    var files: [String] = []

    @Option(help: ArgumentHelp("Somebody who can open it from now on.", valueName: "uri"))
    var addKey: [String] = []

    @Option(
        help: ArgumentHelp(
            "Somebody to remove: a key, passphrase:, keyfile:#NAME or an ARN.", valueName: "uri"))
    var removeKey: [String] = []

    @Flag(help: "Say what would be done, and do nothing.")
    var dryRun = false

    @Flag(help: "Allow a passphrase beside other recipients.")
    var mixPassphrase = false

    @OptionGroup(title: "Keys to open it with") var keys: KeyOptions
    @OptionGroup(title: "Keys to open it with") var passphrase: PassphraseOptions
    @OptionGroup var newPassphrase: NewPassphraseOptions
    @OptionGroup var input: InputOptions
    @OptionGroup var report: ReportOptions

    func run() throws {
        let console = report.console
        let paths = try input.paths(files)
        guard !paths.isEmpty else {
            throw Failure.usage("no container to rewrap", "coffer rewrap FILE --add-key URI")
        }
        guard !addKey.isEmpty || !removeKey.isEmpty else {
            throw Failure.usage("nothing to change", "use --add-key URI or --remove-key URI")
        }
        let surroundings = try Surroundings.load()
        let ring = KeyRing(
            try keys.references(surroundings), passphrase: try passphrase.source,
            newPassphrase: try newPassphrase.source, surroundings: surroundings,
            console: console)
        let openers = try ring.openers()
        let selectors = try removeKey.map { try RemovedKey($0).selector(ring) }
        let added = try addKey.map { try ring.addedRecipient(try KeyReference(argument: $0)) }
        let rewrap = Rewrap(keys: openers, adding: added, removing: selectors)
        try Batch.run(paths, name: FileName.path, console: console) { path in
            do {
                try refuseMixing(path, added, selectors)
                let done = try rewrap.run(path, dryRun: dryRun)
                try RewrapReport(path: path, done, isDryRun: dryRun).show(console)
            } catch { throw ring.explain(error, file: .path(path)) }
            return .done
        }
    }

    /// A passphrase that comes to stand beside others, or others beside it.
    private func refuseMixing(
        _ path: FilePath, _ added: [any KeyProvider], _ removed: [Rewrap.Selector]
    ) throws {
        guard !mixPassphrase, !added.isEmpty else { return }
        // What is wrong with the file, the rewrap itself finds and repairs or reports.
        guard let before = try? Inspection().run(HeaderUpdate(path: path).input).stanzas else {
            return
        }
        let kept = before.filter { stanza in !removed.contains { $0.selects(stanza) } }
        let after = kept.map(\.type) + added.map(\.stanzaType.rawValue)
        if isMixed(after), !isMixed(before.map(\.type)) { throw KeyRing.mixed }
    }

    private func isMixed(_ types: [String]) -> Bool {
        types.count > 1 && types.contains(StanzaType.passphrase.rawValue)
    }
}

/// A recipient to remove, by key or by name.
struct RemovedKey {
    private let reference: KeyReference

    init(_ argument: String) throws { reference = try KeyReference(argument: argument) }

    func selector(_ ring: KeyRing) throws -> Rewrap.Selector {
        switch reference {
        case .passphrase: .name(type: StanzaType.passphrase.rawValue, keyID: [])
        case .keyFileName(let name):
            .name(type: StanzaType.keyFile.rawValue, keyID: name)
        case .keyService(let name) where name.utf8.starts(with: "arn:".utf8):
            .name(type: StanzaType.awsKMS.rawValue, keyID: Array(name.utf8))
        case .keyService, .keyFile, .agent: .key(try ring.opener(reference))
        }
    }
}
