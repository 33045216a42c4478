/// A small text that a person wrote: keys file, configuration, list of names.
///
/// A byte order mark at the start is dropped; lines end in LF or CRLF, the last one in either or in
/// nothing.
package struct TextFile: Equatable, Sendable {
    package struct Line: Equatable, Sendable {
        /// From 1.
        package let number: Int
        package let bytes: [UInt8]

        /// As an argument is: through ``ArgumentBytes``, since a line may hold a name.
        package var argument: String { ArgumentBytes.encode(bytes) }
    }

    package static let defaultLimit = 1 << 20

    /// Everything after the mark.
    package let bytes: [UInt8]

    package init(bytes: [UInt8]) {
        self.bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    }

    /// - Throws: ``FileError/tooLarge(_:limit:)`` for more than `limit` bytes.
    package init(path: FilePath, limit: Int = TextFile.defaultLimit) throws(FileError) {
        try self.init(InputFile(path: path), limit: limit)
    }

    package init(_ input: InputFile, limit: Int = TextFile.defaultLimit) throws(FileError) {
        var content = [UInt8](repeating: 0, count: limit + 1)
        var span = content.mutableSpan
        var room = unsafe span.mutableBytes
        let count = try input.read(into: &room)
        guard count <= limit else { throw .tooLarge(input.name, limit: limit) }
        self.init(bytes: Array(content.prefix(count)))
    }

    package var lines: [Line] {
        var pieces = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        // What follows the last line end is a line only if something stands there.
        if pieces.last?.isEmpty == true { pieces.removeLast() }
        return pieces.enumerated().map { index, piece in
            let end = piece.last == UInt8(ascii: "\r") ? piece.dropLast() : piece
            return Line(number: index + 1, bytes: Array(end))
        }
    }
}
