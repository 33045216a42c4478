package import SecretMemory

/// A text that may hold secrets: an answer, a credentials file. It is read byte by byte where it
/// lies, and only what is no secret is taken out as a `String`.
package final class SecretText: Sendable {
    private let bytes: SecretBytes

    package init(_ bytes: consuming SecretBytes) { self.bytes = bytes }

    package var count: Int { bytes.byteCount }

    package func withBytes<R: ~Copyable, E: Error>(
        _ body: (RawSpan) throws(E) -> R
    ) throws(E) -> R {
        try bytes.withBytes(body)
    }

    package subscript(index: Int) -> UInt8 {
        precondition(0..<count ~= index, "text: read past its end")
        return bytes.withBytes { unsafe $0.unsafeLoad(fromByteOffset: index, as: UInt8.self) }
    }

    /// For what is no secret; nothing if it is no UTF-8.
    package func string(_ range: Range<Int>) -> String? {
        String(validating: range.map { self[$0] }, as: UTF8.self)
    }

    package func secret(_ range: Range<Int>) -> SecretBytes {
        bytes.withBytes { SecretBytes(copying: $0.extracting(range)) }
    }

    package func starts(with prefix: StaticString, at index: Int) -> Bool {
        let length = prefix.utf8CodeUnitCount
        guard length <= count - index else { return false }
        return (0..<length).allSatisfy { unsafe self[index + $0] == prefix.utf8Start[$0] }
    }

    /// Without white space at its two ends.
    package func trimmed(_ range: Range<Int>) -> Range<Int> {
        var range = range
        while let first = range.first, Self.isSpace(self[first]) { range.removeFirst() }
        while let last = range.last, Self.isSpace(self[last]) { range.removeLast() }
        return range
    }

    package static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || 0x09...0x0D ~= byte
    }
}
