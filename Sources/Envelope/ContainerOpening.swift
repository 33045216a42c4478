internal import ContainerFormat
internal import FileIO
internal import FrameSealing
internal import KeyProviders
internal import SecretMemory

/// A container's header and preamble, read and checked as far as that goes without a key.
struct SealedContainer {
    let source: ContainerSource
    let header: UnverifiedHeader
    let preamble: Preamble
    let commitment: [UInt8]

    /// Steps 0 to 4 of the decoder (10.1): nothing of a key is asked before the requirements hold.
    init(_ input: InputFile, options: DecryptionOptions) throws {
        let source = try ContainerSource(input)
        try self.init(source: source, header: Self.readHeader(source), options: options)
    }

    init(source: ContainerSource, header: UnverifiedHeader, options: DecryptionOptions) throws {
        self.source = source
        self.header = header
        guard header.context.satisfies(options.requiredContext) else {
            throw ContainerError.contextMismatch
        }
        if let type = options.requiredRecipientType {
            guard header.stanzas.contains(where: { $0.type == type }) else {
                throw ContainerError.recipientNotAccepted
            }
        }
        (preamble, commitment) = try Preamble.parse(source.read(upTo: Preamble.byteCount))
    }

    /// Reads no further than the header's own end.
    static func readHeader(_ source: ContainerSource) throws -> UnverifiedHeader {
        // In steps, so that a foreign file is named so although it is short.
        var prefix = try source.read(upTo: 8)
        if prefix.count == 8 { prefix += try source.read(upTo: 2) }
        if prefix.count == 10, prefix.suffix(2).elementsEqual([0, 1]) {
            prefix += try source.read(upTo: UnverifiedHeader.prefixByteCount - 10)
        }
        let byteCount = try UnverifiedHeader.byteCount(prefix: prefix)
        let rest = try source.read(exactly: byteCount - prefix.count, .header)
        return try UnverifiedHeader(bytes: prefix + rest)
    }

    /// Steps 5 and 6: finds the file key, checks the commitment and then the header's MAC.
    ///
    /// `use` sees the file key, which is wiped on return.
    func unlock(
        _ opener: StanzaOpener, use: (borrowing FileKey, WrapBinding) throws -> Void = { _, _ in }
    ) throws -> UnlockedContainer {
        let keyBinding = try KeyBinding(preamble: preamble, context: header.context)
        let binding = WrapBinding(binder: keyBinding.wrapBinder, context: header.context)
        let keys = try opener.open(header.stanzas, binding: binding) { fileKey in
            let keys = try keyBinding.keys(from: fileKey)
            guard keys.fit(commitment: commitment) else { return nil as ContainerKeys? }
            _ = try Header(verifying: header, with: keys.header)
            try use(fileKey, binding)
            return keys
        }
        let verified = try Header(verifying: header, with: keys.header)
        return UnlockedContainer(container: self, header: verified, keys: keys)
    }

    /// The container with the header that an interrupted rewrap left beside it, if there is one and
    /// it fits (container-v1, 13).
    static func recover(
        path: FilePath, input: InputFile, byteCount: UInt64, options: DecryptionOptions
    ) throws -> SealedContainer? {
        let saved = try HeaderUpdate.savedHeader(
            beside: path, limit: UnverifiedHeader.byteCounts.upperBound)
        guard let saved, let header = try? UnverifiedHeader(bytes: saved),
            UInt64(saved.count) < byteCount
        else { return nil }
        let source = ContainerSource(input, payloadOffset: UInt64(saved.count))
        return try? SealedContainer(source: source, header: header, options: options)
    }
}

/// Opens a container, and where its header was left half-written by an interrupted rewrap, opens it
/// with the header saved beside it. Nothing was released when the second try begins.
struct ContainerOpener: Sendable {
    let opener: StanzaOpener
    let options: DecryptionOptions

    func open(_ input: InputFile) throws -> UnlockedContainer {
        do {
            return try SealedContainer(input, options: options).unlock(opener)
        } catch let error where Self.mayBeHalfWritten(error) {
            guard let recovered = try Self.recovered(input, options: options) else { throw error }
            do { return try recovered.unlock(opener) } catch _ { throw error }
        }
    }

    static func recovered(
        _ input: InputFile, options: DecryptionOptions
    ) throws -> SealedContainer? {
        guard case .path(let path) = input.name, case .regular(let byteCount) = input.kind else {
            return nil
        }
        return try SealedContainer.recover(
            path: path, input: input, byteCount: byteCount, options: options)
    }

    static func mayBeHalfWritten(_ error: any Error) -> Bool {
        switch error {
        case ContainerError.header, ContainerError.unsupported, ContainerError.headerNotAuthentic:
            true
        case let failure as UnlockFailure: failure.code == .noKey
        default: false
        }
    }
}

/// A container whose header is authentic and whose payload key is known.
struct UnlockedContainer: ~Copyable {
    let container: SealedContainer
    let header: Header
    let keys: ContainerKeys

    var payloadOffset: UInt64 { UInt64(container.header.byteCount) }
}
