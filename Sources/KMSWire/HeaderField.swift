/// One line of a request's header. Values are text that is sent as it stands, so they are no secrets.
package struct HeaderField: Equatable, Sendable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// In lower case.
    ///
    /// - Throws: ``SigV4Error/malformedHeader(name:)`` if it is no token of RFC 9110.
    func canonicalName() throws(SigV4Error) -> String {
        guard !name.isEmpty, name.utf8.allSatisfy(Self.isTokenByte) else {
            throw .malformedHeader(name: name)
        }
        if name.utf8.allSatisfy({ ASCII.lowercased($0) == $0 }) { return name }
        return String(decoding: name.utf8.map { ASCII.lowercased($0) }, as: UTF8.self)
    }

    /// Appends the value without blanks around it, and with one space for each run of blanks inside.
    ///
    /// - Throws: ``SigV4Error/malformedHeader(name:)`` for control characters: a line end in a value
    ///   would be a header of its own.
    func appendCanonicalValue(to bytes: inout [UInt8]) throws(SigV4Error) {
        let start = bytes.count
        var blankIsDue = false
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"): blankIsDue = bytes.count > start
            case 0..<0x20, 0x7F: throw .malformedHeader(name: name)
            default:
                if blankIsDue { bytes.append(UInt8(ascii: " ")) }
                blankIsDue = false
                bytes.append(byte)
            }
        }
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        ASCII.isLetterOrDigit(byte) || "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
}
