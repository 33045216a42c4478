/// Takes the text of a pattern apart.
struct PolicyPatternParser {
    private var rest: Substring.UTF8View
    private let text: String
    private let wildcards: PolicyPattern.Wildcards
    private let hasVariables: Bool
    private var pieces: [PolicyPattern.Piece] = []
    private var current = WildcardPattern()

    init(_ text: String, wildcards: PolicyPattern.Wildcards, version: Policy.Version) {
        self.text = text
        rest = text[...].utf8
        self.wildcards = wildcards
        hasVariables = version == .of2012
    }

    /// At least one piece, if only an empty text.
    mutating func parse() throws(PolicyError) -> [PolicyPattern.Piece] {
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "$") where hasVariables && rest.first == UInt8(ascii: "{"):
                rest.removeFirst()
                try variable()
            case UInt8(ascii: "*") where wildcards == .matching: current.appendAnyRun()
            case UInt8(ascii: "?") where wildcards == .matching: current.appendAnyCharacter()
            default: current.append(literal: CollectionOfOne(byte))
            }
        }
        if !current.isEmpty || pieces.isEmpty { pieces.append(.text(current)) }
        return pieces
    }

    private mutating func variable() throws(PolicyError) {
        guard let end = rest.firstIndex(of: UInt8(ascii: "}")) else {
            throw .malformedVariable(text)
        }
        let content = String(decoding: rest[..<end], as: UTF8.self)
        rest = rest[rest.index(after: end)...]
        if ["*", "?", "$"].contains(content) {
            current.append(literal: content.utf8)
            return
        }
        let (name, otherwise) = try Self.parts(content, of: text)
        if !current.isEmpty { pieces.append(.text(current)) }
        current = WildcardPattern()
        pieces.append(.variable(ConditionName(name), otherwise: otherwise))
    }

    /// `name` or `name, 'default'`.
    private static func parts(
        _ content: String, of text: String
    ) throws(PolicyError) -> (name: String, otherwise: [UInt8]?) {
        let bytes = Array(content.utf8)
        let comma = bytes.firstIndex(of: UInt8(ascii: ","))
        let name = String(decoding: bytes[..<(comma ?? bytes.endIndex)], as: UTF8.self)
        guard name.utf8.contains(UInt8(ascii: ":")),
            !name.utf8.contains(where: { $0 <= 0x20 || "${'".utf8.contains($0) })
        else { throw .malformedVariable(text) }
        guard let comma else { return (name, nil) }
        let quoted = bytes[(comma + 1)...].drop { $0 == UInt8(ascii: " ") }
        guard quoted.count >= 2, quoted.first == UInt8(ascii: "'"),
            quoted.last == UInt8(ascii: "'"),
            !quoted.dropFirst().dropLast().contains(UInt8(ascii: "'"))
        else { throw .malformedVariable(text) }
        return (name, Array(quoted.dropFirst().dropLast()))
    }
}
