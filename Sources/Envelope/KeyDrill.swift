internal import ContainerFormat
package import FileIO
internal import FrameSealing
package import KeyProviders
internal import SecretMemory

/// A restore drill: opens a container with every recipient whose key is here, one by one, and checks
/// all of its data once.
package struct KeyDrill: Sendable {
    private let opener: StanzaOpener
    private let decryption: Decryption
    private let options: DecryptionOptions

    package init(keys: [any KeyProvider], options: DecryptionOptions) {
        opener = StanzaOpener(
            providers: keys, requiredType: options.requiredRecipientType,
            batches: options.openedBatches)
        decryption = Decryption(keys: keys, options: options)
        self.options = options
    }

    /// What became of one recipient; its result says nothing where it opened.
    package struct Line: Equatable, Sendable {
        package let recipient: UnlockFailure.Line
        package let isOpened: Bool
    }

    package struct Report: Equatable, Sendable {
        /// In the order of the header.
        package let lines: [Line]
        package let summary: DecryptionSummary
    }

    /// - Throws: ``UnlockFailure`` if nobody opens it; what ``Decryption`` throws if the data is bad.
    package func run(_ input: InputFile, progress: Progress = Progress()) throws -> Report {
        if case .regular(let byteCount) = input.kind { progress.expect(byteCount) }
        let drilled = try open(input)
        let summary = try decryption.run(drilled.unlocked, progress: progress) { _ in .nothing }
        return Report(lines: drilled.lines, summary: summary)
    }

    /// With the header that an interrupted rewrap left beside it, where its own is no longer good.
    private func open(_ input: InputFile) throws -> Drilled {
        do {
            return try SealedContainer(input, options: options).tryEach(opener)
        } catch let error where ContainerOpener.mayBeHalfWritten(error) {
            guard
                let recovered = try ContainerOpener.recovered(input, options: options)
            else { throw error }
            do { return try recovered.tryEach(opener) } catch _ { throw error }
        }
    }

    fileprivate struct Drilled: ~Copyable {
        let lines: [Line]
        let unlocked: UnlockedContainer
    }
}

extension SealedContainer {
    /// Steps 5 and 6 with each recipient by itself.
    fileprivate func tryEach(_ opener: StanzaOpener) throws -> KeyDrill.Drilled {
        let keyBinding = try KeyBinding(preamble: preamble, context: header.context)
        let binding = WrapBinding(binder: keyBinding.wrapBinder, context: header.context)
        var keys: ContainerKeys?
        let lines = try opener.openEach(header.stanzas, binding: binding) { fileKey in
            let candidate = try keyBinding.keys(from: fileKey)
            guard candidate.fit(commitment: commitment) else { return false }
            keys = consume candidate
            return true
        }.map { KeyDrill.Line(recipient: $0.line, isOpened: $0.opened) }
        guard let keys = keys.take() else {
            throw UnlockFailure(lines: lines.map(\.recipient))
        }
        let verified = try Header(verifying: header, with: keys.header)
        return KeyDrill.Drilled(
            lines: lines,
            unlocked: UnlockedContainer(container: self, header: verified, keys: keys))
    }
}
