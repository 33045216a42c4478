internal import ContainerFormat
internal import FileIO
internal import FrameSealing
internal import StreamPipeline
internal import ZstdCodec

/// The data frames of a container by number, found through its index.
struct IndexedFrames: ~Copyable {
    let trailer: Trailer
    private let preamble: Preamble
    private let input: InputFile
    private let payload: Range<UInt64>
    private let opener: FrameOpener
    private let frame: ChunkBuffer
    private let decompressor: ZstdDecompressor
    private let decompressed: ChunkBuffer
    /// The chunk in `decompressed`, or nil; of one stored as it is nothing is kept.
    private var kept: (chunk: UInt64, byteCount: Int)?
    /// The index group read last.
    private var group: (number: UInt64, words: [FrameWord], offsets: [UInt64])?

    init(_ unlocked: borrowing UnlockedContainer, engine: ChunkCipherEngine) throws {
        let input = unlocked.container.source.input
        guard case .regular(let byteCount) = input.kind else {
            throw EnvelopeError.notSeekable(input.name)
        }
        let preamble = unlocked.container.preamble
        let payload = unlocked.payloadOffset..<byteCount
        let opener = try FrameOpener(key: unlocked.keys.payload, engine: engine)
        let frame = ChunkBuffer(
            byteCount: OpeningWorker.bodyOffset + FrameWord.tagByteCount
                + max(preamble.largestFramePlaintextByteCount, IndexGroup.largestByteCount))
        let trailer = try Self.readTrailer(input, payload, preamble, opener, frame)
        let decompressor = try ZstdDecompressor()
        self.input = input
        self.preamble = preamble
        self.payload = payload
        self.opener = opener
        self.frame = frame
        self.trailer = trailer
        self.decompressor = decompressor
        decompressed = ChunkBuffer(byteCount: preamble.chunkByteCount)
    }

    var chunkByteCount: Int { preamble.chunkByteCount }

    private static func readTrailer(
        _ input: InputFile, _ payload: Range<UInt64>, _ preamble: Preamble,
        _ opener: borrowing FrameOpener, _ frame: ChunkBuffer
    ) throws -> Trailer {
        // Nobody makes a container without data and index; their tags check the rest.
        guard payload.count >= Preamble.byteCount + Trailer.frameByteCount else {
            throw ContainerError.truncated(.trailer)
        }
        let word = FrameWord(kind: .trailer, ciphertextByteCount: Trailer.byteCount)
        let offset = UInt64(payload.count - Trailer.frameByteCount)
        guard try Self.word(input, payload.lowerBound + offset) == word.rawValue else {
            throw ContainerError.frame(.order, at: .trailer)
        }
        let bytes = try open(
            FrameSequence.Frame(word: word, index: 0, place: .trailer), at: offset, input,
            payload.lowerBound, opener, frame)
        guard let trailer = Trailer(bytes: bytes), isPossible(trailer, preamble, payload.count)
        else { throw ContainerError.index }
        return trailer
    }

    /// What must hold of the trailer's numbers whatever the data is (8.3 step 3).
    private static func isPossible(
        _ trailer: Trailer, _ preamble: Preamble, _ payloadByteCount: Int
    ) -> Bool {
        guard (1...preamble.chunkCountLimit).contains(trailer.chunkCount),
            trailer.indexOffset >= UInt64(Preamble.byteCount),
            Trailer(
                chunkCount: trailer.chunkCount, plaintextByteCount: trailer.plaintextByteCount,
                indexOffset: trailer.indexOffset) == trailer,
            trailer.payloadByteCount == UInt64(payloadByteCount)
        else { return false }
        let size = UInt64(preamble.chunkByteCount)
        guard trailer.plaintextByteCount <= trailer.chunkCount * size else { return false }
        return preamble.flags.contains(.padding) || trailer.chunkCount == 1
            || trailer.plaintextByteCount > (trailer.chunkCount - 1) * size
    }

    /// Lends chunk `index`, authenticated and of the length that the trailer gives it.
    ///
    /// A compressed one that was lent last is at hand without reading it again.
    mutating func withChunk(_ index: UInt64, _ body: (RawSpan) throws -> Void) throws {
        if let kept, kept.chunk == index {
            return try decompressed.withBytes(0..<kept.byteCount, body)
        }
        let (word, offset) = try locate(index)
        let place = ContainerError.Place.chunk(index)
        guard try Self.word(input, payload.lowerBound + offset) == word.rawValue else {
            throw ContainerError.index
        }
        try Self.openInPlace(
            FrameSequence.Frame(word: word, index: index, place: place), at: offset, input,
            payload.lowerBound, opener, frame)
        let size = UInt64(preamble.chunkByteCount)
        let expected = min(
            size, trailer.plaintextByteCount - min(trailer.plaintextByteCount, index * size))
        try opener.withPlaintext { plaintext in
            var count = plaintext.byteCount
            if preamble.flags.contains(.padding) {
                guard let unpadded = Padding.bodyByteCount(plaintext) else {
                    throw ContainerError.frame(.padding, at: place)
                }
                count = unpadded
            }
            let stored = plaintext.extracting(0..<count)
            guard word.kind.isCompressed else {
                guard UInt64(count) == expected else { throw ContainerError.index }
                return try body(stored)
            }
            kept = nil
            do {
                count = try decompressed.withMutableBytes(0..<preamble.chunkByteCount) {
                    try decompressor.decompress(stored, into: &$0)
                }
            } catch is ZstdError { throw ContainerError.zstd(at: place) }
            guard UInt64(count) == expected else { throw ContainerError.index }
            kept = (index, count)
            try decompressed.withBytes(0..<count, body)
        }
    }

    /// Lends the bytes of `range` that there are, a chunk at a time.
    mutating func read(_ range: Range<UInt64>, _ body: (RawSpan) throws -> Void) throws {
        let end = min(range.upperBound, trailer.plaintextByteCount)
        let size = UInt64(preamble.chunkByteCount)
        var chunk = range.lowerBound / size
        while range.lowerBound < end, chunk * size < end {
            let start = chunk * size
            try withChunk(chunk) { bytes in
                let from = Int(max(range.lowerBound, start) - start)
                let to = Int(min(end - start, UInt64(bytes.byteCount)))
                try body(bytes.extracting(from..<to))
            }
            chunk += 1
        }
    }

    private mutating func locate(_ index: UInt64) throws -> (FrameWord, UInt64) {
        let number = index / IndexGroup.wordCount
        if group?.number != number { group = try readGroup(number) }
        guard let group else { throw ContainerError.index }
        let position = Int(index % IndexGroup.wordCount)
        return (group.words[position], group.offsets[position])
    }

    private func readGroup(
        _ number: UInt64
    ) throws -> (number: UInt64, words: [FrameWord], offsets: [UInt64]) {
        let byteCount = IndexGroup.byteCount(group: number, chunkCount: trailer.chunkCount)
        let word = FrameWord(kind: .index, ciphertextByteCount: byteCount)
        let offset = trailer.indexOffset + number * UInt64(IndexGroup.fullFrameByteCount)
        guard try Self.word(input, payload.lowerBound + offset) == word.rawValue else {
            throw ContainerError.frame(.order, at: .index)
        }
        let bytes = try Self.open(
            FrameSequence.Frame(word: word, index: number, place: .index), at: offset, input,
            payload.lowerBound, opener, frame)
        var next = bytes[0..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard (UInt64(Preamble.byteCount)...trailer.indexOffset).contains(next) else {
            throw ContainerError.index
        }
        var words: [FrameWord] = []
        var offsets: [UInt64] = []
        let first = number * IndexGroup.wordCount
        for position in stride(from: 8, to: bytes.count, by: 4) {
            let raw = OpeningJob.word(Array(bytes[position..<position + 4]))
            let isLast = first + UInt64(words.count) == trailer.chunkCount - 1
            guard let word = FrameWord(rawValue: raw), word.kind.isData,
                word.kind.isFinal == isLast,
                !word.kind.isCompressed || preamble.flags.contains(.zstdAllowed),
                word.ciphertextByteCount <= preamble.largestFramePlaintextByteCount
            else { throw ContainerError.index }
            words.append(word)
            offsets.append(next)
            next += UInt64(word.frameByteCount)
        }
        let isLastGroup = first + UInt64(words.count) == trailer.chunkCount
        guard next <= trailer.indexOffset, !isLastGroup || next == trailer.indexOffset else {
            throw ContainerError.index
        }
        return (number, words, offsets)
    }

    private static func word(_ input: InputFile, _ offset: UInt64) throws -> UInt32 {
        var word: [UInt8] = [0, 0, 0, 0]
        var span = word.mutableSpan
        var bytes = unsafe span.mutableBytes
        try read(input, into: &bytes, at: offset)
        return OpeningJob.word(word)
    }

    private static func read(
        _ input: InputFile, into bytes: inout MutableRawSpan, at offset: UInt64
    ) throws {
        do throws(FileError) {
            try input.read(into: &bytes, at: offset)
        } catch {
            // A file that shrinks while it is read is a container that was cut.
            guard case .shrank = error else { throw error }
            throw ContainerError.truncated(.trailer)
        }
    }

    private static func open(
        _ frame: FrameSequence.Frame, at offset: UInt64, _ input: InputFile, _ base: UInt64,
        _ opener: borrowing FrameOpener, _ buffer: ChunkBuffer
    ) throws -> [UInt8] {
        try openInPlace(frame, at: offset, input, base, opener, buffer)
        return opener.withPlaintext { unsafe $0.withUnsafeBytes { unsafe Array($0) } }
    }

    private static func openInPlace(
        _ frame: FrameSequence.Frame, at offset: UInt64, _ input: InputFile, _ base: UInt64,
        _ opener: borrowing FrameOpener, _ buffer: ChunkBuffer
    ) throws {
        let count = frame.word.bodyByteCount
        try buffer.withMutableBytes(OpeningWorker.bodyOffset..<OpeningWorker.bodyOffset + count) {
            try read(input, into: &$0, at: base + offset + UInt64(FrameWord.byteCount))
        }
        try buffer.withMutableBytes(0..<OpeningWorker.bodyOffset + count) {
            try opener.open(frame, &$0)
        }
    }
}
