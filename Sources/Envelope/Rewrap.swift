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

        package func selects(_ stanza: Stanza) -> Bool {
            switch self {
            case .key(let provider): if case .no = provider.match(stanza) { false } else { true }
            case .name(let type, let keyID): stanza.type == type && stanza.keyID == keyID
            }
        }

        var name: String {
            switch self {
            case .key(let provider): provider.name
            case .name(let type, let keyID):
                type + " " + String(decoding: keyID, as: UTF8.self)
            }
        }
    }

    private let opener: StanzaOpener
    private let added: [any KeyProvider]
    private let removed: [Selector]

    package init(
        keys: [any KeyProvider], adding added: [any KeyProvider], removing removed: [Selector]
    ) {
        opener = StanzaOpener(providers: keys)
        self.added = added
        self.removed = removed
    }

    /// What was, or would be, done.
    package struct Report: Equatable, Sendable {
        package let before: [Stanza]
        package let after: [Stanza]
        /// Nothing in a dry run.
        package let method: HeaderUpdate.Method?
    }

    package func run(_ path: FilePath, dryRun: Bool) throws -> Report {
        let update = try HeaderUpdate(path: path)
        let sealed = try openRecovering(update, path, dryRun: dryRun)
        var plan: Plan?
        let unlocked = try sealed.unlock(opener) { fileKey, binding in
            plan = try self.plan(sealed.header, fileKey, binding)
        }
        guard let plan else { preconditionFailure("rewrap: unlocked without a plan") }
        let new = try header(
            plan.draft, replacing: sealed, with: unlocked.keys.header, update: update)
        let method =
            dryRun || plan.draft.stanzas == sealed.header.stanzas
            ? nil : try update.replace(sealed.header.bytes, with: new)
        return Report(
            before: sealed.header.stanzas, after: plan.draft.stanzas, method: method)
    }

    private struct Plan {
        var draft: HeaderDraft
    }

    private func plan(
        _ header: UnverifiedHeader, _ fileKey: borrowing FileKey, _ binding: WrapBinding
    ) throws -> Plan {
        var stanzas = header.stanzas
        for selector in removed {
            let kept = stanzas.filter { !selector.selects($0) }
            guard kept.count < stanzas.count else {
                throw EnvelopeError.recipientNotFound(selector.name)
            }
            stanzas = kept
        }
        for provider in added {
            // A passphrase stanza fits any passphrase, so it says nothing about this one.
            let isPresent = stanzas.contains {
                if case .yes = provider.match($0) { true } else { false }
            }
            guard !isPresent else { throw EnvelopeError.recipientPresent(provider.name) }
            do throws(KeyProviderError) {
                stanzas.append(try provider.wrap(fileKey, binding))
            } catch { throw EnvelopeError.cannotWrap(recipient: provider.name, error) }
        }
        guard !stanzas.isEmpty else { throw EnvelopeError.noRecipientLeft }
        guard stanzas.count <= UnverifiedHeader.stanzaCounts.upperBound else {
            throw EnvelopeError.tooManyRecipients(stanzas.count)
        }
        return Plan(
            draft: HeaderDraft(
                context: header.context, stanzas: stanzas, extras: header.extras))
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

    /// The container; with its old header put back first, where a rewrap before this one was cut
    /// short.
    private func openRecovering(
        _ update: HeaderUpdate, _ path: FilePath, dryRun: Bool
    ) throws -> SealedContainer {
        let options = DecryptionOptions()
        do {
            let sealed = try SealedContainer(update.input, options: options)
            guard !sealed.source.isArmored else {
                throw EnvelopeError.isArmored(update.input.name)
            }
            _ = try sealed.unlock(opener)
            return sealed
        } catch let error where ContainerOpener.mayBeHalfWritten(error) {
            guard case .regular(let byteCount) = update.input.kind,
                let recovered = try SealedContainer.recover(
                    path: path, input: update.input, byteCount: byteCount, options: options),
                (try? recovered.unlock(opener)) != nil
            else { throw error }
            if !dryRun { try update.restore(recovered.header.bytes) }
            return recovered
        }
    }
}
