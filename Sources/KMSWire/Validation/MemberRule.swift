/// What AWS's service model demands of one member of a request.
package struct MemberRule: Sendable {
    let name: String
    /// As messages name it: `keyId`.
    let nameInMessages: String
    let isRequired: Bool
    let value: ValueRule

    private init(name: String, isRequired: Bool, value: ValueRule) {
        self.name = name
        nameInMessages = name.prefix(1).lowercased() + name.dropFirst()
        self.isRequired = isRequired
        self.value = value
    }

    package static func required(_ name: String, _ value: ValueRule) -> MemberRule {
        MemberRule(name: name, isRequired: true, value: value)
    }

    package static func optional(_ name: String, _ value: ValueRule) -> MemberRule {
        MemberRule(name: name, isRequired: false, value: value)
    }
}
