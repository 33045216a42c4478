internal import ContainerFormat
package import FileIO
internal import StreamPipeline

/// What a container looks like from outside, checked without any key.
package struct StructureReport: Equatable, Sendable {
    package let headerByteCount: UInt64
    package let payloadByteCount: UInt64
    package let chunkCount: UInt64
    package let compressedChunkCount: UInt64
}

/// Walks the frames of a container without a key: grammar, lengths, order and end.
///
/// It finds cuts, appended bytes and gross damage, as after an interrupted upload. It authenticates
/// nothing. Specification: container-v1, 10.2.
package struct StructureCheck: Sendable {
    package init() {}

    package func run(
        _ input: InputFile, progress: Progress = Progress()
    ) throws -> StructureReport {
        if case .regular(let byteCount) = input.kind { progress.expect(byteCount) }
        let source = try ContainerSource(input)
        let header = try SealedContainer.readHeader(source)
        let (preamble, _) = try Preamble.parse(source.read(upTo: Preamble.byteCount))
        var frames = FrameWalk(
            source: source, sequence: FrameSequence(preamble),
            payloadOffset: UInt64(header.byteCount))
        var compressed: UInt64 = 0
        var group: UInt64 = 0
        while let frame = try frames.next() {
            if frame.word.kind == .index {
                let expected = IndexGroup.byteCount(
                    group: group, chunkCount: frames.sequence.chunkCount)
                guard frame.word.ciphertextByteCount == expected else {
                    throw ContainerError.index
                }
                group += 1
            }
            if frame.word.kind.isCompressed { compressed += 1 }
            progress.advance(read: UInt64(frame.word.frameByteCount), written: 0)
        }
        guard try frames.isAtEnd() else { throw ContainerError.trailing }
        return StructureReport(
            headerByteCount: UInt64(header.byteCount), payloadByteCount: frames.sequence.offset,
            chunkCount: frames.sequence.chunkCount, compressedChunkCount: compressed)
    }
}

/// From word to word: in a file by position, in a stream over the bodies.
private struct FrameWalk {
    let source: ContainerSource
    var sequence: FrameSequence
    let payloadOffset: UInt64
    private var skipped = ChunkBuffer(byteCount: 64 * 1024)
    private var trailerSeen = false

    init(source: ContainerSource, sequence: FrameSequence, payloadOffset: UInt64) {
        self.source = source
        self.sequence = sequence
        self.payloadOffset = payloadOffset
    }

    mutating func next() throws -> FrameSequence.Frame? {
        guard !trailerSeen else { return nil }
        let place = sequence.place
        let frame: FrameSequence.Frame
        if let input = source.positional {
            frame = try sequence.next(in: input, payloadOffset: payloadOffset)
        } else {
            frame = try sequence.accept(
                OpeningJob.word(try source.read(exactly: FrameWord.byteCount, place)))
            try skip(frame.word.bodyByteCount, place)
        }
        trailerSeen = frame.word.kind == .trailer
        return frame
    }

    func isAtEnd() throws -> Bool {
        guard let input = source.positional else { return try source.read(upTo: 1).isEmpty }
        return payloadOffset + sequence.offset == input.byteCount
    }

    private func skip(_ byteCount: Int, _ place: ContainerError.Place) throws {
        var left = byteCount
        while left > 0 {
            let step = min(left, skipped.byteCount)
            let count = try skipped.withMutableBytes(0..<step) { try source.read(into: &$0) }
            guard count == step else { throw ContainerError.truncated(place) }
            left -= step
        }
    }
}
