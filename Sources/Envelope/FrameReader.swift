internal import ContainerFormat
internal import FileIO
internal import FrameSealing

/// Reads the frames around the data one at a time: META before it, INDEX and TRAILER after it.
struct FrameReader: ~Copyable {
    private let source: ContainerSource
    private let payloadOffset: UInt64
    private let opener: FrameOpener
    var sequence: FrameSequence

    init(_ unlocked: borrowing UnlockedContainer, engine: ChunkCipherEngine) throws {
        source = unlocked.container.source
        payloadOffset = unlocked.payloadOffset
        opener = try FrameOpener(key: unlocked.keys.payload, engine: engine)
        sequence = FrameSequence(unlocked.container.preamble)
    }

    /// The plaintext of the next frame.
    mutating func next() throws -> [UInt8] {
        let place = sequence.place
        let offset = sequence.offset
        let word = OpeningJob.word(
            try read(FrameWord.byteCount, at: offset, place))
        let frame = try sequence.accept(word)
        let body = try read(
            frame.word.bodyByteCount, at: offset + UInt64(FrameWord.byteCount), place)
        var buffer = [UInt8](repeating: 0, count: OpeningWorker.bodyOffset) + body
        var span = buffer.mutableSpan
        var bytes = unsafe span.mutableBytes
        try opener.open(frame, &bytes)
        return opener.withPlaintext { unsafe $0.withUnsafeBytes { unsafe Array($0) } }
    }

    func isAtEnd() throws -> Bool {
        guard let input = source.positional else { return try source.read(upTo: 1).isEmpty }
        return payloadOffset + sequence.offset == input.byteCount
    }

    private func read(
        _ count: Int, at offset: UInt64, _ place: ContainerError.Place
    ) throws -> [UInt8] {
        guard let input = source.positional else {
            return try source.read(exactly: count, place)
        }
        let start = payloadOffset + offset
        guard start + UInt64(count) <= input.byteCount else {
            throw ContainerError.truncated(place)
        }
        var result = [UInt8](repeating: 0, count: count)
        var span = result.mutableSpan
        var bytes = unsafe span.mutableBytes
        try input.file.read(into: &bytes, at: start)
        return result
    }
}
