import Foundation
import KMSDomain
import KMSModel
import KMSService
import KMSTestSupport
import Testing

/// A decision explained, statement by statement.
@Suite struct SimulationTests {
    private static let policy = """
        {"Version":"2012-10-17","Statement":[
        {"Sid":"Admin","Effect":"Allow","Principal":{"AWS":"000000000000"},"Action":"kms:*",
         "Resource":"*"},
        {"Sid":"Only IT","Effect":"Deny","Principal":"*","Action":"kms:Decrypt","Resource":"*",
         "Condition":{"StringNotEquals":{"kms:EncryptionContext:dept":"IT"}}}]}
        """

    private static func simulate(
        _ house: AccessTests.House, _ principal: String, _ action: String, _ resource: String?,
        context: [(key: [UInt8], value: [UInt8])] = [],
        conditions: [(name: String, values: [String])] = []
    ) throws(SimulationError) -> PolicySimulation {
        try house.service.simulate(
            SimulationRequest(
                principalARN: principal, action: action, resource: resource,
                region: Realm.local.region, encryptionContext: context, conditions: conditions),
            by: PolicyAuthorizer(store: house.store, clock: house.clock))
    }

    @Test("Each statement says whether it matched or which of its elements did not")
    func statements() throws {
        let house = try AccessTests.House()
        try house.set(keyPolicy: Self.policy)
        try house.give(
            house.alice.arn,
            """
            {"Version":"2012-10-17","Statement":[
            {"Effect":"Allow","Action":"kms:Encrypt","Resource":"*"},
            {"Effect":"Allow","Action":"kms:Decrypt","Resource":"arn:aws:kms:*:*:key/other"},
            {"Effect":"Allow","Action":"kms:Decrypt","Resource":"*"}]}
            """)
        let denied = try Self.simulate(house, house.alice.arn, "kms:Decrypt", house.key)
        #expect(
            denied.text == """
                denied: \(house.alice.arn) kms:Decrypt \(house.key)
                a statement denies it

                key policy
                  1 Allow "Admin": matches, by the account
                  2 Deny "Only IT": matches
                identity policy p
                  1 Allow: Action does not match
                  2 Allow: Resource does not match
                  3 Allow: matches

                """)
        let context = [(key: Array("dept".utf8), value: Array("IT".utf8))]
        let allowed = try Self.simulate(
            house, house.alice.arn, "kms:Decrypt", house.key, context: context)
        #expect(allowed.isAllowed && !denied.isAllowed)
        #expect(
            allowed.text.contains(
                "  2 Deny \"Only IT\": Condition StringNotEquals of kms:EncryptionContext:dept is "
                    + "not met\n"))
        let stated = try Self.simulate(
            house, house.alice.arn, "kms:Decrypt", house.key,
            conditions: [("kms:EncryptionContext:dept", ["IT"])])
        #expect(stated.isAllowed)
    }

    @Test("The same as JSON, whatever characters a policy has")
    func json() throws {
        let house = try AccessTests.House()
        try house.set(
            keyPolicy: #"""
                {"Version":"2012-10-17","Statement":[{"Sid":"a \"b\" \\","Effect":"Allow",
                 "Principal":{"AWS":"000000000000"},"Action":"kms:*","Resource":"*",
                 "Condition":{"StringEquals":{"kms:EncryptionContext:\u0000\u001b\"é":"${aws:x}"}}}]}
                """#)
        let simulation = try Self.simulate(house, house.bob.arn, "kms:Decrypt", house.key)
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(simulation.json.utf8)) as? [String: Any])
        #expect(object["allowed"] as? Bool == false)
        #expect(object["reason"] as? String == "noIdentityPolicy")
        let policies = try #require(object["policies"] as? [[String: Any]])
        let statements = try #require(policies[0]["statements"] as? [[String: Any]])
        #expect(statements[0]["sid"] as? String == #"a "b" \"#)
        #expect(statements[0]["verdict"] as? String == "variableWithoutValue")
        #expect(statements[0]["variable"] as? String == "aws:x")
        #expect(
            !simulation.text.unicodeScalars.contains {
                $0.properties.generalCategory == .control && $0 != "\n"
            })
    }

    @Test("Grants, sessions, roots, aliases and keys that are not there are explained too")
    func others() throws {
        let house = try AccessTests.House()
        let made = try house.service.createGrant(
            CreateGrantRequest(
                keyID: house.key, operations: [.decrypt], granteePrincipal: house.bob.arn),
            caller: .localRoot(of: .local))
        let bob = try Self.simulate(house, house.bob.arn, "kms:Decrypt", house.key)
        #expect(bob.text.contains("allowed") && bob.text.contains("by grant \(made.grantID)"))
        #expect(bob.text.hasSuffix("grant \(made.grantID): matches\n"))
        let encrypt = try Self.simulate(house, house.bob.arn, "kms:Encrypt", house.key)
        #expect(encrypt.text.hasSuffix("grant \(made.grantID): is for other operations\n"))

        let root = "arn:aws:iam::000000000000:root"
        #expect(try Self.simulate(house, root, "kms:ListKeys", nil).isAllowed)
        try house.service.createAlias(
            CreateAliasRequest(aliasName: "alias/a", targetKeyID: house.key),
            caller: .localRoot(of: .local))
        let byAlias = try Self.simulate(house, "000000000000", "kms:Encrypt", "alias/a")
        #expect(byAlias.isAllowed && byAlias.resource == house.key)

        let role = "arn:aws:iam::000000000000:role/app/worker"
        try house.give(role, AccessTests.policy("Allow", "kms:Encrypt"))
        for name in [role, "arn:aws:sts::000000000000:assumed-role/worker/any"] {
            #expect(try Self.simulate(house, name, "kms:Encrypt", house.key).isAllowed)
            #expect(!(try Self.simulate(house, name, "kms:Decrypt", house.key).isAllowed))
        }
        let unknown = try Self.simulate(house, house.bob.arn, "kms:Decrypt", "alias/none")
        #expect(!unknown.isAllowed && unknown.policies.isEmpty)
    }

    @Test("What is decided in a simulation is what happens")
    func agreement() throws {
        let house = try AccessTests.House()
        let policies = [
            AccessTests.policy("Allow", "kms:*"), AccessTests.policy("Allow", "kms:Encrypt"),
            AccessTests.policy("Deny", "kms:Generate*"),
            AccessTests.policy(
                "Allow", "kms:GenerateDataKey",
                #","Condition":{"StringEquals":{"aws:PrincipalTag/team":"bob"}}"#),
            AccessTests.policy(
                "Allow", "kms:GenerateDataKey",
                #","Condition":{"StringEquals":{"kms:KeySpec":"RSA_2048"}}"#),
        ]
        for text in policies {
            try house.give(house.bob.arn, text)
            let simulation = try Self.simulate(
                house, house.bob.arn, "kms:GenerateDataKey", house.key)
            #expect(simulation.isAllowed == (house.use(AccessTests.caller(house.bob)) == nil))
        }
    }

    @Test("What AWS forbids across accounts is denied, though every policy allows it")
    func acrossAccounts() throws {
        let house = try AccessTests.House()
        try house.set(
            keyPolicy: """
                {"Statement":{"Effect":"Allow","Principal":{"AWS":["000000000000","111122223333"]},
                 "Action":"kms:*","Resource":"*"}}
                """)
        let eve = Identity(
            uniqueID: "AIDAEVE", accountID: "111122223333", name: "eve", kind: .user,
            creationDate: TurnedClock.start)
        try house.store.write {
            try $0.insert(
                Account(id: eve.accountID, name: "other", creationDate: TurnedClock.start))
            try $0.insert(eve)
        }
        for arn in [eve.arn, house.alice.arn] {
            try house.give(arn, AccessTests.policy("Allow", "kms:*"))
            for (action, isAllowed) in [
                ("kms:PutKeyPolicy", false), ("kms:TagResource", false), ("kms:Encrypt", true),
                ("kms:ReEncryptFrom", true),
            ] {
                let simulation = try Self.simulate(house, arn, action, house.key)
                #expect(simulation.isAllowed == (isAllowed || arn == house.alice.arn))
            }
        }
    }

    @Test("How long a key has not been used is known in a simulation too")
    func unusedDays() throws {
        let house = try AccessTests.House()
        try house.give(
            house.bob.arn,
            AccessTests.policy(
                "Allow", "kms:*",
                #","Condition":{"NumericGreaterThan":{"kms:TrailingDaysWithoutKeyUsage":"30"}}"#))
        for (days, isAllowed) in [(30, false), (1, true)] {
            house.clock.advance(days: days)
            for action in ["kms:DisableKey", "kms:ScheduleKeyDeletion"] {
                #expect(
                    try Self.simulate(house, house.bob.arn, action, house.key).isAllowed
                        == isAllowed)
            }
            let other = try Self.simulate(house, house.bob.arn, "kms:EnableKey", house.key)
            #expect(!other.isAllowed)
        }
    }

    @Test("Who or what there is not is said, not decided")
    func refused() throws {
        let house = try AccessTests.House()
        for name in ["bob", "*", "arn:aws:iam::000000000000:user/nobody", "s3.amazonaws.com"] {
            #expect(throws: SimulationError.unknownPrincipal(name)) {
                _ = try Self.simulate(house, name, "kms:Decrypt", house.key)
            }
        }
        for action in ["kms:Nothing", "kms:ReEncrypt", "Decrypt", "kms:*", ""] {
            #expect(throws: SimulationError.unknownAction(action)) {
                _ = try Self.simulate(house, house.bob.arn, action, house.key)
            }
        }
        #expect(throws: SimulationError.malformedConditionKey("x")) {
            _ = try Self.simulate(
                house, house.bob.arn, "kms:Decrypt", house.key, conditions: [("x", ["y"])])
        }
    }
}
