import Foundation
import KMSDomain
import KMSService

/// Policies, grants and requests with the right outcome of each, as policy-oracle.py prints them.
struct PolicyWorld: Decodable, Sendable {
    struct Constraint: Decodable {
        let equals: [[String]]?
        let subset: [[String]]?

        var value: GrantConstraint? {
            GrantConstraint(equals: equals.map(pairs), subset: subset.map(pairs))
        }
    }

    struct NewGrant: Decodable {
        let grantee: String?
        let operations: [String]
        let constraint: Constraint?

        var operationSet: Set<Grant.Operation> {
            Set(operations.compactMap { Grant.Operation(rawValue: $0) })
        }
    }

    struct Caller: Decodable {
        let kind: String
        let account: String
        let arn: String
        let role: String?

        var principal: Principal {
            let kind: Principal.Kind =
                switch kind {
                case "root": .root
                case "session": .roleSession(role: role ?? "")
                default: .user
                }
            return Principal(kind: kind, accountID: account, arn: arn)
        }
    }

    struct Request: Decodable {
        let principal: Caller
        let action: String
        let isKey: Bool
        let resource: String
        let context: [String: [String]]
        let encryptionContext: [[String]]
        let newGrant: NewGrant
        let outcome: String
    }

    let keyPolicy: String?
    let identity: [String]
    let session: [String]?
    let grants: [NewGrant]
    let requests: [Request]

    static let keyAccount = "111122223333"

    /// The questions that the requests ask, with what is right.
    func questions() throws -> [(question: AccessQuestion, outcome: String)] {
        let keyPolicy = try keyPolicy.map { try PolicyParser.parse($0, kind: .key) }
        let identity = try identity.map { try PolicyParser.parse($0, kind: .identity) }
        let session = try session?.map { text in try PolicyParser.parse(text, kind: .identity) }
        let grants = try grants.enumerated().map { try grant($1, number: UInt8($0)) }
        return requests.map { request in
            var context = ConditionContext()
            for (name, values) in request.context {
                for value in values { context.add(value, to: name) }
            }
            let question = AccessQuestion(
                principal: request.principal.principal, action: request.action,
                resource: !request.isKey
                    ? request.resource == "*" ? .none : .named(request.resource)
                    : .owned(arn: request.resource, accountID: Self.keyAccount),
                context: context, encryptionContext: pairs(request.encryptionContext),
                resourcePolicy: request.isKey ? keyPolicy : nil, identityPolicies: identity,
                sessionPolicies: session, grants: grants,
                newGrant: GrantProposal(
                    operations: request.newGrant.operationSet,
                    constraint: request.newGrant.constraint?.value))
            return (question, request.outcome)
        }
    }

    private func grant(_ given: NewGrant, number: UInt8) throws -> Grant {
        guard let id = GrantID(bytes: [UInt8](repeating: number, count: 32)),
            let key = KeyID(bytes: [UInt8](repeating: 1, count: 16))
        else { throw PolicyOracle.Failure(output: "no id") }
        return Grant(
            id: id, keyID: key, name: nil, creationDate: Timestamp(millisecondsSince1970: 0),
            grantee: try PrincipalPattern(aws: given.grantee ?? ""), retiringPrincipal: nil,
            issuingPrincipal: "arn:aws:iam::111122223333:root", operations: given.operationSet,
            constraint: given.constraint?.value)
    }
}

private func pairs(_ texts: [[String]]) -> [GrantConstraint.Pair] {
    texts.map { GrantConstraint.Pair(key: Array($0[0].utf8), value: Array($0[1].utf8)) }
}

extension AccessDecision.Outcome {
    /// In the oracle's words.
    var word: String {
        switch self {
        case .allowed(.resourcePolicy): "keyPolicy"
        case .allowed(.identityPolicy): "identityPolicy"
        case .allowed(.grant): "grant"
        case .allowed(.accountRoot): "accountRoot"
        case .denied(.explicit(.resourcePolicy)): "explicit key"
        case .denied(.explicit(.identityPolicy(let index))): "explicit identity \(index)"
        case .denied(.explicit(.sessionPolicy(let index))): "explicit session \(index)"
        case .denied(.noResourcePolicy): "noResourcePolicy"
        case .denied(.noIdentityPolicy): "noIdentityPolicy"
        case .denied(.noSessionPolicy): "noSessionPolicy"
        case .denied(.foreignResource): "foreignResource"
        }
    }
}

/// AWS's rules a second time, in Python, of which the standard library is enough.
enum PolicyOracle {
    struct Failure: Error { let output: String }

    static let worlds = Result { try worlds(count: 1500, seed: 20_261_127) }

    private static func worlds(count: Int, seed: Int) throws -> [PolicyWorld] {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("policy-oracle.py").path
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            ProcessInfo.processInfo.environment["COFFER_TEST_PYTHON"] ?? "python3", "-B", script,
            "make", "\(count)", "\(seed)",
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(output: "status \(process.terminationStatus)")
        }
        return try data.split(separator: UInt8(ascii: "\n")).map {
            try JSONDecoder().decode(PolicyWorld.self, from: $0)
        }
    }
}
