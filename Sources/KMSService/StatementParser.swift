internal import KMSDomain

/// Reads one statement.
struct StatementParser {
    private let object: PolicyObject
    private let kind: Policy.Kind
    private let version: Policy.Version

    init(_ object: PolicyObject, _ kind: Policy.Kind, _ version: Policy.Version) {
        self.object = object
        self.kind = kind
        self.version = version
    }

    func statement() throws(PolicyError) -> PolicyStatement {
        var allowed: Set = ["Sid", "Effect", "Action", "NotAction", "Condition"]
        if kind.hasResources { allowed.formUnion(["Resource", "NotResource"]) }
        if kind.hasPrincipals { allowed.insert("Principal") }
        if kind == .key { allowed.insert("NotPrincipal") }
        try object.allow(allowed)
        return try PolicyStatement(
            sid: try sid(), effect: try effect(), principals: try principals(),
            actions: try actions(), resources: try resources(), conditions: try conditions())
    }

    private func sid() throws(PolicyError) -> String? {
        guard let sid = try object.text("Sid") else { return nil }
        // Key policies have words in it, others letters and digits.
        let isSound = sid.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: kind == .key && byte >= 0x20 && byte < 0x7F
            }
        }
        guard isSound else { throw .malformedSid(sid) }
        return sid
    }

    private func effect() throws(PolicyError) -> PolicyStatement.Effect {
        guard let text = try object.text("Effect") else { throw .missingMember("Effect") }
        guard let effect = PolicyStatement.Effect(rawValue: text) else {
            throw .unknownEffect(text)
        }
        return effect
    }

    /// The one of an element and its opposite that is there.
    private func either(
        _ name: String, _ opposite: String
    ) throws(PolicyError) -> (node: PolicyJSON, isOpposite: Bool) {
        switch (object.member(name), object.member(opposite)) {
        case (let node?, nil): return (node, false)
        case (nil, let node?): return (node, true)
        case (_?, _?): throw .contradictingMembers(name, opposite)
        case (nil, nil): throw .missingMember(name)
        }
    }

    private func principals() throws(PolicyError) -> PolicyStatement.Principals {
        guard kind.hasPrincipals else { return .implied }
        let (node, isOpposite) = try either("Principal", "NotPrincipal")
        let patterns = try patterns(node, isOpposite ? "NotPrincipal" : "Principal")
        return isOpposite ? .allBut(patterns) : .any(of: patterns)
    }

    private func patterns(
        _ node: PolicyJSON, _ name: String
    ) throws(PolicyError) -> [PrincipalPattern] {
        switch node {
        case .string(let text):
            guard text == "*" else { throw .invalidPrincipal(text) }
            return [.anyone]
        case .object(let members):
            guard !members.isEmpty else { throw .wrongType(member: name) }
            var patterns: [PrincipalPattern] = []
            for member in members {
                for text in try PolicyObject.texts(member.value, of: name) {
                    patterns.append(try pattern(text, of: member.name))
                }
            }
            return patterns
        default: throw .wrongType(member: name)
        }
    }

    private func pattern(
        _ text: String, of type: String
    ) throws(PolicyError) -> PrincipalPattern {
        switch type {
        case "AWS": return try PrincipalPattern(aws: text)
        case "Service", "Federated":
            guard !text.isEmpty, text != "*" else { throw .invalidPrincipal(text) }
            return .elsewhere(text)
        default: throw .unexpectedMember(type)
        }
    }

    private func actions() throws(PolicyError) -> PolicyStatement.Actions {
        let (node, isOpposite) = try either("Action", "NotAction")
        var patterns: [ActionPattern] = []
        for text in try PolicyObject.texts(node, of: isOpposite ? "NotAction" : "Action") {
            patterns.append(try ActionPattern(text))
        }
        return isOpposite ? .allBut(patterns) : .any(of: patterns)
    }

    private func resources() throws(PolicyError) -> PolicyStatement.Resources {
        guard kind.hasResources else { return .implied }
        let (node, isOpposite) = try either("Resource", "NotResource")
        var patterns: [ARNPattern] = []
        for text in try PolicyObject.texts(node, of: isOpposite ? "NotResource" : "Resource") {
            patterns.append(try ARNPattern(text, version: version))
        }
        return isOpposite ? .allBut(patterns) : .any(of: patterns)
    }

    private func conditions() throws(PolicyError) -> [PolicyCondition] {
        guard let node = object.member("Condition") else { return [] }
        guard case .object(let operators) = node else { throw .wrongType(member: "Condition") }
        var conditions: [PolicyCondition] = []
        for member in operators {
            let conditionOperator = try ConditionOperator(name: member.name)
            guard case .object(let keys) = member.value else {
                throw .wrongType(member: member.name)
            }
            for key in keys {
                conditions.append(
                    try PolicyCondition(
                        conditionOperator, key: key.name,
                        values: try values(key.value, of: key.name), version: version))
            }
        }
        return conditions
    }

    /// Numbers and booleans count as their texts.
    private func values(_ node: PolicyJSON, of key: String) throws(PolicyError) -> [String] {
        var nodes = [node]
        if case .array(let elements) = node { nodes = elements }
        guard !nodes.isEmpty else { throw .wrongType(member: key) }
        var values: [String] = []
        for node in nodes {
            switch node {
            case .string(let text), .number(let text): values.append(text)
            case .boolean(let value): values.append(value ? "true" : "false")
            case .object, .array, .null: throw .wrongType(member: key)
            }
        }
        return values
    }
}
