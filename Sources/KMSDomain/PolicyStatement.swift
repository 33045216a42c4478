/// One statement of a policy.
package struct PolicyStatement: Equatable, Sendable {
    package enum Effect: String, Sendable {
        case allow = "Allow"
        case deny = "Deny"
    }

    /// Principal or NotPrincipal; policies of identities have neither.
    package enum Principals: Equatable, Sendable {
        case implied
        case any(of: [PrincipalPattern])
        case allBut([PrincipalPattern])

        package var patterns: [PrincipalPattern] {
            switch self {
            case .implied: []
            case .any(let patterns), .allBut(let patterns): patterns
            }
        }
    }

    /// Action or NotAction, names without regard to the case of letters.
    package enum Actions: Equatable, Sendable {
        case any(of: [ActionPattern])
        case allBut([ActionPattern])

        func contain(_ action: [UInt8]) -> Bool {
            switch self {
            case .any(let patterns): patterns.contains { $0.matches(action) }
            case .allBut(let patterns): !patterns.contains { $0.matches(action) }
            }
        }
    }

    /// Resource or NotResource; trust policies have neither.
    package enum Resources: Equatable, Sendable {
        case implied
        case any(of: [ARNPattern])
        case allBut([ARNPattern])

        func contain(_ resource: [UInt8], in context: ConditionContext) -> Bool {
            switch self {
            case .implied: true
            case .any(let patterns): patterns.contains { $0.matches(resource, in: context) }
            case .allBut(let patterns): !patterns.contains { $0.matches(resource, in: context) }
            }
        }

        fileprivate var haveVariables: Bool {
            switch self {
            case .implied: false
            case .any(let patterns), .allBut(let patterns): patterns.contains(where: \.hasVariables)
            }
        }

        fileprivate var requiredVariables: [ConditionName] {
            switch self {
            case .implied: []
            case .any(let patterns), .allBut(let patterns): patterns.flatMap(\.requiredVariables)
            }
        }
    }

    package let sid: String?
    package let effect: Effect
    package let principals: Principals
    package let actions: Actions
    package let resources: Resources
    /// All have to be met.
    package let conditions: [PolicyCondition]
    /// Variables without which the statement allows nothing.
    let requiredVariables: [ConditionName]

    var asksOfRequest: Bool { !conditions.isEmpty || resources.haveVariables }

    /// - Throws: ``PolicyError/allowedNotPrincipal``.
    package init(
        sid: String? = nil, effect: Effect, principals: Principals = .implied, actions: Actions,
        resources: Resources, conditions: [PolicyCondition] = []
    ) throws(PolicyError) {
        if case .allBut = principals, effect == .allow { throw .allowedNotPrincipal }
        self.sid = sid
        self.effect = effect
        self.principals = principals
        self.actions = actions
        self.resources = resources
        self.conditions = conditions
        requiredVariables =
            effect == .allow
            ? resources.requiredVariables + conditions.flatMap(\.requiredVariables) : []
    }
}

/// The name of an action, with wildcards: `kms:Generate*`.
package struct ActionPattern: Equatable, Sendable {
    private let pattern: WildcardPattern

    /// - Throws: ``PolicyError/malformedAction(_:)`` unless it is `*` or has a service and a name.
    package init(_ text: String) throws(PolicyError) {
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard text == "*" || parts.count == 2 && parts.allSatisfy({ !$0.isEmpty }) else {
            throw .malformedAction(text)
        }
        pattern = WildcardPattern(
            String(decoding: text.utf8.map(ConditionName.folded), as: UTF8.self))
    }

    /// - Parameter action: folded.
    func matches(_ action: [UInt8]) -> Bool { pattern.matches(action) }
}
