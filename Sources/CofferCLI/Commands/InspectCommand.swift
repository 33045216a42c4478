import ArgumentParser
import CofferConfiguration
import Envelope
import FileIO

struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show who can open a container, its context and its sizes.",
        discussion: """
            coffer inspect home.tar.coffer
                needs no key; says UNVERIFIED, as anybody could have written what it shows
            coffer inspect -k keyfile:backup.key home.tar.coffer
            coffer inspect --verify --json *.coffer
                with the keys of this machine; says VERIFIED where one fits
            coffer inspect -R /backups
                which key versions are still needed, by the files' own word
            coffer inspect -R --json /backups > inventory.json
            """
    ).verb

    @Argument(
        help: "Containers; - for standard input; with -R directories too.", completion: .file())
    var files: [String] = []

    @OptionGroup var tree: TreeOptions

    @Flag(help: "Check the header with the keys of this machine.")
    var verify = false

    @OptionGroup(title: "Keys") var keys: KeyOptions
    @OptionGroup(title: "Keys") var passphrase: PassphraseOptions
    @OptionGroup var input: InputOptions
    @OptionGroup var work: WorkOptions
    @OptionGroup var report: ReportOptions

    func run() throws {
        let console = report.console
        if tree.recursive {
            guard !verify, !isKeyNamed else {
                throw Failure.usage(
                    "inspect -R asks no key", "check containers with 'coffer verify'")
            }
            let surroundings = try Surroundings.load()
            try InventoryRun(
                console: console,
                workerCount: try work.waitingWorkerCount(
                    byDefault: surroundings.settings.defaults.threadCount)
            ).run(try input.paths(files))
            return
        }
        let sources = try input.sources(files, verb: "inspect")
        let surroundings = try Surroundings.load()
        let local = LocalKeyService(surroundings, console: console)
        let ring: KeyRing? =
            verify || isKeyNamed
            ? try KeyRing(
                keys, passphrase, data: sources, console: console, surroundings: surroundings)
            : nil
        let inspection = Inspection(keys: try ring?.openers() ?? [])
        try Batch.run(sources, name: \.name, console: console) { source in
            do {
                let found = try inspection.run(try source.open())
                let text = InspectionText(
                    source.name, found, risk: KeystoreRisk.text(of: found.stanzas, local))
                try console.result(text.json, text: text.text)
            } catch {
                throw ring?.explain(error, file: source.name)
                    ?? Failure(explaining: error, file: source.name)
            }
            return .done
        }
    }

    /// COFFER_KEYS does not count: whoever sets it does not expect a question for each header.
    private var isKeyNamed: Bool {
        !keys.key.isEmpty || !keys.keysFile.isEmpty || !keys.keySet.isEmpty
            || passphrase.passphraseFd != nil || passphrase.passphraseFile != nil
    }
}
