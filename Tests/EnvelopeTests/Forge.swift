import ContainerFormat
import FrameSealing
import SecretMemory

/// What only somebody who holds the file key can make: headers with a right MAC.
struct Forge {
    private let fileKey: [UInt8]
    private let preamble: Preamble
    private let context: ContainerContext

    init(_ container: Container, fileKey: [UInt8]) throws {
        self.fileKey = fileKey
        (preamble, _) = try Preamble.parse(Array(container.payload.prefix(Preamble.byteCount)))
        context = try UnverifiedHeader(bytes: container.header).context
    }

    /// The keys of the container as it is, over other fields.
    func header(_ context: ContainerContext, _ stanzas: [Stanza]) throws -> [UInt8] {
        let binding = try KeyBinding(preamble: preamble, context: self.context)
        let keys = try binding.keys(from: Bytes.fileKey(fileKey))
        return try keys.header.seal(HeaderDraft(context: context, stanzas: stanzas))
    }

    /// A header of these fields whose MAC is zeros: what an outsider can write.
    static func unauthenticated(_ context: ContainerContext, _ stanzas: [Stanza]) throws -> [UInt8]
    {
        guard
            let bytes = HeaderDraft(context: context, stanzas: stanzas)
                .authenticatedBytes(paddedTo: 0)
        else { throw ContainerError.limit(.headerByteCount) }
        return bytes + [UInt8](repeating: 0, count: 32)
    }
}
