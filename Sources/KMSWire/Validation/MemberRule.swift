/// What AWS's service model demands of one member of a request.
package struct MemberRule: Sendable {
    let name: String
    let isRequired: Bool
    let value: ValueRule

    package static func required(_ name: String, _ value: ValueRule) -> MemberRule {
        MemberRule(name: name, isRequired: true, value: value)
    }

    package static func optional(_ name: String, _ value: ValueRule) -> MemberRule {
        MemberRule(name: name, isRequired: false, value: value)
    }

    /// As messages name it: `keyId`.
    var nameInMessages: String { name.prefix(1).lowercased() + name.dropFirst() }
}
