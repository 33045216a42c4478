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
        source = try ContainerSource(input)
        header = try Self.readHeader(source)
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
    func unlock(_ opener: StanzaOpener) throws -> UnlockedContainer {
        let binding = try KeyBinding(preamble: preamble, context: header.context)
        let keys = try opener.open(
            header.stanzas,
            binding: WrapBinding(binder: binding.wrapBinder, context: header.context)
        ) { fileKey in
            let keys = try binding.keys(from: fileKey)
            guard keys.fit(commitment: commitment) else { return nil as ContainerKeys? }
            return keys
        }
        let verified = try Header(verifying: header, with: keys.header)
        return UnlockedContainer(container: self, header: verified, keys: keys)
    }
}

/// A container whose header is authentic and whose payload key is known.
struct UnlockedContainer: ~Copyable {
    let container: SealedContainer
    let header: Header
    let keys: ContainerKeys

    var payloadOffset: UInt64 { UInt64(container.header.byteCount) }
}
