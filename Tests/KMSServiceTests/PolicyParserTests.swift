import KMSDomain
import KMSService
import Testing

/// What is a policy, and what is refused for which reason.
@Suite struct PolicyParserTests {
    private static let statement =
        #""Effect":"Allow","Principal":"*","Action":"kms:*","Resource":"*""#

    private static func policy(_ statement: String, version: String = "2012-10-17") -> String {
        #"{"Version":"\#(version)","Statement":[{\#(statement)}]}"#
    }

    @Test("The default key policy of AWS is read")
    func defaultPolicy() throws {
        let text = """
            {"Version": "2012-10-17", "Id": "key-default-1", "Statement": [{
                "Sid": "Enable IAM User Permissions", "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
                "Action": "kms:*", "Resource": "*"}]}
            """
        let policy = try PolicyParser.parse(text, kind: .key)
        #expect(policy.id == "key-default-1")
        #expect(policy.version == .of2012)
        #expect(policy.statements.map(\.sid) == ["Enable IAM User Permissions"])
        #expect(policy.statements[0].principals == .any(of: [.account("111122223333")]))
    }

    @Test("A policy without a version is of the older one; a lone statement needs no list")
    func older() throws {
        let policy = try PolicyParser.parse(#"{"Statement":{\#(Self.statement)}}"#, kind: .key)
        #expect(policy.version == .of2008)
        #expect(policy.statements.count == 1)
    }

    @Test(
        "What is wrong with a key policy is told",
        arguments: [
            ("", .notJSON(byteOffset: 0)), ("[]", .notJSON(byteOffset: 0)),
            ("nonsense", .word), (#"{"Statement":[]}"#, .noStatement),
            (#"{}"#, .missingMember("Statement")),
            (#"{"Statement":[{\#(statement)}],"statement":1}"#, .unexpectedMember("statement")),
            (policy(statement, version: "2012-10-18"), .unknownVersion("2012-10-18")),
            (policy(statement + #","Effect":"Deny""#), .duplicateMember("Effect")),
            (policy(statement + #","Colour":"red""#), .unexpectedMember("Colour")),
            (
                policy(statement + #","NotAction":"kms:*""#),
                .contradictingMembers("Action", "NotAction")
            ),
            (
                policy(#""Effect":"Allow","Principal":"*","Action":"kms:*""#),
                .missingMember("Resource")
            ),
            (
                policy(#""Effect":"Allow","Action":"kms:*","Resource":"*""#),
                .missingMember("Principal")
            ),
            (
                policy(#""Effect":"allow","Principal":"*","Action":"kms:*","Resource":"*""#),
                .unknownEffect("allow")
            ),
            (
                policy(#""Effect":"Allow","NotPrincipal":"*","Action":"*","Resource":"*""#),
                .allowedNotPrincipal
            ),
            (
                policy(#""Effect":"Allow","Principal":"me","Action":"*","Resource":"*""#),
                .invalidPrincipal("me")
            ),
            (
                policy(#""Effect":"Allow","Principal":{"AWS":[]},"Action":"*","Resource":"*""#),
                .wrongType(member: "Principal")
            ),
            (
                policy(#""Effect":"Allow","Principal":"*","Action":"Encrypt","Resource":"*""#),
                .malformedAction("Encrypt")
            ),
            (
                policy(#""Effect":"Allow","Principal":"*","Action":"*","Resource":"key/1""#),
                .malformedARN("key/1")
            ),
            (
                policy(#""Effect":"Allow","Principal":"*","Action":"*","Resource":"arn:aws:kms""#),
                .malformedARN("arn:aws:kms")
            ),
            (
                policy(statement + #","Condition":{"StringIs":{"aws:a":"b"}}"#),
                .unknownOperator("StringIs")
            ),
            (
                policy(statement + #","Condition":{"Bool":{"aws:a":"yes"}}"#),
                .malformedValue("yes", operator: "Bool")
            ),
            (
                policy(statement + #","Condition":{"NumericEquals":{"aws:a":"0x1"}}"#),
                .malformedValue("0x1", operator: "NumericEquals")
            ),
            (
                policy(statement + #","Condition":{"StringEquals":{"colour":"b"}}"#),
                .malformedConditionKey("colour")
            ),
            (
                policy(statement + #","Condition":{"StringEquals":{"aws:a":"${aws:b"}}"#),
                .malformedVariable("${aws:b")
            ),
            (
                policy(statement + #","Condition":{"StringEquals":{"aws:a":[]}}"#),
                .wrongType(member: "aws:a")
            ),
            (
                policy(statement + #","Condition":{"StringEquals":{"aws:a":null}}"#),
                .wrongType(member: "aws:a")
            ),
        ] as [(String, PolicyError)])
    func malformed(text: String, expected: PolicyError) {
        #expect(throws: expected) { try PolicyParser.parse(text, kind: .key) }
    }

    @Test("Two statements of one Sid are refused")
    func sids() {
        let statement = #"{"Sid":"A",\#(Self.statement)}"#
        #expect(throws: PolicyError.duplicateSid("A")) {
            try PolicyParser.parse(#"{"Statement":[\#(statement),\#(statement)]}"#, kind: .key)
        }
    }

    @Test("Each kind of policy has its own elements")
    func kinds() throws {
        let identity = Self.policy(#""Effect":"Allow","Action":"kms:*","Resource":"*""#)
        let trust = Self.policy(#""Effect":"Allow","Principal":"*","Action":"sts:AssumeRole""#)
        let key = Self.policy(Self.statement)
        for kind in [Policy.Kind.identity, .session] {
            _ = try PolicyParser.parse(identity, kind: kind)
            #expect(throws: PolicyError.unexpectedMember("Principal")) {
                try PolicyParser.parse(key, kind: kind)
            }
        }
        _ = try PolicyParser.parse(trust, kind: .trust)
        #expect(throws: PolicyError.unexpectedMember("Resource")) {
            try PolicyParser.parse(key, kind: .trust)
        }
    }

    @Test("A policy of the largest size is read, one byte more refused unread")
    func size() throws {
        let text = Self.policy(Self.statement)
        let padding = String(repeating: " ", count: 32_768 - text.utf8.count)
        _ = try PolicyParser.parse(text + padding, kind: .key)
        #expect(throws: PolicyError.tooLong(byteCount: 32_769, limit: 32_768)) {
            try PolicyParser.parse(text + padding + " ", kind: .key)
        }
    }

    @Test(
        "Texts that are made to exhaust a reader are refused",
        arguments: [
            String(repeating: "[", count: 32_768), String(repeating: #"{"a":"#, count: 6000),
            #"{"Statement":"# + String(repeating: "[", count: 20_000),
        ])
    func deep(text: String) {
        #expect(throws: PolicyError.tooDeep) { try PolicyParser.parse(text, kind: .key) }
    }

    @Test("Bytes that are not UTF-8, lone surrogates and what follows the policy are refused")
    func notJSON() {
        let text = Array(Self.policy(Self.statement).utf8)
        let invalid = [
            text + Array("x".utf8), Array(text.dropLast()),
            Array(#"{"Id":"\ud800","Statement":[]}"#.utf8), Array(#"{"Id":"a"#.utf8) + [0x0A],
            Array(#"{"Id":""#.utf8) + [0xC3, 0x28] + Array(#"","Statement":[]}"#.utf8),
        ]
        for bytes in invalid {
            do throws(PolicyError) {
                _ = try PolicyParser.parse(bytes, kind: .key)
                Issue.record("was read")
            } catch {
                guard case .notJSON = error else {
                    Issue.record("\(error)")
                    continue
                }
            }
        }
    }

    @Test("A policy that is cut is refused; one with a byte changed is read or refused, never more")
    func mutations() throws {
        let text = Array(
            Self.policy(
                Self.statement
                    + #","Condition":{"StringLike":{"aws:username":["${aws:b, 'c'}*","é"]}}"#
            ).utf8)
        for index in text.indices {
            #expect((try? PolicyParser.parse(Array(text[..<index]), kind: .key)) == nil)
            for change in [UInt8(0), 0x22, 0x5C, 0x7B, 0x24, 0xFF] {
                var changed = text
                changed[index] = change
                let policy = try? PolicyParser.parse(changed, kind: .key)
                #expect(policy.map { $0.statements.count == 1 } ?? true)
            }
        }
    }
}

extension PolicyError {
    /// The reader's complaint of a text that begins with no value.
    fileprivate static let word = PolicyError.notJSON(byteOffset: 1)
}
