internal import ContainerFormat
internal import FileIO

/// Keeps the word of every data frame until the index is written: four bytes a chunk, in memory up
/// to 16 MiB and from there on in a nameless temporary file.
struct IndexRecorder {
    private static let wordsInMemory = 4 << 20

    private var words: [UInt32] = []
    private var spilledWordCount: UInt64 = 0
    private var scratch: ScratchFile?
    private var bases: [UInt64] = []
    private let spillThreshold: Int

    init(spillThreshold: Int = wordsInMemory) { self.spillThreshold = spillThreshold }

    var chunkCount: UInt64 { spilledWordCount + UInt64(words.count) }

    /// Takes the word of the next data frame, which begins at `offset` of the payload.
    mutating func append(_ word: FrameWord, offset: UInt64) throws {
        if chunkCount.isMultiple(of: IndexGroup.wordCount) { bases.append(offset) }
        words.append(word.rawValue)
        if words.count == spillThreshold { try spill() }
    }

    /// The plaintext of INDEX frame `group`.
    func plaintext(group: UInt64) throws -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(IndexGroup.byteCount(group: group, chunkCount: chunkCount))
        bytes.append(bigEndian: bases[Int(group)])
        let first = group * IndexGroup.wordCount
        let end = min(first + IndexGroup.wordCount, chunkCount)
        if first < spilledWordCount, let scratch {
            let spilledEnd = min(end, spilledWordCount)
            bytes += try scratch.read(offset: first * 4, count: Int(spilledEnd - first) * 4)
        }
        if end > spilledWordCount {
            let from = Int(max(first, spilledWordCount) - spilledWordCount)
            for word in words[from..<Int(end - spilledWordCount)] { bytes.append(bigEndian: word) }
        }
        return bytes
    }

    private mutating func spill() throws {
        if scratch == nil { scratch = try ScratchFile() }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(words.count * 4)
        for word in words { bytes.append(bigEndian: word) }
        try scratch?.append(bytes)
        spilledWordCount += UInt64(words.count)
        words.removeAll(keepingCapacity: true)
    }
}
