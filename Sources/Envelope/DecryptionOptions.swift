package import ContainerFormat
package import FrameSealing

/// What a decoder demands and how it works.
package struct DecryptionOptions: Sendable {
    /// Pairs that the container's context must have.
    package var requiredContext = ContainerContext.empty
    /// The stanza type that alone may open it.
    package var requiredRecipientType: String?
    /// Release no more than so many bytes.
    package var outputLimit: UInt64?
    package var workerCount = WorkerCount.automatic
    package var engine = ChunkCipherEngine.preferred

    package init() {}
}

/// What came of a decryption or verification.
package struct DecryptionSummary: Equatable, Sendable {
    package let metadata: Metadata?
    package let context: ContainerContext
    package let plaintextByteCount: UInt64
    package let containerByteCount: UInt64
}
