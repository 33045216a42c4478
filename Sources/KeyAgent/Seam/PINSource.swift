package import FileIO

/// Where a token's URI says that its PIN is.
package enum PINSource {
    /// The file of a `pin-source` attribute (RFC 7512: a path or a file URI). A command to be run,
    /// which some write as `|command`, is taken for a path.
    package static func file(of uri: String) -> FilePath? {
        let attributes = uri.split(whereSeparator: { ":;?&".contains($0) })
        let name = "pin-source="
        guard let start = attributes.firstIndex(where: { $0.hasPrefix(name) }) else { return nil }
        // The colon of `file:` parted it.
        var value = String(attributes[start].dropFirst(name.utf8.count))
        if value == "file", start + 1 < attributes.count { value = String(attributes[start + 1]) }
        var bytes = decode(Array(value.utf8))
        if bytes.starts(with: "file:".utf8) { bytes.removeFirst(5) }
        if bytes.starts(with: "///".utf8) { bytes.removeFirst(2) }
        return FilePath(bytes: bytes)
    }

    private static func decode(_ text: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        var index = 0
        while index < text.count {
            let digits = text[index...].dropFirst().prefix(2)
            if text[index] == UInt8(ascii: "%"), digits.count == 2,
                let byte = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            {
                bytes.append(byte)
                index += 3
            } else {
                bytes.append(text[index])
                index += 1
            }
        }
        return bytes
    }
}
