/// Which frame may come next: the decoder's grammar, without keys and without bytes.
///
/// Words go in as they are read, and each comes out as a frame with its place, its nonce's index
/// and a length within its cap. Specification: container-v1, 10.1 step 7.
package struct FrameSequence: Sendable {
    private enum Expected {
        case metadata
        case data
        case index(group: UInt64)
        case trailer
        case nothing
    }

    package struct Frame: Equatable, Sendable {
        package let word: FrameWord
        package let index: UInt64
        package let place: ContainerError.Place

        package init(word: FrameWord, index: UInt64, place: ContainerError.Place) {
            self.word = word
            self.index = index
            self.place = place
        }
    }

    private let preamble: Preamble
    private var expected: Expected
    private(set) package var chunkCount: UInt64 = 0
    /// Bytes of the payload before the next frame.
    private(set) package var offset = UInt64(Preamble.byteCount)
    /// Where the index must be: set once the final data frame was met.
    private(set) package var indexOffset: UInt64 = 0

    package init(_ preamble: Preamble) { self.init(preamble, chunkCount: 0) }

    /// The tests of the chunk limit begin near it; nobody else reaches this.
    init(_ preamble: Preamble, chunkCount: UInt64) {
        self.preamble = preamble
        self.chunkCount = chunkCount
        expected = preamble.flags.contains(.metadata) ? .metadata : .data
    }

    package var expectsMetadata: Bool { if case .metadata = expected { true } else { false } }
    package var expectsIndex: Bool { if case .index = expected { true } else { false } }

    /// Where the next frame is, for the message that says that it is missing.
    package var place: ContainerError.Place {
        switch expected {
        case .metadata: .metadata
        case .data: .chunk(chunkCount)
        case .index: .index
        case .trailer, .nothing: .trailer
        }
    }

    package mutating func accept(_ rawWord: UInt32) throws(ContainerError) -> Frame {
        let place = place
        guard let word = FrameWord(rawValue: rawWord) else { throw .frame(.kind, at: place) }
        let frame: Frame
        switch (expected, word.kind) {
        case (.metadata, .metadata):
            frame = Frame(word: word, index: 0, place: place)
            expected = .data
        case (.data, let kind)
        where kind.isData && (!kind.isCompressed || preamble.flags.contains(.zstdAllowed)):
            frame = Frame(word: word, index: chunkCount, place: place)
        case (.index(let group), .index):
            frame = Frame(word: word, index: group, place: place)
        case (.trailer, .trailer):
            frame = Frame(word: word, index: 0, place: place)
            expected = .nothing
        default: throw .frame(.order, at: place)
        }
        guard ciphertextByteCounts(word.kind).contains(word.ciphertextByteCount) else {
            throw .frame(.byteCount, at: place)
        }
        offset += UInt64(word.frameByteCount)
        if word.kind.isData {
            guard chunkCount < preamble.chunkCountLimit else { throw .limit(.chunkCount) }
            chunkCount += 1
            if word.kind.isFinal {
                expected = .index(group: 0)
                indexOffset = offset
            }
        } else if case .index(let group) = expected {
            let next = group + 1
            expected =
                next < IndexGroup.groupCount(chunkCount: chunkCount)
                ? .index(group: next) : .trailer
        }
        return frame
    }

    private func ciphertextByteCounts(_ kind: FrameKind) -> ClosedRange<Int> {
        switch kind {
        case .data, .zstdData, .finalData, .finalZstdData:
            0...preamble.largestFramePlaintextByteCount
        case .metadata: 0...Metadata.largestByteCount
        case .index: 0...IndexGroup.largestByteCount
        case .trailer: Trailer.byteCount...Trailer.byteCount
        }
    }
}

extension Preamble {
    /// A chunk, and with PAD the byte that marks where its padding begins.
    package var largestFramePlaintextByteCount: Int {
        chunkByteCount + (flags.contains(.padding) ? 1 : 0)
    }
}

/// The rule that gives each plaintext one division into chunks (container-v1, 7.3 and 7.5).
///
/// Told of the chunks in order.
package struct ChunkRule: Sendable {
    private let chunkByteCount: Int
    private let isPadded: Bool
    private var shortChunkSeen = false

    package init(_ preamble: Preamble) {
        chunkByteCount = preamble.chunkByteCount
        isPadded = preamble.flags.contains(.padding)
    }

    package mutating func accept(
        byteCount: Int, chunkIndex: UInt64, isFinal: Bool
    ) throws(ContainerError) {
        let isAllowed =
            if isPadded {
                byteCount <= chunkByteCount && (!shortChunkSeen || byteCount == 0)
            } else if isFinal {
                byteCount <= chunkByteCount && (byteCount > 0 || chunkIndex == 0)
            } else {
                byteCount == chunkByteCount
            }
        guard isAllowed else { throw .frame(.chunkByteCount, at: .chunk(chunkIndex)) }
        if byteCount < chunkByteCount { shortChunkSeen = true }
    }
}
