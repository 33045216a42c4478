import KMSDomain
import KMSModel
import KMSService
import KMSTestSupport
import Testing

/// PutKeyPolicy, GetKeyPolicy, ListKeyPolicies, and CreateKey with a policy.
@Suite struct KeyPolicyTests {
    private static let root = Caller.localRoot(of: .local)
    private static let lockedOut = KMSError.malformedPolicyDocument(
        "The new key policy will not allow you to update the key policy in the future.")

    /// A policy of one statement, for `principal`.
    private static func policy(
        _ principal: String, action: String = "kms:*", effect: String = "Allow",
        condition: String = ""
    ) -> String {
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"\(effect)",
         "Principal":{"AWS":"\(principal)"},"Action":"\(action)","Resource":"*"\(condition)}]}
        """
    }

    private static func account(_ statement: String = "") -> String {
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
         "Principal":{"AWS":"000000000000"},"Action":"kms:*","Resource":"*"}\(statement)]}
        """
    }

    private func put(
        _ house: AccessTests.House, _ policy: String, name: String? = nil, bypass: Bool = false,
        caller: Caller = root
    ) -> KMSError? {
        do throws(KMSServiceError) {
            try house.service.putKeyPolicy(
                PutKeyPolicyRequest(
                    keyID: house.key, policy: policy, policyName: name,
                    bypassPolicyLockoutSafetyCheck: bypass), caller: caller)
            return nil
        } catch .refused(let error) {
            return error
        } catch {
            Issue.record("\(error)")
            return nil
        }
    }

    private func get(_ house: AccessTests.House, _ key: String? = nil) throws -> String {
        try house.service.getKeyPolicy(
            GetKeyPolicyRequest(keyID: key ?? house.key), caller: Self.root
        ).policy
    }

    @Test("A key has AWS's default policy, then the one that was put, letter by letter")
    func putAndGet() throws {
        let house = try AccessTests.House()
        #expect(try get(house) == DefaultKeyPolicy.text(ofAccount: "000000000000"))
        let text = "\n" + Self.account() + " "
        #expect(put(house, text) == nil)
        #expect(try get(house) == text)
        #expect(put(house, text, name: "default") == nil)
        #expect(put(house, text, name: "other") == .notFound("No such policy exists"))
        let event = try #require(house.audit.events.last)
        #expect(event.name == "PutKeyPolicy" && event.failure?.code == "NotFoundException")
        let names = try house.service.listKeyPolicies(
            ListKeyPoliciesRequest(keyID: house.key), caller: Self.root)
        #expect(names == ListKeyPoliciesResponse(policyNames: ["default"]))
        #expect(
            refusal {
                _ = try house.service.listKeyPolicies(
                    ListKeyPoliciesRequest(keyID: house.key, marker: "x"), caller: Self.root)
            } == .invalidMarker("Could not deserialize marker 'x'"))
    }

    @Test("A policy is on record whole, whatever it begins with", arguments: [0, 7, 9000])
    func recorded(blankCount: Int) throws {
        let house = try AccessTests.House()
        let values = (0..<1000).map { #""é \\\"\#($0)\\\\""# }.joined(separator: ",")
        let condition = #","Condition":{"StringEquals":{"kms:KeySpec":[\#(values)]}}"#
        let statement =
            #",{"Sid":"a b","Effect":"Allow","Principal":{"AWS":"*"},"Action":"kms:Decrypt","#
            + #""Resource":"*"\#(condition)}"#
        let text = Self.account(statement)
        let blanks = String(repeating: " ", count: blankCount) + "\n\t\r"
        #expect(put(house, text.replacing(",{\"Sid", with: ",\(blanks){\"Sid")) == nil)
        let pieces = try recordedPieces(house)
        #expect(pieces.count > 1)
        #expect(pieces.joined() == text.replacing("\n ", with: ""))
    }

    @Test(
        "A policy as long as one may be is on record whole, of whatever characters",
        arguments: [("Sid", #"\""#), ("Id", #"\""#), ("Id", "\u{7F}"), ("Id", "é")])
    func longestRecorded(member: String, character: String) throws {
        let house = try AccessTests.House()
        func text(_ value: String) -> String {
            let text = Self.account(
                #",{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"kms:Decrypt","Resource":"*"}"#
            ).replacing("\n ", with: "")
            let place = member == "Sid" ? #"{"Effect""# : #"{"Version""#
            return text.replacing(
                place, with: #"{"\#(member)":"\#(value)",\#(place.dropFirst())"#, maxReplacements: 1
            )
        }
        let room = 32_768 - text("").utf8.count
        let count = character.utf8.count
        let value =
            String(repeating: "x", count: room % count)
            + String(repeating: character, count: room / count)
        #expect(text(value).utf8.count == 32_768)
        #expect(put(house, text(value)) == nil)
        #expect(try recordedPieces(house).joined() == text(value))
    }

    private func recordedPieces(_ house: AccessTests.House) throws -> [String] {
        let pieces = try #require(house.audit.events.last).parameters.compactMap { field in
            if case .text(let piece) = field.value, field.name.hasPrefix("policy"),
                field.name != "policyName"
            {
                piece
            } else {
                nil
            }
        }
        #expect(pieces.allSatisfy { $0.utf8.count <= 8192 })
        return pieces
    }

    @Test("A new policy counts from the next call on, of every service over the store")
    func takesEffect() throws {
        let house = try AccessTests.House()
        let bob = AccessTests.caller(house.bob)
        #expect(house.use(bob) != nil)
        let statement = """
            ,{"Effect":"Allow","Principal":{"AWS":"\(house.bob.arn)"},
            "Action":"kms:GenerateDataKey","Resource":"*"}
            """
        #expect(put(house, Self.account(statement)) == nil)
        #expect(house.use(bob) == nil)
        #expect(put(house, Self.account()) == nil)
        #expect(house.use(bob) != nil)
    }

    @Test("A policy that locks its author out is refused, unless he insists")
    func lockout() throws {
        let house = try AccessTests.House()
        for text in [
            Self.policy(house.alice.arn), Self.policy("000000000000", action: "kms:Encrypt"),
            Self.account(
                """
                ,{"Effect":"Deny","Principal":"*","Action":"kms:PutKeyPolicy","Resource":"*"}
                """),
            Self.policy(
                "000000000000",
                condition: #","Condition":{"StringEquals":{"aws:ResourceTag/a":"b"}}"#),
        ] {
            #expect(put(house, text) == Self.lockedOut)
            #expect(put(house, text, name: "default") == Self.lockedOut)
        }
        try house.service.tagResource(
            TagResourceRequest(keyID: house.key, tags: [KMSModel.Tag(tagKey: "a", tagValue: "b")]),
            caller: Self.root)
        #expect(
            put(
                house,
                Self.policy(
                    "000000000000",
                    condition: #","Condition":{"StringEquals":{"aws:ResourceTag/a":"b"}}"#)) == nil)
        #expect(put(house, Self.policy(house.alice.arn), bypass: true) == nil)
        // The root has no say any more; alice has.
        #expect(put(house, Self.account())?.exceptionName == "AccessDeniedException")
        let alice = AccessTests.caller(house.alice)
        #expect(put(house, Self.policy(house.bob.arn), caller: alice) == Self.lockedOut)
        #expect(put(house, Self.account(), caller: alice) == nil)
    }

    @Test("Principals of an account that is here have to be there; of others nothing is known")
    func principals() throws {
        let house = try AccessTests.House()
        func answer(_ principal: String) -> KMSError? {
            put(
                house,
                Self.account(
                    """
                    ,{"Effect":"Allow","Principal":{"AWS":"\(principal)"},
                    "Action":"kms:Encrypt","Resource":"*"}
                    """))
        }
        for principal in [
            house.alice.arn, "arn:aws:iam::000000000000:role/app/worker",
            "arn:aws:sts::000000000000:assumed-role/worker/any", "*",
            "arn:aws:iam::111122223333:user/unknown", "111122223333",
        ] { #expect(answer(principal) == nil) }
        for principal in [
            "arn:aws:iam::000000000000:user/nobody", "arn:aws:iam::000000000000:role/worker",
            "arn:aws:sts::000000000000:assumed-role/other/any", "alice",
        ] {
            #expect(
                answer(principal)
                    == .malformedPolicyDocument(
                        "Policy contains a statement with one or more invalid principals."))
        }
    }

    @Test("CreateKey gives a policy with the key, or makes none of both")
    func createWithPolicy() throws {
        let house = try AccessTests.House()
        let text = Self.account()
        let made = try house.service.createKey(
            CreateKeyRequest(policy: text), caller: Self.root
        ).keyMetadata
        #expect(try get(house, made.arn) == text)
        let count = try house.store.read { try $0.keyCount(in: .local) }
        for (policy, expected) in [
            (Self.policy(house.alice.arn), Self.lockedOut),
            ("{}", KMSError.malformedPolicyDocument("The policy lacks the element Statement.")),
            (
                String(repeating: " ", count: 32_769),
                KMSError.limitExceeded("The policy has 32769 bytes, more than the limit of 32768.")
            ),
        ] {
            #expect(
                refusal {
                    _ = try house.service.createKey(
                        CreateKeyRequest(policy: policy), caller: Self.root)
                } == expected)
        }
        #expect(try house.store.read { try $0.keyCount(in: .local) } == count)
        _ = try house.service.createKey(
            CreateKeyRequest(
                policy: Self.policy(house.alice.arn), bypassPolicyLockoutSafetyCheck: true),
            caller: Self.root)
    }

    @Test("The lockout check can be forbidden to be passed over")
    func bypassCondition() throws {
        let house = try AccessTests.House()
        try house.give(
            house.alice.arn,
            AccessTests.policy(
                "Allow", "kms:*",
                #","Condition":{"Bool":{"kms:BypassPolicyLockoutSafetyCheck":"false"}}"#))
        let alice = AccessTests.caller(house.alice)
        #expect(put(house, Self.account(), caller: alice) == nil)
        #expect(
            put(house, Self.account(), bypass: true, caller: alice)?.exceptionName
                == "AccessDeniedException")
    }

    @Test("A key that waits for its end still takes a policy")
    func pendingDeletion() throws {
        let house = try AccessTests.House()
        _ = try house.service.scheduleKeyDeletion(
            ScheduleKeyDeletionRequest(keyID: house.key), caller: Self.root)
        #expect(put(house, Self.account()) == nil)
    }
}
