/// A path as Linux has it: bytes without a NUL, in no particular encoding.
package struct FilePath: Hashable, Sendable {
    package let bytes: [UInt8]

    package init(bytes: [UInt8]) { self.bytes = bytes }

    /// The path that an argument names; arguments come through ``ArgumentBytes``.
    package init(argument: String) { bytes = ArgumentBytes.decode(argument) }

    /// A path that the program or its configuration spells in text.
    package init(text: String) { bytes = Array(text.utf8) }

    /// For people: see ``Escaped``.
    package var displayText: String { Escaped.bytes(bytes) }

    /// The text of a path that is valid UTF-8, for libraries that take nothing else.
    package var utf8Text: String? { String(validating: bytes, as: UTF8.self) }

    package var isAbsolute: Bool { bytes.first == Self.slash }

    /// What follows the last slash; empty for a path that ends in one.
    package var lastComponent: FilePath {
        guard let slash = bytes.lastIndex(of: Self.slash) else { return self }
        return FilePath(bytes: Array(bytes[(slash + 1)...]))
    }

    /// Where the last component lies: `.` for a bare name, `/` for a name in the root.
    package var directory: FilePath {
        guard let slash = bytes.lastIndex(of: Self.slash) else { return FilePath(text: ".") }
        let end = bytes[..<slash].lastIndex { $0 != Self.slash }
        guard let end else { return FilePath(text: "/") }
        return FilePath(bytes: Array(bytes[...end]))
    }

    package func appending(suffix: String) -> FilePath {
        FilePath(bytes: bytes + Array(suffix.utf8))
    }

    /// Without `suffix`; nil where the last component does not end in it or is nothing else.
    package func removing(suffix: String) -> FilePath? {
        let name = lastComponent.bytes
        let suffix = Array(suffix.utf8)
        guard name.count > suffix.count, name.suffix(suffix.count).elementsEqual(suffix) else {
            return nil
        }
        return FilePath(bytes: Array(bytes.dropLast(suffix.count)))
    }

    /// `name` inside this directory, or `name` itself where it is absolute.
    package func appending(component name: FilePath) -> FilePath {
        if name.isAbsolute || bytes.isEmpty { return name }
        let separator = bytes.last == Self.slash ? [] : [Self.slash]
        return FilePath(bytes: bytes + separator + name.bytes)
    }

    package func appending(component name: String) -> FilePath {
        appending(component: FilePath(text: name))
    }

    /// Lends the path to C.
    ///
    /// A path with a NUL inside names nothing, and must not name what stands before the NUL: C gets
    /// the empty path, which every call refuses with ENOENT.
    package func withCString<R, E: Error>(
        _ body: (UnsafePointer<CChar>) throws(E) -> R
    ) throws(E) -> R {
        var terminated = bytes.contains(0) ? [] : bytes.map { CChar(bitPattern: $0) }
        terminated.append(0)
        let characters = terminated.span
        return unsafe try characters.withUnsafeBufferPointer { (buffer) throws(E) -> R in
            guard let start = buffer.baseAddress else {
                preconditionFailure("file path: a C string has at least its NUL")
            }
            return unsafe try body(start)
        }
    }

    private static let slash = UInt8(ascii: "/")
}
