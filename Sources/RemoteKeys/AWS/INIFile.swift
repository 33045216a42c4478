package import SecretMemory

/// A shared configuration or credentials file, read as botocore's parser (Python's RawConfigParser)
/// reads it. Values stay in secret memory until somebody takes them.
package struct INIFile: Sendable {
    package struct Failure: Error, Equatable, Sendable {
        /// From 1.
        package let line: Int
    }

    /// A value: its lines, each without white space at its ends.
    package struct Value: Sendable {
        let text: SecretText
        var lines: [Range<Int>]

        /// The lines joined, for what is no secret; nothing if they are no UTF-8.
        package var string: String? {
            let parts = lines.map { text.string($0) }
            guard !parts.contains(nil) else { return nil }
            return parts.compactMap { $0 }.joined(separator: "\n")
        }

        /// The first line.
        package var secret: SecretBytes { text.secret(lines[0]) }

        /// `name = value` lines under an empty first line; nothing for any other value.
        package var nested: [String: String]? {
            guard lines.count > 1, lines[0].isEmpty else { return nil }
            var result: [String: String] = [:]
            for line in lines where !line.isEmpty {
                guard let mark = line.first(where: { text[$0] == UInt8(ascii: "=") }),
                    let name = text.string(text.trimmed(line.lowerBound..<mark)),
                    let value = text.string(text.trimmed((mark + 1)..<line.upperBound))
                else { return nil }
                result[name] = value
            }
            return result
        }
    }

    package static let empty = INIFile()

    /// By the names of sections, then by those of options in lower case.
    package private(set) var sections: [String: [String: Value]] = [:]

    private init() {}

    package init(_ content: consuming SecretBytes) throws(Failure) {
        let text = SecretText(content)
        var section: String?
        var option: String?
        var indent = 0
        for (index, line) in Self.lines(text).enumerated() {
            let content = text.trimmed(line)
            guard let first = content.first, !"#;".utf8.contains(text[first]) else {
                // An empty line belongs to a value that goes on behind it; a comment does not.
                if content.isEmpty, let section, let option {
                    sections[section]?[option]?.lines.append(content)
                }
                continue
            }
            let lineIndent = content.lowerBound - line.lowerBound
            if let section, let option, lineIndent > indent {
                sections[section]?[option]?.lines.append(content)
                continue
            }
            indent = lineIndent
            let failure = Failure(line: index + 1)
            if let name = try Self.sectionName(text, content, failure) {
                guard sections.updateValue([:], forKey: name) == nil else { throw failure }
                section = name
                option = nil
            } else {
                guard let section else { throw failure }
                let (name, value) = try Self.option(text, content, failure)
                guard
                    sections[section]?.updateValue(
                        Value(text: text, lines: [value]), forKey: name) == nil
                else { throw failure }
                option = name
            }
        }
        trimValues()
    }

    /// Empty lines at the end of a value are none of it.
    private mutating func trimValues() {
        for (section, options) in sections {
            for (option, value) in options {
                var lines = value.lines
                while lines.count > 1, lines.last?.isEmpty == true { lines.removeLast() }
                sections[section]?[option]?.lines = lines
            }
        }
    }

    /// LF, CR LF and CR end a line.
    private static func lines(_ text: SecretText) -> [Range<Int>] {
        var lines: [Range<Int>] = []
        var start = 0
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte == 0x0A || byte == 0x0D {
                lines.append(start..<index)
                if byte == 0x0D, index + 1 < text.count, text[index + 1] == 0x0A { index += 1 }
                start = index + 1
            }
            index += 1
        }
        if start < text.count { lines.append(start..<text.count) }
        return lines
    }

    /// What stands between `[` and the last `]` of the line; nothing if it is no section's line.
    private static func sectionName(
        _ text: SecretText, _ line: Range<Int>, _ failure: Failure
    ) throws(Failure) -> String? {
        guard text[line.lowerBound] == UInt8(ascii: "["),
            let end = line.last(where: { text[$0] == UInt8(ascii: "]") }),
            end > line.lowerBound + 1
        else { return nil }
        guard let name = text.string((line.lowerBound + 1)..<end) else { throw failure }
        return name
    }

    private static func option(
        _ text: SecretText, _ line: Range<Int>, _ failure: Failure
    ) throws(Failure) -> (name: String, value: Range<Int>) {
        guard
            let mark = line.first(where: {
                text[$0] == UInt8(ascii: "=") || text[$0] == UInt8(ascii: ":")
            }), mark > line.lowerBound,
            let name = text.string(text.trimmed(line.lowerBound..<mark))
        else { throw failure }
        return (name.lowercased(), text.trimmed((mark + 1)..<line.upperBound))
    }
}
