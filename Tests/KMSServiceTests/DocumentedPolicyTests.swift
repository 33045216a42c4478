import KMSDomain
import KMSService
import Testing

/// Policies that AWS's documentation shows, by the names of its pages, and what it says of them.
@Suite struct DocumentedPolicyTests {
    /// A policy, the requests that it allows, and those that it does not.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let statement: String
        var version = "2012-10-17"
        /// An identity policy of the caller, where the statement is not one itself.
        var identity: String?
        var isIdentityPolicy = false
        let allowed: [Asked]
        let refused: [Asked]

        var testDescription: String { name }
    }

    struct Asked: Sendable {
        var principal = DocumentedPolicyTests.alice
        var action = "kms:Decrypt"
        var resource = DocumentedPolicyTests.key
        var context: [String: [String]] = [:]
    }

    static let account = "111122223333"
    static let key =
        "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    static let alice = Principal(
        kind: .user, accountID: account, arn: "arn:aws:iam::111122223333:user/Alice")
    static let bob = Principal(
        kind: .user, accountID: account, arn: "arn:aws:iam::111122223333:user/Bob")
    static let root = Principal(
        kind: .root, accountID: account, arn: "arn:aws:iam::111122223333:root")
    static let foreigner = Principal(
        kind: .user, accountID: "444455556666", arn: "arn:aws:iam::444455556666:user/Carol")
    static let session = Principal(
        kind: .roleSession(role: "arn:aws:iam::111122223333:role/ExampleRole"),
        accountID: account, arn: "arn:aws:sts::111122223333:assumed-role/ExampleRole/session")

    static let useKey = #"{"Effect":"Allow","Action":"kms:*","Resource":"*"}"#

    static let cases: [Case] = [
        Case(
            name: "Default key policy: the account decides, its root without more",
            statement: """
                {"Sid":"Enable IAM User Permissions","Effect":"Allow",
                 "Principal":{"AWS":"arn:aws:iam::111122223333:root"},
                 "Action":"kms:*","Resource":"*"}
                """,
            allowed: [Asked(principal: root)],
            refused: [Asked(), Asked(principal: session), Asked(principal: foreigner)]),
        Case(
            name: "Default key policy: with an IAM policy that allows",
            statement: """
                {"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"kms:*",
                 "Resource":"*"}
                """, identity: useKey,
            allowed: [Asked(), Asked(principal: session)], refused: [Asked(principal: foreigner)]),
        Case(
            name: "Allowing users in other accounts to use a KMS key: both have to allow",
            statement: """
                {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:root"},
                 "Action":["kms:Encrypt","kms:Decrypt","kms:ReEncrypt*","kms:GenerateDataKey*",
                 "kms:DescribeKey"],"Resource":"*"}
                """, identity: useKey,
            allowed: [
                Asked(principal: foreigner),
                Asked(principal: foreigner, action: "kms:ReEncryptFrom"),
            ],
            refused: [Asked(principal: foreigner, action: "kms:PutKeyPolicy"), Asked()]),
        Case(
            name: "Allowing users in other accounts to use a KMS key: the key policy alone",
            statement: """
                {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:user/Carol"},
                 "Action":"kms:Decrypt","Resource":"*"}
                """, allowed: [], refused: [Asked(principal: foreigner)]),
        Case(
            name: "Allows key users to use the KMS key: named in the key policy",
            statement: """
                {"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111122223333:user/Alice",
                 "arn:aws:iam::111122223333:role/ExampleRole"]},"Action":"kms:Decrypt",
                 "Resource":"*"}
                """,
            allowed: [Asked(), Asked(principal: session)],
            refused: [Asked(principal: bob), Asked(principal: root), Asked(action: "kms:Encrypt")]),
        Case(
            name: "kms:ViaService",
            statement: """
                {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/Alice"},
                 "Action":"kms:Decrypt","Resource":"*",
                 "Condition":{"StringEquals":{"kms:ViaService":["ec2.us-west-2.amazonaws.com",
                 "rds.us-west-2.amazonaws.com"]}}}
                """,
            allowed: [Asked(context: ["kms:ViaService": ["rds.us-west-2.amazonaws.com"]])],
            refused: [Asked(), Asked(context: ["kms:ViaService": ["s3.us-west-2.amazonaws.com"]])]),
        Case(
            name: "kms:EncryptionContext:context-key",
            statement: """
                {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/Alice"},
                 "Action":"kms:Decrypt","Resource":"*",
                 "Condition":{"StringEquals":{"kms:EncryptionContext:AppName":"ExampleApp",
                 "kms:EncryptionContext:FilePath":"/var/opt/secrets/"}}}
                """,
            allowed: [
                Asked(context: [
                    "kms:EncryptionContext:AppName": ["ExampleApp"],
                    "kms:EncryptionContext:FilePath": ["/var/opt/secrets/"],
                ]),
                Asked(context: [
                    "kms:EncryptionContext:appname": ["ExampleApp"],
                    "kms:EncryptionContext:filepath": ["/var/opt/secrets/"],
                ]),
            ],
            refused: [
                Asked(), Asked(context: ["kms:EncryptionContext:AppName": ["ExampleApp"]]),
                Asked(context: [
                    "kms:EncryptionContext:AppName": ["exampleapp"],
                    "kms:EncryptionContext:FilePath": ["/var/opt/secrets/"],
                ]),
            ]),
        Case(
            name: "kms:EncryptionContextKeys: at least these, with Null",
            statement: """
                {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/Alice"},
                 "Action":"kms:Decrypt","Resource":"*","Condition":{
                 "Null":{"kms:EncryptionContextKeys":false},
                 "ForAllValues:StringEquals":{"kms:EncryptionContextKeys":["AppName","FilePath"]}}}
                """,
            allowed: [
                Asked(context: ["kms:EncryptionContextKeys": ["AppName"]]),
                Asked(context: ["kms:EncryptionContextKeys": ["FilePath", "AppName"]]),
            ],
            refused: [
                Asked(), Asked(context: ["kms:EncryptionContextKeys": ["appname"]]),
                Asked(context: ["kms:EncryptionContextKeys": ["AppName", "Other"]]),
            ]),
        Case(
            name: "kms:GrantOperations",
            statement: """
                {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/Alice"},
                 "Action":"kms:CreateGrant","Resource":"*",
                 "Condition":{"ForAllValues:StringEquals":{"kms:GrantOperations":["Encrypt",
                 "Decrypt"]}}}
                """,
            allowed: [
                Asked(action: "kms:CreateGrant", context: ["kms:GrantOperations": ["Decrypt"]])
            ],
            refused: [
                Asked(
                    action: "kms:CreateGrant",
                    context: ["kms:GrantOperations": ["Decrypt", "Sign"]])
            ]),
        Case(
            name: "kms:CallerAccount",
            statement: """
                {"Effect":"Allow","Principal":{"AWS":"*"},"Action":"kms:Decrypt","Resource":"*",
                 "Condition":{"StringEquals":{"kms:CallerAccount":"111122223333"}}}
                """,
            allowed: [Asked(context: ["kms:CallerAccount": ["111122223333"]])],
            refused: [Asked(context: ["kms:CallerAccount": ["444455556666"]])]),
        Case(
            name: "kms:RotationPeriodInDays",
            statement: """
                {"Effect":"Allow","Principal":"*","Action":"kms:EnableKeyRotation","Resource":"*",
                 "Condition":{"NumericLessThanEquals":{"kms:RotationPeriodInDays":"180"}}}
                """,
            allowed: [
                Asked(
                    action: "kms:EnableKeyRotation", context: ["kms:RotationPeriodInDays": ["180"]])
            ],
            refused: [
                Asked(
                    action: "kms:EnableKeyRotation", context: ["kms:RotationPeriodInDays": ["181"]])
            ]),
        Case(
            name: "AWS: Denies access to AWS based on the source IP",
            statement: """
                {"Effect":"Allow","Principal":"*","Action":"kms:*","Resource":"*",
                 "Condition":{"IpAddress":{"aws:SourceIp":["192.0.2.0/24","203.0.113.0/24"]}}}
                """,
            allowed: [Asked(context: ["aws:SourceIp": ["203.0.113.9"]])],
            refused: [Asked(), Asked(context: ["aws:SourceIp": ["198.51.100.1"]])]),
        Case(
            name: "AWS: Allows access based on date and time",
            statement: """
                {"Effect":"Allow","Principal":"*","Action":"kms:*","Resource":"*","Condition":{
                 "DateGreaterThan":{"aws:CurrentTime":"2020-04-01T00:00:00Z"},
                 "DateLessThan":{"aws:CurrentTime":"2020-06-30T23:59:59Z"}}}
                """,
            allowed: [Asked(context: ["aws:CurrentTime": ["2020-05-01T00:00:00Z"]])],
            refused: [
                Asked(context: ["aws:CurrentTime": ["2020-07-01T00:00:00Z"]]),
                Asked(context: ["aws:CurrentTime": ["2020-04-01T00:00:00Z"]]),
            ]),
        Case(
            name: "Bool: aws:SecureTransport",
            statement: """
                {"Effect":"Allow","Principal":"*","Action":"kms:*","Resource":"*",
                 "Condition":{"Bool":{"aws:SecureTransport":"true"}}}
                """,
            allowed: [Asked(context: ["aws:SecureTransport": ["true"]])],
            refused: [Asked(context: ["aws:SecureTransport": ["false"]])]),
        Case(
            name: "BoolIfExists: aws:MultiFactorAuthPresent",
            statement: """
                {"Effect":"Allow","Principal":"*","Action":"kms:*","Resource":"*",
                 "Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"true"}}}
                """,
            allowed: [Asked(), Asked(context: ["aws:MultiFactorAuthPresent": ["true"]])],
            refused: [Asked(context: ["aws:MultiFactorAuthPresent": ["false"]])]),
        Case(
            name: "Null: temporary credentials only",
            statement: """
                {"Effect":"Allow","Principal":"*","Action":"kms:*","Resource":"*",
                 "Condition":{"Null":{"aws:TokenIssueTime":"false"}}}
                """,
            allowed: [Asked(context: ["aws:TokenIssueTime": ["2026-01-01T00:00:00Z"]])],
            refused: [Asked()]),
        Case(
            name: "ABAC for AWS KMS: aws:ResourceTag and a variable",
            statement: """
                {"Effect":"Allow","Action":"kms:Decrypt","Resource":"arn:aws:kms:*:111122223333:key/*",
                 "Condition":{"StringEquals":{"aws:ResourceTag/Project":
                 "${aws:PrincipalTag/Project}"}}}
                """, isIdentityPolicy: true,
            allowed: [
                Asked(context: [
                    "aws:ResourceTag/Project": ["A"], "aws:PrincipalTag/project": ["A"],
                ])
            ],
            refused: [
                Asked(context: [
                    "aws:ResourceTag/Project": ["A"], "aws:PrincipalTag/Project": ["B"],
                ]),
                Asked(context: ["aws:ResourceTag/Project": ["A"]]), Asked(),
            ]),
        Case(
            name: "Variables: the older version takes them as they stand",
            statement: """
                {"Effect":"Allow","Action":"kms:*","Resource":"*",
                 "Condition":{"StringEquals":{"aws:userid":"${aws:username}"}}}
                """, version: "2008-10-17", isIdentityPolicy: true,
            allowed: [Asked(context: ["aws:userid": ["${aws:username}"]])],
            refused: [Asked(context: ["aws:userid": ["Alice"], "aws:username": ["Alice"]])]),
        Case(
            name: "Variables: a value's star is no wildcard, ${*} is a star",
            statement: """
                {"Effect":"Allow","Action":"kms:*","Resource":"*","Condition":{
                 "StringLike":{"kms:RequestAlias":"alias/${aws:username}${*}"}}}
                """, isIdentityPolicy: true,
            allowed: [
                Asked(context: ["kms:RequestAlias": ["alias/a*"], "aws:username": ["a"]]),
                Asked(context: ["kms:RequestAlias": ["alias/**"], "aws:username": ["*"]]),
            ],
            refused: [
                Asked(context: ["kms:RequestAlias": ["alias/ab"], "aws:username": ["a"]]),
                Asked(context: ["kms:RequestAlias": ["alias/x*"], "aws:username": ["*"]]),
            ]),
        Case(
            name: "kms:ResourceAliases: ForAnyValue:StringLike",
            statement: """
                {"Effect":"Allow","Action":"kms:*","Resource":"arn:aws:kms:*:111122223333:key/*",
                 "Condition":{"ForAnyValue:StringLike":{"kms:ResourceAliases":"alias/test*"}}}
                """, isIdentityPolicy: true,
            allowed: [Asked(context: ["kms:ResourceAliases": ["alias/a", "alias/test-1"]])],
            refused: [Asked(), Asked(context: ["kms:ResourceAliases": ["alias/a"]])]),
        Case(
            name: "Resource: one Region and account, no wildcard over a colon",
            statement: """
                {"Effect":"Allow","Action":"kms:Decrypt",
                 "Resource":"arn:aws:kms:us-west-2:111122223333:key/*"}
                """, isIdentityPolicy: true,
            allowed: [Asked()],
            refused: [
                Asked(resource: key.replacing("us-west-2", with: "us-east-1")),
                Asked(resource: "arn:aws:kms:us-west-2:111122223333:alias/key/x"),
            ]),
        Case(
            name: "NotAction with Allow",
            statement: """
                {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/Alice"},
                 "NotAction":["kms:Put*","KMS:schedulekeydeletion"],"Resource":"*"}
                """,
            allowed: [Asked()],
            refused: [Asked(action: "kms:PutKeyPolicy"), Asked(action: "kms:ScheduleKeyDeletion")]),
    ]

    private static func policy(_ statement: String, _ version: String) -> String {
        #"{"Version":"\#(version)","Statement":[\#(statement)]}"#
    }

    private static func isAllowed(_ asked: Asked, in example: Case) throws -> Bool {
        var context = ConditionContext()
        for (name, values) in asked.context {
            for value in values { context.add(value, to: name) }
        }
        let text = policy(example.statement, example.version)
        let delegating = DefaultKeyPolicy.text(ofAccount: account)
        let identities = [
            example.isIdentityPolicy ? text : nil,
            example.identity.map { policy($0, "2012-10-17") },
        ].compactMap(\.self)
        return AccessQuestion(
            principal: asked.principal, action: asked.action,
            resource: .owned(arn: asked.resource, accountID: account), context: context,
            resourcePolicy: try PolicyParser.parse(
                example.isIdentityPolicy ? delegating : text, kind: .key),
            identityPolicies: try identities.map { try PolicyParser.parse($0, kind: .identity) }
        ).decide().isAllowed
    }

    @Test("It does what AWS says of it", arguments: cases)
    func documented(example: Case) throws {
        for asked in example.allowed { #expect(try Self.isAllowed(asked, in: example), "\(asked)") }
        for asked in example.refused {
            #expect(try !Self.isAllowed(asked, in: example), "\(asked)")
        }
    }

    @Test(
        "NotPrincipal has to name the account, the role and the session to spare one of them",
        arguments: [
            (#"["arn:aws:iam::111122223333:user/Bob","arn:aws:iam::111122223333:root"]"#, true),
            (#""arn:aws:iam::111122223333:user/Bob""#, false),
            (#""arn:aws:iam::111122223333:root""#, false),
        ])
    func notPrincipal(listed: String, isSpared: Bool) throws {
        let text = """
            {"Version":"2012-10-17","Statement":[
             {"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"},
             {"Effect":"Deny","NotPrincipal":{"AWS":\(listed)},"Action":"*","Resource":"*"}]}
            """
        let policy = try PolicyParser.parse(text, kind: .key)
        func isAllowed(_ principal: Principal) -> Bool {
            AccessQuestion(
                principal: principal, action: "kms:Decrypt",
                resource: .owned(arn: Self.key, accountID: Self.account),
                context: ConditionContext(), resourcePolicy: policy
            ).decide().isAllowed
        }
        #expect(isAllowed(Self.bob) == isSpared)
        #expect(!isAllowed(Self.alice))
        #expect(!isAllowed(Self.session))
    }

    @Test("A session policy narrows what its role has, unless the key policy names the session")
    func sessionPolicies() throws {
        let narrow = try PolicyParser.parse(
            Self.policy(
                #"{"Effect":"Allow","Action":"kms:Encrypt","Resource":"*"}"#, "2012-10-17"),
            kind: .session)
        func isAllowed(_ named: String, _ action: String) throws -> Bool {
            let policy = try PolicyParser.parse(
                Self.policy(
                    #"""
                    {"Effect":"Allow","Principal":{"AWS":"\#(named)"},"Action":"kms:*",
                     "Resource":"*"}
                    """#, "2012-10-17"), kind: .key)
            return AccessQuestion(
                principal: Self.session, action: action,
                resource: .owned(arn: Self.key, accountID: Self.account),
                context: ConditionContext(), resourcePolicy: policy, sessionPolicies: [narrow]
            ).decide().isAllowed
        }
        let role = "arn:aws:iam::111122223333:role/ExampleRole"
        #expect(try isAllowed(role, "kms:Encrypt"))
        #expect(try !isAllowed(role, "kms:Decrypt"))
        #expect(try isAllowed(Self.session.arn, "kms:Decrypt"))
    }

    @Test(
        "A policy that locks its author out is told from one that leaves him or his account in",
        arguments: [
            (#""Allow","Principal":{"AWS":"111122223333"},"Action":"kms:*""#, true),
            (
                #""Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/Alice"},"Action":"kms:Put*""#,
                true
            ),
            (
                #""Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/Bob"},"Action":"kms:*""#,
                false
            ),
            (#""Allow","Principal":{"AWS":"111122223333"},"Action":"kms:Encrypt""#, false),
            (#""Deny","Principal":"*","Action":"kms:PutKeyPolicy""#, false),
        ])
    func lockout(statement: String, isSafe: Bool) throws {
        let policy = try PolicyParser.parse(
            Self.policy(#"{"Effect":\#(statement),"Resource":"*"}"#, "2012-10-17"), kind: .key)
        let question = AccessQuestion(
            principal: Self.alice, action: "kms:PutKeyPolicy",
            resource: .owned(arn: Self.key, accountID: Self.account), context: ConditionContext())
        #expect(question.keepsControl(policy) == isSafe)
    }
}
