package import ContainerFormat
package import FrameSealing
package import KeyProviders

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
    /// Of a command that opens several containers: what it has opened of their batches.
    package var openedBatches: OpenedBatches?
    /// Of a command that works on several containers at once.
    package var lanes: FileLanes?

    /// The plaintext is a key itself: it is in locked memory alone, and wiped.
    var plaintextIsSecret = false

    package init() {}

    /// For a plaintext that is a key itself. The engine is the one that opens in place. Of a
    /// container with compression, which none is that was made for a secret, zstd keeps a copy.
    package static var forSecrets: DecryptionOptions {
        var options = DecryptionOptions()
        options.plaintextIsSecret = true
        options.engine = .openSSL
        options.workerCount = 1
        return options
    }
}

/// What came of a decryption or verification.
package struct DecryptionSummary: Equatable, Sendable {
    package let metadata: Metadata?
    package let context: ContainerContext
    package let plaintextByteCount: UInt64
    package let containerByteCount: UInt64
}
