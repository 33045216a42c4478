package import KMSDomain

/// Reads the JSON text of a policy; what it does not know it refuses, as a policy that means something
/// else to its author than to the service is worse than none.
package enum PolicyParser {
    /// - Throws: ``PolicyError`` for all that is not a policy of this kind.
    package static func parse(
        _ text: [UInt8], kind: Policy.Kind
    ) throws(PolicyError) -> Policy {
        guard text.count <= kind.maximumByteCount else {
            throw .tooLong(byteCount: text.count, limit: kind.maximumByteCount)
        }
        guard case .object(let members) = try PolicyJSON.read(text) else {
            throw .notJSON(byteOffset: 0)
        }
        let object = PolicyObject(members)
        try object.allow(["Version", "Id", "Statement"])
        let version = try version(object.member("Version"))
        var statements: [PolicyStatement] = []
        var sids: Set<String> = []
        for node in try object.objects("Statement") {
            let statement = try StatementParser(PolicyObject(node), kind, version).statement()
            if let sid = statement.sid, !sids.insert(sid).inserted { throw .duplicateSid(sid) }
            statements.append(statement)
        }
        guard !statements.isEmpty else { throw .noStatement }
        return Policy(
            version: version, id: try object.text("Id"), statements: statements)
    }

    package static func parse(
        _ text: String, kind: Policy.Kind
    ) throws(PolicyError) -> Policy {
        try parse(Array(text.utf8), kind: kind)
    }

    /// A policy that does not say is of the older version, as at AWS.
    private static func version(_ node: PolicyJSON?) throws(PolicyError) -> Policy.Version {
        guard let node else { return .of2008 }
        guard case .string(let text) = node else { throw .wrongType(member: "Version") }
        guard let version = Policy.Version(rawValue: text) else { throw .unknownVersion(text) }
        return version
    }
}

/// An object of a policy, read by the names of its members.
struct PolicyObject {
    let members: [(name: String, value: PolicyJSON)]

    init(_ members: [(name: String, value: PolicyJSON)]) { self.members = members }

    func member(_ name: String) -> PolicyJSON? {
        members.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }

    func allow(_ names: Set<String>) throws(PolicyError) {
        for member in members where !names.contains(member.name) {
            throw .unexpectedMember(member.name)
        }
    }

    func text(_ name: String) throws(PolicyError) -> String? {
        guard let node = member(name) else { return nil }
        guard case .string(let text) = node else { throw .wrongType(member: name) }
        return text
    }

    /// One object, or a list of them.
    func objects(
        _ name: String
    ) throws(PolicyError) -> [[(name: String, value: PolicyJSON)]] {
        switch member(name) {
        case nil: throw .missingMember(name)
        case .object(let members): return [members]
        case .array(let nodes):
            var objects: [[(name: String, value: PolicyJSON)]] = []
            for node in nodes {
                guard case .object(let members) = node else { throw .wrongType(member: name) }
                objects.append(members)
            }
            return objects
        default: throw .wrongType(member: name)
        }
    }

    /// One text, or a list of at least one.
    static func texts(_ node: PolicyJSON, of name: String) throws(PolicyError) -> [String] {
        switch node {
        case .string(let text): return [text]
        case .array(let nodes):
            guard !nodes.isEmpty else { throw .wrongType(member: name) }
            var texts: [String] = []
            for node in nodes {
                guard case .string(let text) = node else { throw .wrongType(member: name) }
                texts.append(text)
            }
            return texts
        default: throw .wrongType(member: name)
        }
    }
}
