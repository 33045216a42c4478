import FileIO

/// A JSON value, written by hand: what `--json` prints is small, and Foundation costs start-up time.
indirect enum JSONValue: Sendable {
    case text(String)
    case number(UInt64)
    case signed(Int64)
    /// Digits with a point, as they are to be printed.
    case decimal(String)
    case flag(Bool)
    case null
    case list([JSONValue])
    /// Members in the order in which they are printed.
    case object([(String, JSONValue)])

    /// A path: as it is where it is UTF-8, otherwise as ``Escaped`` spells it.
    static func path(_ path: FilePath) -> JSONValue { .text(path.utf8Text ?? path.displayText) }

    static func optional(_ value: String?) -> JSONValue { value.map(JSONValue.text) ?? .null }

    static func optional(_ value: UInt64?) -> JSONValue { value.map(JSONValue.number) ?? .null }

    /// On one line.
    var encoded: String {
        var output = ""
        write(to: &output)
        return output
    }

    private func write(to output: inout String) {
        switch self {
        case .text(let text): Self.write(text, to: &output)
        case .number(let number): output += String(number)
        case .signed(let number): output += String(number)
        case .decimal(let digits): output += digits
        case .flag(let flag): output += flag ? "true" : "false"
        case .null: output += "null"
        case .list(let values):
            output += "["
            for (index, value) in values.enumerated() {
                if index > 0 { output += "," }
                value.write(to: &output)
            }
            output += "]"
        case .object(let members):
            output += "{"
            for (index, member) in members.enumerated() {
                if index > 0 { output += "," }
                Self.write(member.0, to: &output)
                output += ":"
                member.1.write(to: &output)
            }
            output += "}"
        }
    }

    /// Control and invisible format characters are escaped, so that JSON is as safe on a terminal as
    /// text is (R38).
    private static func write(_ text: String, to output: inout String) {
        output += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": output += "\\\""
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            case "\r": output += "\\r"
            case "\t": output += "\\t"
            case _ where scalar.value < 0x20 || isInvisible(scalar):
                for unit in UTF16.encode(scalar) ?? .init() { output += escape(unit) }
            default: output.unicodeScalars.append(scalar)
            }
        }
        output += "\""
    }

    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.value >= 0x7F else { return false }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: return true
        default: return false
        }
    }

    private static func escape(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
