internal import ContainerFormat
internal import FileIO

/// The bytes of a container in order, out of a file or a stream, with or without armor.
final class ContainerSource {
    let input: InputFile
    private var armor: ArmorReader?
    /// Bytes that were looked at and not taken.
    private var replay: ArraySlice<UInt8> = []
    /// What was read of a regular file, by position: another source may begin anew.
    private var offset: UInt64 = 0

    /// Looks at the beginning for armor (10.1 step 0).
    init(_ input: InputFile) throws {
        self.input = input
        let mark = Armor.byteOrderMark
        var head = try Self.read(input, upTo: Armor.beginLine.count, at: &offset)
        if head.starts(with: mark) {
            head += try Self.read(input, upTo: mark.count, at: &offset)
        }
        let line = head.starts(with: mark) ? head[mark.count...] : head[...]
        if line.elementsEqual(Armor.beginLine) {
            armor = ArmorReader(input, offset: offset)
        } else {
            // An empty input, or one cut inside the mark or the armor's first line.
            guard !Armor.beginLine.starts(with: line), !mark.starts(with: head) else {
                throw ContainerError.truncated(.header)
            }
            replay = head[...]
        }
    }

    private static func read(
        _ input: InputFile, upTo count: Int, at offset: inout UInt64
    ) throws -> [UInt8] {
        var result = [UInt8](repeating: 0, count: count)
        var span = result.mutableSpan
        var bytes = unsafe span.mutableBytes
        let done = try read(input, into: &bytes, from: 0, at: &offset)
        result.removeSubrange(done...)
        return result
    }

    /// A binary container in a regular file, read from its payload on.
    init(_ input: InputFile, payloadOffset: UInt64) {
        self.input = input
        offset = payloadOffset
    }

    var isArmored: Bool { armor != nil }

    /// The input, where frames can be read by their position in it.
    var positional: (file: InputFile, byteCount: UInt64)? {
        guard armor == nil, case .regular(let byteCount) = input.kind else { return nil }
        return (input, byteCount)
    }

    /// Up to `count` bytes; fewer at the end.
    func read(upTo count: Int) throws -> [UInt8] {
        var result = [UInt8](repeating: 0, count: count)
        var span = result.mutableSpan
        var bytes = unsafe span.mutableBytes
        let done = try read(into: &bytes)
        result.removeSubrange(done...)
        return result
    }

    /// Exactly `count` bytes.
    ///
    /// - Throws: ``ContainerError/truncated(_:)``
    func read(exactly count: Int, _ place: ContainerError.Place) throws -> [UInt8] {
        let bytes = try read(upTo: count)
        guard bytes.count == count else { throw ContainerError.truncated(place) }
        return bytes
    }

    /// Fills `bytes`, or as much as there is. Faults of the armor count when somebody asks for a
    /// byte after them.
    func read(into bytes: inout MutableRawSpan) throws -> Int {
        var filled = 0
        while filled < bytes.byteCount {
            if let byte = replay.popFirst() {
                bytes.storeBytes(of: byte, toByteOffset: filled, as: UInt8.self)
                filled += 1
            } else if armor != nil {
                guard let line = try armor?.next() else { return filled }
                replay = line[...]
            } else {
                return filled + (try Self.read(input, into: &bytes, from: filled, at: &offset))
            }
        }
        return filled
    }

    fileprivate static func read(
        _ input: InputFile, into bytes: inout MutableRawSpan, from start: Int,
        at offset: inout UInt64
    ) throws -> Int {
        unsafe try bytes.withUnsafeMutableBytes { buffer in
            var count = buffer.count - start
            if case .regular(let byteCount) = input.kind {
                count = Int(min(UInt64(count), byteCount - min(byteCount, offset)))
            }
            var rest = unsafe MutableRawSpan(
                _unsafeBytes: UnsafeMutableRawBufferPointer(
                    rebasing: buffer[start..<start + count]))
            guard case .regular(_) = input.kind else { return try input.read(into: &rest) }
            try input.read(into: &rest, at: offset)
            offset += UInt64(count)
            return count
        }
    }
}

/// The lines of an armor after its first (container-v1, 11).
private struct ArmorReader {
    private static let blockByteCount = 64 * 1024

    private let input: InputFile
    private var offset: UInt64
    private var text: ArraySlice<UInt8> = []
    private var inputEnded = false
    private var beginLineEnded = false
    private var lastLineSeen = false
    private var ended = false

    init(_ input: InputFile, offset: UInt64) {
        self.input = input
        self.offset = offset
    }

    /// The bytes of the next line; nothing at the proper end.
    ///
    /// - Throws: ``ContainerError/armor`` for any other text.
    mutating func next() throws -> [UInt8]? {
        if ended { return nil }
        guard let line = try takeLine() else { throw ContainerError.armor }
        guard beginLineEnded else {
            // What came after the line that was recognised: nothing, but for its line end.
            guard line.isEmpty else { throw ContainerError.armor }
            beginLineEnded = true
            return try next()
        }
        if line.elementsEqual(Armor.endLine) {
            guard try isAtEnd() else { throw ContainerError.armor }
            ended = true
            return nil
        }
        guard !lastLineSeen, let bytes = Armor.decodeLine(line) else { throw ContainerError.armor }
        lastLineSeen = bytes.count < Armor.lineByteCount
        return bytes
    }

    /// The next line without its line end, which is LF or CR LF. The end line needs none where the
    /// text ends.
    private mutating func takeLine() throws -> ArraySlice<UInt8>? {
        if text.count < Armor.longestLineByteCount { try fill() }
        let room = text.prefix(Armor.longestLineByteCount)
        guard let end = room.firstIndex(of: UInt8(ascii: "\n")) else {
            guard inputEnded, text.elementsEqual(Armor.endLine) else { return nil }
            defer { text = [] }
            return text
        }
        let line = text[..<end]
        text = text[(end + 1)...]
        return line.last == UInt8(ascii: "\r") ? line.dropLast() : line
    }

    private mutating func isAtEnd() throws -> Bool {
        if text.isEmpty { try fill() }
        return text.isEmpty
    }

    private mutating func fill() throws {
        guard !inputEnded else { return }
        var block = [UInt8](repeating: 0, count: Self.blockByteCount)
        var span = block.mutableSpan
        var bytes = unsafe span.mutableBytes
        let count = try ContainerSource.read(input, into: &bytes, from: 0, at: &offset)
        inputEnded = count < Self.blockByteCount
        text = (Array(text) + block.prefix(count))[...]
    }
}
