import ArgumentParser
import CofferConfiguration
import Envelope
import FileIO
import KeyProviders
import Synchronization

struct RewrapCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rewrap",
        abstract: "Change who can open containers; the data is not touched.",
        discussion: """
            coffer rewrap home.tar.coffer --add-key keyfile:escrow.key
            coffer rewrap *.coffer --add-key alias/new --remove-key alias/old
            coffer rewrap home.tar.coffer --remove-key passphrase: --dry-run
            coffer rewrap home.tar.coffer --remove-key keyfile:#escrow
            coffer rewrap -R /backups --remove-key alias/old --add-key alias/new --dry-run
            coffer rewrap -R /backups --complete --key-set backup
                adds those of the set that 'encrypt --min-wraps' had to leave out, as far as they
                answer now
            coffer rewrap home.tar.coffer --add-group officers:2 keyfile:a keyfile:b keyfile:c
            coffer rewrap home.tar.coffer --remove-group officers
                a group is known by its keys: those of the key set, or that are named behind it

            Only the header is written, and it is there whole or not at all. Removing a key is not \
            revoking it: who had it may have kept the data key, and copies of the old header open \
            as before. 'coffer reencrypt' makes a container that old keys do not open, and so does \
            --revoke in the same command: it writes all of the data anew.

            With -R or --complete a recipient that is to be added and is there, or that is to be \
            removed and is not, is no error but done already, by the header's own word: run an \
            interrupted command again, and it does what is missing. Containers are worked on in no \
            particular order; a bad one is reported, and the others are done.
            """
    ).verb

    @Argument(help: "Containers in files; with -R directories too.", completion: .file())
    var files: [String] = []

    @OptionGroup var changes: RecipientChanges
    @OptionGroup var tree: TreeOptions

    @Flag(help: "Say what would be done, and do nothing.")
    var dryRun = false

    @Flag(help: "Allow a passphrase beside other recipients.")
    var mixPassphrase = false

    @OptionGroup(title: "Keys to open it with") var keys: KeyOptions
    @OptionGroup(title: "Keys to open it with") var passphrase: PassphraseOptions
    @OptionGroup var newPassphrase: NewPassphraseOptions
    @OptionGroup var input: InputOptions
    @OptionGroup var work: WorkOptions
    @OptionGroup var report: ReportOptions

    func run() throws {
        let console = report.console
        let paths = try input.paths(files)
        guard !paths.isEmpty else {
            throw Failure.usage("no container to rewrap", "coffer rewrap FILE --add-key URI")
        }
        try changes.requireSome()
        let surroundings = try Surroundings.load()
        let ring = KeyRing(
            try keys.references(surroundings), passphrase: try passphrase.source,
            newPassphrase: try newPassphrase.source, surroundings: surroundings,
            console: console)
        var allowance: Rewrap.Allowance = mixPassphrase ? .mixedPassphrase : []
        if tree.recursive || changes.complete { allowance.insert(.doneAlready) }
        if changes.complete { allowance.insert(.partial) }
        let change = try RecipientChange(
            changes, ring, surroundings, allowing: allowance, isDryRun: dryRun,
            means: (
                try work.workerCount(byDefault: surroundings.settings.defaults.threadCount),
                try AESEngine.chosen(surroundings.environment)
            ))
        if tree.recursive {
            // A re-encryption has threads of its own.
            let workerCount =
                changes.revoke
                ? 1
                : try work.waitingWorkerCount(byDefault: surroundings.settings.defaults.threadCount)
            try run(change, over: paths, TreeBatch(console: console, workerCount: workerCount))
            return
        }
        try Batch.run(paths, name: FileName.path, console: console) { path in
            do {
                let done = try change.run(path, followingLinks: true)
                try change.report(path, done).show(console)
                if let failure = change.stillMissing(done, of: path) { throw failure }
            } catch FileError.isDirectory(let name) {
                var failure = Failure(.isDirectory(name))
                failure.hints = ["all containers below it: coffer rewrap -R \(path.displayText)"]
                throw failure
            } catch { throw ring.explain(error, file: .path(path)) }
            return .done
        }
    }

    private func run(
        _ change: RecipientChange, over paths: [FilePath], _ batch: TreeBatch
    ) throws {
        let console = report.console
        let totals = TotalsUnderLock()
        batch.run(paths, explain: change.ring.explain) { path, isNamed, _ in
            guard try isNamed || ContainerMark.isContainer(path) else { return }
            let done = try change.run(path, followingLinks: isNamed)
            let isDone = change.isDone(done)
            if let failure = change.stillMissing(done, of: path) {
                try totals.value.withLock { _ in try change.report(path, done).show(console) }
                throw failure
            }
            try totals.value.withLock { totals in
                if isDone { totals.alreadyCount += 1 } else { totals.changedCount += 1 }
                guard console.isJSON || !isDone && !console.isQuiet else { return }
                try change.report(path, done).show(console)
            }
        }
        let total = totals.value.withLock { $0 }
        let failureCount = batch.failureCount
        try total.show(
            console, failureCount: failureCount, skipped: batch.skipped, isDryRun: dryRun,
            isRevoking: change.isRevoking)
        try batch.conclude(
            of: total.changedCount + total.alreadyCount + failureCount,
            hint: "mend or move them and run the same command again: what is done stays done")
    }
}

/// Shared by the threads of a tree's run.
private final class TotalsUnderLock: Sendable {
    let value = Mutex(RewrapTotals())
}
