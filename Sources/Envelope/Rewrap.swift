package import ContainerFormat
package import FileIO
internal import FrameSealing
package import KeyProviders
internal import SecretMemory

/// Changes who can open a container: a new header, and not a byte of the payload touched.
///
/// Removing a recipient is not revoking: who had the key may have kept it, and copies of the old
/// header open as before. ``Reencryption`` makes a container that old keys do not open.
package struct Rewrap: Sendable {
    /// Which recipients to remove: those that a local key would open, or those of a name.
    package enum Selector: Sendable {
        case key(any KeyProvider)
        case name(type: String, keyID: [UInt8])
        /// The group of all these, of which `needed` are enough.
        indirect case group(name: String, needed: Int, members: [Selector])

        /// A container's place in a batch goes with the key of the batch.
        package func selects(_ stanza: Stanza) -> Bool {
            let asked = stanza.askedStanza
            return switch self {
            case .key(let provider):
                switch provider.match(asked) {
                // Nobody is removed because a key could not be asked who it is.
                case .no, .unknown: false
                case .yes, .yesWithKeyDerivation, .overCost: true
                }
            case .name(let type, let keyID): asked.type == type && asked.keyID == keyID
            case .group(_, let needed, let members):
                ThresholdGroup.isMade(
                    stanza, needed: needed, of: members.map { member in { member.selects($0) } })
            }
        }

        var name: String {
            switch self {
            case .key(let provider): provider.name
            case .name(let type, let keyID):
                type + " " + String(decoding: keyID, as: UTF8.self)
            case .group(let name, _, _): name
            }
        }
    }

    private let opener: StanzaOpener
    private let added: [any KeyProvider]
    private let removed: [Selector]
    private let allowance: Allowance

    /// What is no error although a single careful change would call it one.
    package struct Allowance: OptionSet, Sendable {
        package let rawValue: Int
        package init(rawValue: Int) { self.rawValue = rawValue }
        /// A recipient to add that is there, or one to remove that is not: whoever repeats an
        /// interrupted change of many containers meets both.
        package static let doneAlready = Allowance(rawValue: 1)
        /// A passphrase beside other recipients.
        package static let mixedPassphrase = Allowance(rawValue: 2)
        /// One to add who cannot wrap now, beside others who can: they are added without him.
        package static let partial = Allowance(rawValue: 4)
    }

    package init(
        keys: [any KeyProvider], adding added: [any KeyProvider], removing removed: [Selector],
        allowing allowance: Allowance = []
    ) {
        opener = StanzaOpener(providers: keys, batches: OpenedBatches())
        self.added = added
        self.removed = removed
        self.allowance = allowance
    }

    /// What was, or would be, done.
    package struct Report: Equatable, Sendable {
        package let before: [Stanza]
        package let after: [Stanza]
        /// Nothing in a dry run, and where nothing had to be changed.
        package let method: HeaderUpdate.Method?
        /// Who was to be added, and could not wrap.
        package var missing: [MissingRecipient] = []

        package var isUnchanged: Bool { before == after }
    }

    /// - Parameter followingLinks: whether `path` may be a symbolic link, as what a person names may.
    package func run(
        _ path: FilePath, followingLinks: Bool = true, dryRun: Bool
    ) throws -> Report {
        let update = try HeaderUpdate(path: path, followingLinks: followingLinks)
        if let report = try doneAlready(update) { return report }
        let change = try openRecovering(update, path, dryRun: dryRun)
        let method =
            change.isEmpty || dryRun
            ? nil : try update.replace(change.old.bytes, with: change.new)
        if change.isEmpty, !dryRun { try update.discardSavedHeader() }
        return Report(
            before: change.old.stanzas, after: change.after, method: method,
            missing: change.missing)
    }

    /// A header that is as it should be, by its own word: no key is asked, so that a second run does
    /// not need those that the first removed. Where a rewrap was cut short its word is not enough.
    private func doneAlready(_ update: HeaderUpdate) throws -> Report? {
        guard allowance.contains(.doneAlready),
            try update.savedHeader(limit: UnverifiedHeader.byteCounts.upperBound) == nil,
            let sealed = try? SealedContainer(update.input, options: DecryptionOptions()),
            !sealed.source.isArmored
        else { return nil }
        let stanzas = sealed.header.stanzas
        guard !stanzas.contains(where: isRemoved),
            added.allSatisfy({ isPresent($0, in: stanzas) })
        else { return nil }
        return Report(before: stanzas, after: stanzas, method: nil)
    }

    /// What is removed and added again by the newest version of its key stays when it is that.
    private func isRemoved(_ stanza: Stanza) -> Bool {
        guard removed.contains(where: { $0.selects(stanza) }) else { return false }
        return !allowance.contains(.doneAlready)
            || !added.contains { isPresent($0, in: [stanza]) && $0.isCurrent(stanza.askedStanza) }
    }

    /// A passphrase stanza fits any passphrase, so it says nothing about this one.
    private func isPresent(_ provider: any KeyProvider, in stanzas: [Stanza]) -> Bool {
        stanzas.contains { if case .yes = provider.match($0.askedStanza) { true } else { false } }
    }

    private func plan(
        _ header: UnverifiedHeader, _ fileKey: borrowing FileKey, _ binding: WrapBinding
    ) throws -> (draft: HeaderDraft, missing: [MissingRecipient]) {
        let (stanzas, missing) = try recipients(of: header, fileKey, binding)
        guard !stanzas.isEmpty else { throw EnvelopeError.noRecipientLeft }
        guard stanzas.count <= UnverifiedHeader.stanzaCounts.upperBound else {
            throw EnvelopeError.tooManyRecipients(stanzas.count)
        }
        let draft = HeaderDraft(context: header.context, stanzas: stanzas, extras: header.extras)
        return (draft, missing)
    }

    private func recipients(
        of header: UnverifiedHeader, _ fileKey: borrowing FileKey, _ binding: WrapBinding
    ) throws -> ([Stanza], missing: [MissingRecipient]) {
        if !allowance.contains(.doneAlready),
            let missing = removed.first(where: { !header.stanzas.contains(where: $0.selects) })
        {
            throw EnvelopeError.recipientNotFound(missing.name)
        }
        var stanzas = header.stanzas.filter { !isRemoved($0) }
        let new = try added.filter { provider in
            guard isPresent(provider, in: stanzas) else { return true }
            guard allowance.contains(.doneAlready) else {
                throw EnvelopeError.recipientPresent(provider.name)
            }
            return false
        }
        try refuseMixing(
            before: header.stanzas.map(\.type),
            after: stanzas.map(\.type) + new.map(\.stanzaType.rawValue), isAdding: !new.isEmpty)
        var missing: [MissingRecipient] = []
        for provider in new {
            // One that is named twice is there by now.
            guard !isPresent(provider, in: stanzas) else {
                if allowance.contains(.doneAlready) { continue }
                throw EnvelopeError.recipientPresent(provider.name)
            }
            do throws(KeyProviderError) {
                stanzas.append(try provider.wrap(fileKey, binding))
            } catch {
                missing.append(MissingRecipient(name: provider.name, reason: error))
            }
        }
        if let first = missing.first, !allowance.contains(.partial) || missing.count == new.count {
            throw EnvelopeError.cannotWrap(recipient: first.name, first.reason)
        }
        return (stanzas, missing)
    }

    /// A passphrase that comes to stand beside others, or others beside it.
    private func refuseMixing(before: [String], after: [String], isAdding: Bool) throws {
        func isMixed(_ types: [String]) -> Bool {
            types.count > 1 && types.contains(StanzaType.passphrase.rawValue)
        }
        guard isAdding, !allowance.contains(.mixedPassphrase) else { return }
        if isMixed(after), !isMixed(before) { throw EnvelopeError.mixedPassphrase }
    }

    /// A header before and after, ready to be written.
    private struct Change {
        let old: UnverifiedHeader
        let after: [Stanza]
        let new: [UInt8]
        let missing: [MissingRecipient]

        var isEmpty: Bool { old.stanzas == after }
    }

    private func change(_ sealed: SealedContainer, _ update: HeaderUpdate) throws -> Change {
        var plan: (draft: HeaderDraft, missing: [MissingRecipient])?
        let unlocked = try sealed.unlock(opener) { fileKey, binding in
            plan = try self.plan(sealed.header, fileKey, binding)
        }
        guard let (draft, missing) = plan else {
            preconditionFailure("rewrap: unlocked without a plan")
        }
        let new = try header(draft, replacing: sealed, with: unlocked.keys.header, update: update)
        return Change(old: sealed.header, after: draft.stanzas, new: new, missing: missing)
    }

    /// Of the old length where that is possible, so that it can be put in place; otherwise with room
    /// to grow, except for a container whose data is smaller than that room.
    private func header(
        _ draft: HeaderDraft, replacing sealed: SealedContainer, with key: borrowing HeaderKey,
        update: HeaderUpdate
    ) throws -> [UInt8] {
        let oldByteCount = sealed.header.byteCount
        let fitting = try key.seal(draft, paddedTo: oldByteCount)
        if fitting.count == oldByteCount { return fitting }
        guard case .regular(let byteCount) = update.input.kind,
            byteCount > UInt64(oldByteCount + sealed.preamble.chunkByteCount)
        else { return try key.seal(draft) }
        return try key.seal(draft, paddedTo: HeaderDraft.roomyByteCount)
    }

    /// The change; with the container's old header put back first, where a rewrap before this one
    /// was cut short.
    private func openRecovering(
        _ update: HeaderUpdate, _ path: FilePath, dryRun: Bool
    ) throws -> Change {
        let options = DecryptionOptions()
        do {
            let sealed = try SealedContainer(update.input, options: options)
            guard !sealed.source.isArmored else {
                throw EnvelopeError.isArmored(update.input.name)
            }
            return try change(sealed, update)
        } catch let error where ContainerOpener.mayBeHalfWritten(error) {
            guard case .regular(let byteCount) = update.input.kind,
                let recovered = try SealedContainer.recover(
                    path: path, input: update.input, byteCount: byteCount, options: options),
                (try? recovered.unlock(opener)) != nil
            else { throw error }
            if !dryRun { try update.restore(recovered.header.bytes) }
            return try change(recovered, update)
        }
    }
}
