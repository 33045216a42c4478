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

    /// Who was to be added and could not wrap, where others were.
    func stillMissing(_ report: Rewrap.Report, of path: FilePath) -> Failure? {
        guard let first = report.missing.first else { return nil }
        var failure = Failure(first.reason, key: first.name)
        failure.file = .path(path)
        let others = report.missing.dropFirst().map { Escaped.text($0.name) }
        if !others.isEmpty {
            failure.hints.append("missing as well: " + others.joined(separator: ", "))
        }
        failure.hints.append(
            isDryRun
                ? "the others would be added"
                : "the others were added: run it again later")
        return failure
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
        case .keyService, .keyFile, .agent: .key(try identified(ring.opener(reference)))
        // The public half knows its stanza.
        case .recovery: .key(try ring.recipient(reference))
        case .group(let group):
            .group(
                name: group.name, needed: group.needed,
                members: try group.members.map { try RemovedKey($0).selector(ring) })
        }
    }

    /// A key that cannot be asked who it is might be any.
    private func identified(_ key: any KeyProvider) throws -> any KeyProvider {
        do throws(KeyProviderError) { try key.identify() } catch {
            throw Failure(error, key: key.name)
        }
        return key
    }
}
