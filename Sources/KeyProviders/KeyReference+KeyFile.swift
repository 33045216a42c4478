package import FileIO
internal import SecretMemory

extension KeyFile {
    /// Longer files are certainly no key files: 64 digits, a mark, and a line end to spare.
    private static let sizeLimit = 128
    private static let digitCount = 2 * WrappingKey.byteCount

    /// The key in a file: 32 bytes as they are, or 64 hex digits with or without a byte order mark
    /// before and a line end (LF or CRLF) behind them.
    ///
    /// Whether others may read the file is returned, for a warning.
    package static func load(
        _ path: FilePath, name: [UInt8]?
    ) throws(KeyReferenceError) -> (key: KeyFile, mode: UInt32) {
        let file = try SecretFile(path, limit: sizeLimit, tooLarge: .notAKeyFile(path))
        guard let key = wrappingKey(file.content) else { throw .notAKeyFile(path) }
        do throws(KeyProviderError) {
            let provider = try KeyFile(
                name: "keyfile:" + path.displayText, key: key, keyID: name)
            return (provider, file.mode)
        } catch { throw .keyNotUsable(path) }
    }

    private static func wrappingKey(_ content: borrowing SecretBytes) -> WrappingKey? {
        if content.byteCount == WrappingKey.byteCount { return WrappingKey(content.duplicate()) }
        let secret = content.withBytes { bytes -> SecretBytes? in
            let digits = digits(bytes)
            guard digits.count == digitCount else { return nil }
            return Hex.secret(bytes.extracting(digits))
        }
        guard let secret else { return nil }
        return WrappingKey(secret)
    }

    /// Where the digits are between mark and line end.
    private static func digits(_ bytes: RawSpan) -> Range<Int> {
        func byte(_ offset: Int) -> UInt8 {
            unsafe bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
        }
        var start = 0
        var end = bytes.byteCount
        if end >= 3, byte(0) == 0xEF, byte(1) == 0xBB, byte(2) == 0xBF { start = 3 }
        if end > start, byte(end - 1) == UInt8(ascii: "\n") { end -= 1 }
        if end > start, byte(end - 1) == UInt8(ascii: "\r") { end -= 1 }
        return start..<end
    }
}
