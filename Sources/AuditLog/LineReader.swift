internal import KMSDomain

/// The lines of a log, one after the other, in memory that does not grow with it or with a line.
struct LineReader: ~Copyable {
    enum Line {
        /// Without its line feed.
        case whole([UInt8])
        /// Longer than any record; passed over.
        case tooLong(byteCount: Int)
        /// The log ends within this line.
        case unfinished(byteCount: Int)
    }

    private static let readByteCount = 1 << 18

    private let file: LogFile
    private let end: Int
    /// Of the next byte to read from the file.
    private var offset = 0
    private var bytes: [UInt8] = []
    /// In `bytes`, of the next line.
    private var start = 0

    /// Reads `file` up to `end`.
    init(_ file: consuming LogFile, end: Int) {
        self.file = file
        self.end = end
    }

    mutating func next() throws(AuditError) -> Line? {
        var passedOver = 0
        while true {
            if let lineFeed = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = bytes[start..<lineFeed]
                start = lineFeed + 1
                let byteCount = passedOver + line.count
                return byteCount > ChainLink.maximumLineByteCount
                    ? .tooLong(byteCount: byteCount) : .whole(Array(line))
            }
            bytes.removeFirst(start)
            start = 0
            if bytes.count > ChainLink.maximumLineByteCount {
                passedOver += bytes.count
                bytes = []
            }
            let more = try file.read(at: offset, count: min(Self.readByteCount, end - offset))
            if more.isEmpty { break }
            offset += more.count
            bytes += more
        }
        let rest = passedOver + bytes.count
        bytes = []
        return rest > 0 ? .unfinished(byteCount: rest) : nil
    }
}
