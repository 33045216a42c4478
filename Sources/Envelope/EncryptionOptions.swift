package import ContainerFormat
internal import FileIO
package import FrameSealing

/// How to encrypt; what users do not set has the defaults of the specification.
package struct EncryptionOptions: Sendable {
    package enum Compression: Equatable, Sendable {
        /// Constant frame sizes: nothing is told of the content.
        case none
        /// Level 3; stretches that do not compress are stored as they are, found cheaply.
        case automatic
        case level(Int)
    }

    package var compression = Compression.automatic
    /// The level follows what the output can take, from the one that ``compression`` says on.
    package var adaptsLevel = false
    /// log2 of the chunk size; by default 4 MiB with compression and 1 MiB without.
    package var chunkSizeExponent: UInt8?
    package var padding: Padding?
    package var context = ContainerContext.empty
    package var metadata: Metadata?
    package var workerCount = WorkerCount.automatic
    package var engine = ChunkCipherEngine.preferred
    package var armor = false
    /// Who makes the data meanwhile, and has to say that it is the whole.
    package var producer: (any Producer)?
    /// Go on with at least so many recipients wrapped; by default all of them.
    package var leastWrapCount: Int?
    /// The recipients are not needed after this container: their secrets are wiped once they have
    /// wrapped, before the data goes through.
    package var forgetsRecipients = false
    /// Of a command that works on several files at once.
    package var lanes: FileLanes?
    /// Room to rewrap in place. Only the known answers do without, and nobody else reaches this.
    var leavesRoomInHeader = true

    /// The plaintext is a key itself: it is in locked memory alone, and wiped.
    var plaintextIsSecret = false

    package init() {}

    /// For a plaintext that is a key itself: not compressed, as zstd's contexts would keep a copy,
    /// and in chunks that fit into what a user may lock.
    package static var forSecrets: EncryptionOptions {
        var options = EncryptionOptions()
        options.plaintextIsSecret = true
        options.compression = .none
        options.chunkSizeExponent = 16
        options.engine = .openSSL
        options.workerCount = 1
        return options
    }

    var preambleFlags: Preamble.Flags {
        var flags: Preamble.Flags = []
        if compression != .none { flags.insert(.zstdAllowed) }
        if metadata != nil { flags.insert(.metadata) }
        if padding != nil { flags.insert(.padding) }
        return flags
    }

    func sharedLevel(workerCount: Int) -> SharedLevel? {
        guard adaptsLevel else { return nil }
        return SharedLevel(LevelAdaptation(level: firstLevel, workerCount: workerCount))
    }

    var firstLevel: Int {
        switch compression {
        case .none, .automatic: 3
        case .level(let level): level
        }
    }

    /// For plaintext that cannot be looked at beforehand.
    var streamChunkSizeExponent: UInt8 {
        chunkSizeExponent ?? (compression == .none ? 20 : 22)
    }

    /// 4 MiB loses one per cent against a single zstd stream where 1 MiB loses five; without
    /// compression, and for input that looks like noise, 1 MiB stays in the CPU's cache.
    func effectiveChunkSizeExponent(_ input: InputFile) throws -> UInt8 {
        if let chunkSizeExponent { return chunkSizeExponent }
        switch compression {
        case .none: return 20
        case .automatic:
            // A producer has made nothing yet that could be looked at.
            return try producer == nil && NoiseTest.looksLikeNoise(input) ? 20 : 22
        case .level: return 22
        }
    }
}

/// What came of an encryption.
package struct EncryptionSummary: Equatable, Sendable {
    package let plaintextByteCount: UInt64
    package let containerByteCount: UInt64
    /// The input grew while it was read: what was added is not in the container.
    package let inputGrew: Bool
    /// The recipients that it does not have, where fewer were allowed to be enough.
    package let missing: [MissingRecipient]
    /// The compression levels that were used, where the level followed the output.
    package let levels: ClosedRange<Int>?
}
