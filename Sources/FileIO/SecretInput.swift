internal import Glibc
package import SecretMemory

/// Secrets from files and descriptors, read straight into locked memory: no copy stays elsewhere.
package enum SecretInput {
    /// Longer passphrases are a mistake, such as the wrong file.
    package static let passphraseLimit = 4096

    /// The passphrase in a file: a byte order mark before it and one LF or CRLF after it go.
    package static func passphrase(path: FilePath) throws(FileError) -> SecretBytes {
        try read(InputFile(path: path), limit: passphraseLimit, trimming: true)
    }

    /// The passphrase that comes on an open descriptor up to its end, trimmed the same.
    package static func passphrase(descriptor number: Int32) throws(FileError) -> SecretBytes {
        let input: InputFile
        do throws(SystemError) {
            input = try InputFile(Descriptor(borrowing: number), name: .descriptor(number))
        } catch {
            throw .cannotOpen(.descriptor(number), error)
        }
        return try read(input, limit: passphraseLimit, trimming: true)
    }

    /// All of a small input as it is: a key file.
    ///
    /// - Throws: ``FileError/tooLarge(_:limit:)`` for more than `limit` bytes.
    package static func content(
        of input: InputFile, limit: Int
    ) throws(FileError) -> SecretBytes {
        try read(input, limit: limit, trimming: false)
    }

    private static func read(
        _ input: InputFile, limit: Int, trimming: Bool
    ) throws(FileError) -> SecretBytes {
        // Room for a mark, a line end, and one byte that proves the limit passed.
        let room = limit + (trimming ? 5 : 0) + 1
        var count = 0
        let bytes = try SecretBytes(byteCount: room) { (span) throws(FileError) in
            count = try input.read(into: &span)
            if trimming { count = trim(&span, count: count) }
        }
        guard count <= limit else { throw .tooLarge(input.name, limit: limit) }
        return bytes.prefix(byteCount: count)
    }

    /// Moves the secret to the front and returns its length.
    static func trim(_ span: inout MutableRawSpan, count: Int) -> Int {
        unsafe span.withUnsafeMutableBytes { buffer in
            var start = 0
            var end = count
            if end >= 3, unsafe buffer[0] == 0xEF, unsafe buffer[1] == 0xBB,
                unsafe buffer[2] == 0xBF
            {
                start = 3
            }
            if end > start, unsafe buffer[end - 1] == UInt8(ascii: "\n") {
                end -= 1
                if end > start, unsafe buffer[end - 1] == UInt8(ascii: "\r") { end -= 1 }
            }
            if start > 0, let base = buffer.baseAddress {
                unsafe memmove(base, base.advanced(by: start), end - start)
            }
            return end - start
        }
    }
}
