/// An ARN with wildcards and variables, compared part by part: no wildcard reaches over a colon,
/// except in the last part, which may have colons itself.
///
/// A pattern of fewer than six parts that ends in `*` stands for every ARN that begins so; `*` alone
/// for every text.
package struct ARNPattern: Equatable, Sendable {
    private static let partCount = 6

    private let parts: [PolicyPattern]

    /// - Throws: ``PolicyError/malformedARN(_:)`` for what no ARN can match.
    package init(_ text: String, version: Policy.Version) throws(PolicyError) {
        var parts: [PolicyPattern] = []
        for part in Self.split(text) {
            parts.append(
                try PolicyPattern(String(part), wildcards: .matching, version: version))
        }
        guard parts.count == Self.partCount || text.utf8.last == UInt8(ascii: "*"),
            parts.count == 1 || text.utf8.starts(with: "arn:".utf8)
        else { throw .malformedARN(text) }
        self.parts = parts
    }

    var hasVariables: Bool { parts.contains(where: \.hasVariables) }

    var requiredVariables: [ConditionName] { parts.flatMap(\.requiredVariables) }

    func matches(_ value: [UInt8], in context: ConditionContext) -> Bool {
        let values = value.split(
            separator: UInt8(ascii: ":"), maxSplits: parts.count - 1,
            omittingEmptySubsequences: false)
        guard values.count == parts.count else { return false }
        for (part, value) in zip(parts, values) {
            guard let pattern = part.resolved(in: context), pattern.matches(value) else {
                return false
            }
        }
        return true
    }

    /// At the first five colons; those within a variable's braces are its own.
    private static func split(_ text: String) -> [Substring] {
        var parts: [Substring] = []
        var start = text.startIndex
        var isVariable = false
        for index in text.utf8.indices where parts.count < partCount - 1 {
            switch text.utf8[index] {
            case UInt8(ascii: "{"):
                isVariable =
                    index > text.startIndex
                    && text.utf8[text.utf8.index(before: index)] == UInt8(ascii: "$")
            case UInt8(ascii: "}"): isVariable = false
            case UInt8(ascii: ":") where !isVariable:
                parts.append(text[start..<index])
                start = text.utf8.index(after: index)
            default: break
            }
        }
        parts.append(text[start...])
        return parts
    }
}
