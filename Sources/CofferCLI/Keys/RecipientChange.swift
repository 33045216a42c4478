import ContainerFormat
import Envelope
import FileIO
import FrameSealing
import KeyProviders

/// A change of recipients, the same for every container of a run.
struct RecipientChange: Sendable {
    let ring: KeyRing
    let isRevoking: Bool
    private let openers: [any KeyProvider]
    private let added: [any KeyProvider]
    private let isDryRun: Bool
    /// Something is to be added or removed: with none of it done, a container is not done.
    private let changesRecipients: Bool
    private let allowance: Rewrap.Allowance
    private let rewrap: Rewrap
    private let means: (workers: Int, engine: ChunkCipherEngine)

    init(
        _ changes: RecipientChanges, _ ring: KeyRing, _ surroundings: Surroundings,
        allowing allowance: Rewrap.Allowance, isDryRun: Bool,
        means: (workers: Int, engine: ChunkCipherEngine)
    ) throws {
        self.ring = ring
        isRevoking = changes.revoke
        self.isDryRun = isDryRun
        self.allowance = allowance
        self.means = means
        openers = try isRevoking ? ring.allOpeners() : ring.openers()
        let removed = try changes.removed(surroundings).map { try RemovedKey($0).selector(ring) }
        added = try changes.added(surroundings, ring).map(ring.addedRecipient)
        changesRecipients = !removed.isEmpty || !added.isEmpty
        rewrap = Rewrap(keys: openers, adding: added, removing: removed, allowing: allowance)
    }

    /// Does it to one container, or in a dry run finds out what would be done.
    func run(_ path: FilePath, followingLinks: Bool) throws -> Rewrap.Report {
        guard isRevoking else {
            return try rewrap.run(path, followingLinks: followingLinks, dryRun: isDryRun)
        }
        let plan = try rewrap.run(path, followingLinks: followingLinks, dryRun: true)
        guard !isDryRun, !isDone(plan) else { return plan }
        // Keeps a rewrap of the same file away until the new one is in place.
        let update = try HeaderUpdate(path: path, followingLinks: followingLinks)
        let kept = plan.before.filter(plan.after.contains)
        let new = added.filter { provider in
            !kept.contains { if case .yes = provider.match($0.askedStanza) { true } else { false } }
        }
        let recipients = try SameRecipients(openers, ring.local).of(kept) + new
        let old = try Inspection().run(update.input)
        var options = EncryptionOptions.like(old)
        (options.workerCount, options.engine) = means
        _ = try FileReencryption(
            openers: openers, recipients: recipients, options: options
        ).run(path, update, progress: Progress())
        return plan
    }

    func report(_ path: FilePath, _ done: Rewrap.Report) -> RewrapReport {
        RewrapReport(
            path: path, done, isDryRun: isDryRun, isRevoking: isRevoking && !isDone(done))
    }

    /// The recipients are as they shall be, so that whoever repeats the command has been here.
    func isDone(_ report: Rewrap.Report) -> Bool {
        report.isUnchanged
            && (!isRevoking || changesRecipients && allowance.contains(.doneAlready))
    }
}

/// A recipient to remove, by key or by name.
struct RemovedKey {
    private let reference: KeyReference

    init(_ reference: KeyReference) { self.reference = reference }

    func selector(_ ring: KeyRing) throws -> Rewrap.Selector {
        switch reference {
        case .passphrase: .name(type: StanzaType.passphrase.rawValue, keyID: [])
        case .keyFileName(let name):
            .name(type: StanzaType.keyFile.rawValue, keyID: name)
        case .keyService(let name) where name.utf8.starts(with: "arn:".utf8):
            .name(type: StanzaType.awsKMS.rawValue, keyID: Array(name.utf8))
        case .keyService, .keyFile, .agent: .key(try ring.opener(reference))
        // The public half knows its stanza.
        case .recovery: .key(try ring.recipient(reference))
        case .group(let group):
            throw Failure.usage(
                "the group '\(Escaped.text(group.name))' cannot be told from other groups",
                "name who is to open it from now on: coffer reencrypt FILE -k URI")
        }
    }
}
