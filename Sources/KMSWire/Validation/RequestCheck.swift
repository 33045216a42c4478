internal import SecretMemory

/// Holds a request against the service model, and says what is wrong in AWS's words.
struct RequestCheck {
    /// Longer values are cut where a message repeats them.
    private static let quotedLength = 1024

    private var violations: [String] = []

    /// - Throws: ``WireError/notConvertible(_:)`` for the first value of another type, otherwise
    ///   ``WireError/invalid(_:)`` with every constraint that is broken.
    static func check(_ object: JSONObject, _ members: [MemberRule]) throws(WireError) {
        var check = RequestCheck()
        try check.structure(object, members, path: "")
        guard check.violations.isEmpty else { throw .invalid(check.violations) }
    }

    private mutating func structure(
        _ object: JSONObject, _ members: [MemberRule], path: String
    ) throws(WireError) {
        for member in members {
            if let node = object.node(member.name) {
                try value(
                    node, of: member.value, path: path + member.nameInMessages, in: object)
            } else if member.isRequired {
                violations.append(Self.missing(path + member.nameInMessages))
            }
        }
    }

    private mutating func value(
        _ node: JSONNode, of rule: ValueRule, path: String, in object: JSONObject
    ) throws(WireError) {
        switch (rule, node) {
        case (.boolean, .boolean): break
        case (.date, .number(let range)):
            guard object.date(range) != nil else {
                throw .notConvertible("NUMBER_VALUE cannot be converted to Timestamp")
            }
        case (.integer(let bounds), .number(let range)):
            guard let number = object.integer(range) else {
                throw .notConvertible("NUMBER_VALUE cannot be converted to Integer")
            }
            if !bounds.contains(number) {
                violate(path, "\(number)", "have value " + Self.bound(number, bounds))
            }
        case (.text, .string(let string)), (.words, .string(let string)):
            let text = object.text(string)
            let shown = rule.isSensitive ? nil : text
            for constraint in Self.broken(rule, text) { violate(path, shown, constraint) }
        case (.secretText(let bounds, let isBase64), .string(let string)):
            let (length, isWithin) = object.secretLength(string)
            if !bounds.contains(length) {
                violate(path, nil, "have length " + Self.bound(length, bounds))
            }
            if isBase64, !isWithin {
                violate(path, nil, Self.constraint(.xksProxySecretAccessKey))
            }
        case (.blob(let bounds, _), .string(let string)):
            guard let count = object.blobByteCount(string) else {
                throw .notConvertible("Invalid Base64")
            }
            guard !bounds.contains(count) else { return }
            violate(
                path,
                rule.isSensitive ? nil : "java.nio.HeapByteBuffer[pos=0 lim=\(count) cap=\(count)]",
                "have length " + Self.bound(count, bounds))
        case (.context, .object(let members)):
            for member in members {
                guard case .string = member.value else {
                    throw .notConvertible(Self.mismatch(.text(0...0), member.value))
                }
            }
        case (.structure(let members), .object(let values)):
            try structure(object.inner(values), members, path: path + ".")
        case (.list(let element, let bounds), .array(let nodes)):
            try list(nodes, of: element, count: bounds, path: path, in: object)
        default: throw .notConvertible(Self.mismatch(rule, node))
        }
    }

    /// Structures are checked one by one; of texts the list as a whole is named.
    private mutating func list(
        _ nodes: [JSONNode], of element: ValueRule, count bounds: ClosedRange<Int>?, path: String,
        in object: JSONObject
    ) throws(WireError) {
        var texts: [String] = []
        for (index, node) in nodes.enumerated() {
            switch (element, node) {
            case (.structure, _):
                try value(node, of: element, path: "\(path).\(index + 1).member", in: object)
            case (_, .string(let string)): texts.append(object.text(string))
            default: throw .notConvertible(Self.mismatch(element, node))
            }
        }
        let shown = "[" + texts.joined(separator: ", ") + "]"
        if let bounds, !bounds.contains(nodes.count) {
            violate(path, shown, "have length " + Self.bound(nodes.count, bounds))
        }
        if texts.contains(where: { !Self.broken(element, $0).isEmpty }) {
            let constraints = Self.constraints(element).map { "Member must " + $0 }
            violate(
                path, shown, "satisfy constraint: [" + constraints.joined(separator: ", ") + "]")
        }
    }

    private mutating func violate(_ path: String, _ value: String?, _ constraint: String) {
        let shown = value.map { " '\(String($0.prefix(Self.quotedLength)))'" } ?? ""
        violations.append(
            "Value\(shown) at '\(path)' failed to satisfy constraint: Member must \(constraint)")
    }

    static func missing(_ path: String) -> String {
        "Value null at '\(path)' failed to satisfy constraint: Member must not be null"
    }

    private static func broken(_ rule: ValueRule, _ text: String) -> [String] {
        switch rule {
        case .words(let words):
            return words.contains(text) ? [] : constraints(rule)
        case .text(let bounds, let pattern, _):
            var broken: [String] = []
            let length = text.unicodeScalars.count
            if !bounds.contains(length) { broken.append("have length " + bound(length, bounds)) }
            if let pattern, !pattern.matches(text) { broken.append(constraint(pattern)) }
            return broken
        case .boolean, .integer, .date, .secretText, .blob, .list, .structure, .context: return []
        }
    }

    /// All that an element of a list has to satisfy.
    private static func constraints(_ rule: ValueRule) -> [String] {
        switch rule {
        case .words(let words):
            ["satisfy enum value set: [" + words.joined(separator: ", ") + "]"]
        case .text(let bounds, let pattern, _):
            [
                "have length less than or equal to \(bounds.upperBound)",
                "have length greater than or equal to \(bounds.lowerBound)",
            ] + (pattern.map { [constraint($0)] } ?? [])
        case .boolean, .integer, .date, .secretText, .blob, .list, .structure, .context: []
        }
    }

    private static func constraint(_ pattern: TextPattern) -> String {
        "satisfy regular expression pattern: \(pattern.rawValue)"
    }

    /// The bound that `value` breaks.
    private static func bound(_ value: Int, _ bounds: ClosedRange<Int>) -> String {
        value > bounds.upperBound
            ? "less than or equal to \(bounds.upperBound)"
            : "greater than or equal to \(bounds.lowerBound)"
    }

    private static func mismatch(_ rule: ValueRule, _ node: JSONNode) -> String {
        let found: String
        switch node {
        case .object: return "Start of structure or map found where not expected."
        case .array: return "Start of list found where not expected"
        case .string: found = "STRING_VALUE"
        case .number: found = "NUMBER_VALUE"
        case .boolean(let value): found = value ? "TRUE_VALUE" : "FALSE_VALUE"
        case .null: found = "NULL_VALUE"
        }
        switch rule {
        case .boolean: return found + " cannot be converted to Boolean"
        case .integer: return found + " cannot be converted to Integer"
        case .date: return found + " cannot be converted to Timestamp"
        case .text, .secretText, .words: return found + " cannot be converted to String"
        case .blob: return found + " cannot be converted to ByteBuffer"
        case .list: return "Expected list or null"
        case .structure, .context: return "Expected map or null"
        }
    }
}
