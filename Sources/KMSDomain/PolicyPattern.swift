/// Text of a policy that a value is compared with: wildcards, and variables that a request fills in.
///
/// Policies of version 2012-10-17 have variables: `${aws:username}`, with what to take where the
/// request has none as `${aws:username, 'nobody'}`; `${*}`, `${?}` and `${$}` are those characters
/// themselves. A value that takes a variable's place is literal, whatever characters it has.
package struct PolicyPattern: Equatable, Sendable {
    enum Piece: Equatable, Sendable {
        case text(WildcardPattern)
        case variable(ConditionName, otherwise: [UInt8]?)
    }

    /// Whether `*` and `?` are wildcards; StringEquals takes them as they are.
    package enum Wildcards: Sendable {
        case matching
        case literal
    }

    let pieces: [Piece]

    init(pieces: [Piece]) { self.pieces = pieces }

    package init(
        _ text: String, wildcards: Wildcards, version: Policy.Version
    ) throws(PolicyError) {
        var parser = PolicyPatternParser(text, wildcards: wildcards, version: version)
        pieces = try parser.parse()
    }

    var hasVariables: Bool {
        pieces.contains { piece in
            if case .variable = piece { true } else { false }
        }
    }

    /// The variables that make the pattern match nothing where the request has no value for them.
    var requiredVariables: [ConditionName] {
        pieces.compactMap { piece in
            if case .variable(let name, nil) = piece { name } else { nil }
        }
    }

    /// The pattern with its variables filled in; nothing where one of them has no value.
    func resolved(in context: ConditionContext) -> WildcardPattern? {
        if pieces.count == 1, case .text(let pattern) = pieces[0] { return pattern }
        var result = WildcardPattern()
        for piece in pieces {
            switch piece {
            case .text(let pattern): result.append(pattern)
            case .variable(let name, let otherwise):
                guard let value = context.variable(name) ?? otherwise else { return nil }
                result.append(literal: value)
            }
        }
        return result
    }

    func matches(_ value: [UInt8], in context: ConditionContext) -> Bool {
        resolved(in: context)?.matches(value) ?? false
    }
}
