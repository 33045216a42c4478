/// One line of a request's header. Values are text that is sent as it stands, so they are no secrets.
package struct HeaderField: Equatable, Sendable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// Lower-case bytes.
    ///
    /// - Throws: ``SigV4Error/malformedHeader(name:)`` if it is no token of RFC 9110.
    func canonicalName() throws(SigV4Error) -> [UInt8] {
        let bytes = Array(name.utf8)
        guard !bytes.isEmpty, bytes.allSatisfy(Self.isTokenByte) else {
            throw .malformedHeader(name: name)
        }
        return bytes.map { ASCII.lowercased($0) }
    }

    /// Without blanks around it, and with one space for each run of blanks inside.
    ///
    /// - Throws: ``SigV4Error/malformedHeader(name:)`` for control characters: a line end in a value
    ///   would be a header of its own.
    func canonicalValue() throws(SigV4Error) -> [UInt8] {
        var result: [UInt8] = []
        var blankIsDue = false
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"): blankIsDue = !result.isEmpty
            case 0..<0x20, 0x7F: throw .malformedHeader(name: name)
            default:
                if blankIsDue { result.append(UInt8(ascii: " ")) }
                blankIsDue = false
                result.append(byte)
            }
        }
        return result
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        ASCII.isLetterOrDigit(byte) || "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
}
