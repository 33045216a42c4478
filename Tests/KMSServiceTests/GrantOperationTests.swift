import KMSDomain
import KMSModel
import KMSService
import KMSTestSupport
import Testing

/// CreateGrant, ListGrants, ListRetirableGrants, RetireGrant, RevokeGrant.
@Suite struct GrantOperationTests {
    private static let root = Caller.localRoot(of: .local)
    private static let dryRun = KMSError.dryRunOperation(
        "The request would have succeeded, but the DryRun option is set.")

    private static func create(
        _ house: AccessTests.House, _ operations: [GrantOperation] = [.generateDataKey],
        constraints: GrantConstraints? = nil, name: String? = nil, retiring: String? = nil,
        dryRun: Bool = false, tokens: [String] = [], grantee: String? = nil, caller: Caller = root
    ) throws -> CreateGrantResponse {
        try house.service.createGrant(
            CreateGrantRequest(
                keyID: house.key, operations: operations,
                granteePrincipal: grantee ?? house.bob.arn, retiringPrincipal: retiring,
                constraints: constraints, grantTokens: tokens, name: name, dryRun: dryRun),
            caller: caller)
    }

    private static func list(
        _ house: AccessTests.House, limit: Int? = nil, marker: String? = nil,
        grantID: String? = nil, grantee: String? = nil
    ) throws -> ListGrantsResponse {
        try house.service.listGrants(
            ListGrantsRequest(
                keyID: house.key, limit: limit, marker: marker, grantID: grantID,
                granteePrincipal: grantee), caller: root)
    }

    @Test("A grant counts from the answer on, with its token or without, until it is revoked")
    func life() throws {
        let house = try AccessTests.House()
        let bob = AccessTests.caller(house.bob)
        #expect(house.use(bob) != nil)
        let made = try Self.create(house)
        #expect(house.use(bob) == nil)
        let again = try Self.create(house, tokens: [made.grantToken])
        #expect(again.grantID != made.grantID)
        for grant in [made, again] {
            #expect(house.use(bob) == nil)
            try house.service.revokeGrant(
                RevokeGrantRequest(keyID: house.key, grantID: grant.grantID), caller: Self.root)
        }
        #expect(house.use(bob) != nil)
        #expect(
            refusal {
                try house.service.revokeGrant(
                    RevokeGrantRequest(keyID: house.key, grantID: made.grantID), caller: Self.root)
            } == .invalidGrantID("The grant \(made.grantID) does not exist."))
        let event = try #require(house.audit.events.first { $0.name == "CreateGrant" })
        #expect(event.response.map(\.name) == ["grantId", "keyId"])
        #expect(event.resources == [house.key])
    }

    @Test("The same request with a name is the same grant; one that differs in anything is not")
    func idempotency() throws {
        let house = try AccessTests.House()
        let first = try Self.create(house, name: "one")
        #expect(try Self.create(house, name: "one").grantID == first.grantID)
        let context = try EncryptionContext(strings: ["a": "b"])
        let others = [
            try Self.create(house, name: "two"), try Self.create(house),
            try Self.create(house, [.generateDataKey, .decrypt], name: "one"),
            try Self.create(house, name: "one", grantee: house.alice.arn),
            try Self.create(house, name: "one", retiring: house.alice.arn),
            try Self.create(
                house, constraints: GrantConstraints(encryptionContextEquals: context),
                name: "one"),
        ]
        #expect(Set(others.map(\.grantID) + [first.grantID]).count == 7)
        #expect(try Self.list(house).grants.count == 7)
    }

    @Test(
        "A constraint takes equal pairs, or all of them and more, with names in any case",
        arguments: [true, false])
    func constraints(isEquals: Bool) throws {
        let house = try AccessTests.House()
        let bob = AccessTests.caller(house.bob)
        let asked = try EncryptionContext(strings: ["Dept": "IT"])
        _ = try Self.create(
            house,
            constraints: isEquals
                ? GrantConstraints(encryptionContextEquals: asked)
                : GrantConstraints(encryptionContextSubset: asked))
        #expect(house.use(bob, context: asked) == nil)
        #expect(house.use(bob, context: try EncryptionContext(strings: ["dept": "IT"])) == nil)
        #expect(house.use(bob, context: try EncryptionContext(strings: ["Dept": "it"])) != nil)
        #expect(house.use(bob) != nil)
        let more = house.use(
            bob, context: try EncryptionContext(strings: ["Dept": "IT", "x": "y"]))
        #expect((more == nil) == !isEquals)
        let entry = try #require(try Self.list(house).grants.first)
        #expect(
            (isEquals
                ? entry.constraints?.encryptionContextEquals
                : entry.constraints?.encryptionContextSubset) == asked)
    }

    @Test("Who may make grants by a grant makes none that allows more")
    func delegation() throws {
        let house = try AccessTests.House()
        let bob = AccessTests.caller(house.bob)
        let context = try EncryptionContext(strings: ["a": "b"])
        let wider = try EncryptionContext(strings: ["a": "b", "c": "d"])
        _ = try Self.create(
            house, [.createGrant, .generateDataKey],
            constraints: GrantConstraints(encryptionContextSubset: context))
        func attempt(_ operations: [GrantOperation], _ constraints: GrantConstraints?) -> Bool {
            (try? Self.create(
                house, operations, constraints: constraints, grantee: house.alice.arn, caller: bob))
                != nil
        }
        #expect(attempt([.generateDataKey], GrantConstraints(encryptionContextSubset: context)))
        #expect(attempt([.generateDataKey], GrantConstraints(encryptionContextEquals: wider)))
        #expect(!attempt([.generateDataKey], nil))
        #expect(!attempt([.decrypt], GrantConstraints(encryptionContextSubset: context)))
    }

    @Test(
        "A policy may ask what contexts a grant to be made or retired is for",
        arguments: [true, false])
    func constraintConditions(isEquals: Bool) throws {
        let house = try AccessTests.House()
        let alice = AccessTests.caller(house.alice)
        func constraints(_ value: String) throws -> GrantConstraints {
            let context = try EncryptionContext(strings: ["Dept": value])
            return isEquals
                ? GrantConstraints(encryptionContextEquals: context)
                : GrantConstraints(encryptionContextSubset: context)
        }
        try house.give(
            house.alice.arn,
            AccessTests.policy(
                "Allow", "kms:*Grant",
                """
                ,"Condition":{"StringEquals":{"kms:EncryptionContext:dept":"IT"},
                 "ForAllValues:StringEquals":{"kms:EncryptionContextKeys":["Dept"],
                 "kms:GrantConstraintType":"EncryptionContext\(isEquals ? "Equals" : "Subset")"},
                 "Null":{"kms:GrantConstraintType":false}}
                """))
        let fitting = try Self.create(house, constraints: constraints("IT"), caller: alice)
        for other in [nil, try constraints("HR")] {
            #expect(
                refusal { _ = try Self.create(house, constraints: other, caller: alice) }?
                    .exceptionName == "AccessDeniedException")
            let made = try Self.create(house, constraints: other)
            #expect(
                refusal {
                    try house.service.retireGrant(
                        RetireGrantRequest(grantToken: made.grantToken), caller: alice)
                }?.exceptionName == "AccessDeniedException")
        }
        try house.service.retireGrant(
            RetireGrantRequest(grantToken: fitting.grantToken), caller: alice)
    }

    @Test("The retiring principal retires, the grantee if the grant says so, the account always")
    func retire() throws {
        let house = try AccessTests.House()
        let alice = AccessTests.caller(house.alice)
        let bob = AccessTests.caller(house.bob)
        func retire(_ grant: CreateGrantResponse, _ caller: Caller, byToken: Bool) -> KMSError? {
            do throws(KMSServiceError) {
                try house.service.retireGrant(
                    byToken
                        ? RetireGrantRequest(grantToken: grant.grantToken)
                        : RetireGrantRequest(keyID: house.key, grantID: grant.grantID),
                    caller: caller)
                return nil
            } catch { return error.clientError }
        }
        for byToken in [true, false] {
            let first = try Self.create(house, retiring: house.alice.arn)
            #expect(retire(first, bob, byToken: byToken)?.exceptionName == "AccessDeniedException")
            #expect(retire(first, alice, byToken: byToken) == nil)
            guard case .text(first.grantID)? = house.audit.events.last?.additional.first?.value
            else {
                Issue.record("the record does not say which grant was retired")
                return
            }
            #expect(house.use(bob) != nil)
            // Gone, and for who may not retire it like one that he may not.
            #expect(retire(first, bob, byToken: byToken)?.exceptionName == "AccessDeniedException")
            let second = try Self.create(house, [.generateDataKey, .retireGrant])
            #expect(retire(second, alice, byToken: byToken) != nil)
            #expect(retire(second, bob, byToken: byToken) == nil)
            let third = try Self.create(house)
            #expect(retire(third, Self.root, byToken: byToken) == nil)
        }
        #expect(try Self.list(house).grants.isEmpty)
    }

    @Test("A dry run of making, retiring and revoking a grant changes nothing")
    func dryRuns() throws {
        let house = try AccessTests.House()
        #expect(refusal { _ = try Self.create(house, dryRun: true) } == Self.dryRun)
        #expect(try Self.list(house).grants.isEmpty)
        let made = try Self.create(house)
        #expect(
            refusal {
                try house.service.revokeGrant(
                    RevokeGrantRequest(keyID: house.key, grantID: made.grantID, dryRun: true),
                    caller: Self.root)
            } == Self.dryRun)
        #expect(
            refusal {
                try house.service.retireGrant(
                    RetireGrantRequest(grantToken: made.grantToken, dryRun: true),
                    caller: Self.root)
            } == Self.dryRun)
        #expect(try Self.list(house).grants.count == 1)
        // One that is refused is refused in the same words.
        #expect(
            refusal {
                _ = try Self.create(house, dryRun: true, caller: AccessTests.caller(house.bob))
            }?.exceptionName == "AccessDeniedException")
    }

    @Test("Grants are listed page by page, of one grantee, by one id, and by who retires them")
    func lists() throws {
        let house = try AccessTests.House()
        var made: Set<String> = []
        for index in 0..<7 {
            made.insert(
                try Self.create(
                    house, retiring: index < 3 ? house.alice.arn : nil,
                    grantee: index < 5 ? house.bob.arn : house.alice.arn
                ).grantID)
        }
        var found: [String] = []
        var marker: String?
        repeat {
            let page = try Self.list(house, limit: 3, marker: marker)
            #expect(page.truncated == (page.nextMarker != nil))
            found += page.grants.map(\.grantID)
            marker = page.nextMarker
        } while marker != nil
        #expect(Set(found) == made && found.count == 7 && found == found.sorted())
        #expect(try Self.list(house, grantee: house.bob.arn).grants.count == 5)
        let one = try Self.list(house, grantID: found[0]).grants
        #expect(one.map(\.grantID) == [found[0]])
        #expect(one[0].keyID == house.key)
        #expect(one[0].issuingAccount == "arn:aws:iam::000000000000:root")
        #expect(one[0].operations == [.generateDataKey])
        let retirable = try house.service.listRetirableGrants(
            ListRetirableGrantsRequest(limit: 2, retiringPrincipal: house.alice.arn),
            caller: Self.root)
        #expect(retirable.grants.count == 2 && retirable.truncated)
        let rest = try house.service.listRetirableGrants(
            ListRetirableGrantsRequest(
                limit: 2, marker: retirable.nextMarker, retiringPrincipal: house.alice.arn),
            caller: Self.root)
        #expect(rest.grants.count == 1 && !rest.truncated)
        for marker in ["x", String(repeating: "a", count: 63)] {
            let expected = KMSError.invalidMarker("Could not deserialize marker '\(marker)'")
            #expect(refusal { _ = try Self.list(house, marker: marker) } == expected)
            #expect(
                refusal {
                    _ = try house.service.listRetirableGrants(
                        ListRetirableGrantsRequest(
                            marker: marker, retiringPrincipal: house.alice.arn), caller: Self.root)
                } == expected)
        }
        for limit in [0, 1001] {
            #expect(
                refusal { _ = try Self.list(house, limit: limit) }?.exceptionName
                    == "ValidationException")
        }
    }

    @Test("A page of retirable grants is full while there are more, whatever other regions have")
    func retirablePages() throws {
        let house = try AccessTests.House()
        let elsewhere = Self.root.asking("eu-west-1")
        let other = try house.service.createKey(CreateKeyRequest(), caller: elsewhere)
        var made: Set<String> = []
        for _ in 0..<15 {
            made.insert(try Self.create(house, retiring: house.alice.arn).grantID)
            for _ in 0..<3 {
                _ = try house.service.createGrant(
                    CreateGrantRequest(
                        keyID: other.keyMetadata.keyID, operations: [.decrypt],
                        granteePrincipal: house.bob.arn, retiringPrincipal: house.alice.arn),
                    caller: elsewhere)
            }
        }
        for limit in [1, 2, 4, 5, 15, 16] {
            var found: [String] = []
            var marker: String?
            repeat {
                let page = try house.service.listRetirableGrants(
                    ListRetirableGrantsRequest(
                        limit: limit, marker: marker, retiringPrincipal: house.alice.arn),
                    caller: Self.root)
                #expect(page.grants.count == min(limit, 15 - found.count))
                #expect(page.truncated == (page.nextMarker != nil))
                found += page.grants.map(\.grantID)
                marker = page.nextMarker
            } while marker != nil
            #expect(found.count == 15 && Set(found) == made)
        }
    }

    @Test(
        "A constraint has at most eight pairs, of values of at most 384 characters",
        arguments: [
            (8, 384, nil), (0, 0, nil), (9, 1, "Member must have length less than or equal to 8"),
            (1, 385, "Member must have length less than or equal to 384"),
        ])
    func constraintLimits(pairCount: Int, length: Int, refused: String?) throws {
        let house = try AccessTests.House()
        // One character, of two bytes.
        let value = Array(String(repeating: "é", count: length).utf8)
        let context = try EncryptionContext(
            (0..<pairCount).map { (key: Array("\($0)".utf8), value: value) })
        for constraints in [
            GrantConstraints(encryptionContextEquals: context),
            GrantConstraints(encryptionContextSubset: context),
        ] {
            guard let refused else {
                _ = try Self.create(house, constraints: constraints)
                continue
            }
            let error = refusal { _ = try Self.create(house, constraints: constraints) }
            #expect(error?.exceptionName == "ValidationException")
            #expect(error?.message?.hasSuffix(refused) == true)
        }
        #expect(try Self.list(house).grants.count == (refused == nil ? 2 : 0))
    }

    @Test("A grant that could not mean what it says is not made")
    func refused() throws {
        let house = try AccessTests.House()
        func answer(_ request: CreateGrantRequest) -> String? {
            refusal { _ = try house.service.createGrant(request, caller: Self.root) }?.exceptionName
        }
        var request = CreateGrantRequest(
            keyID: house.key, operations: [.decrypt], granteePrincipal: house.bob.arn)
        func changed(_ change: (inout CreateGrantRequest) -> Void) -> CreateGrantRequest {
            var copy = request
            change(&copy)
            return copy
        }
        request.constraints = GrantConstraints(sourceARN: "arn:aws:s3:::b")
        #expect(answer(request) == "UnsupportedOperationException")
        request.constraints = nil
        #expect(answer(changed { $0.operations = [] }) == "ValidationException")
        #expect(answer(changed { $0.operations = [.sign] }) == "ValidationException")
        #expect(answer(changed { $0.name = "a b" }) == "ValidationException")
        #expect(answer(changed { $0.granteePrincipal = nil }) == "ValidationException")
        #expect(
            answer(changed { $0.granteeServicePrincipal = "s3.amazonaws.com" })
                == "UnsupportedOperationException")
        for principal in ["*", "bob", "arn:aws:iam::000000000000:user/nobody"] {
            #expect(answer(changed { $0.granteePrincipal = principal }) == "InvalidArnException")
            #expect(answer(changed { $0.retiringPrincipal = principal }) == "InvalidArnException")
        }
        #expect(
            answer(changed { $0.grantTokens = ["x"] }) == "InvalidGrantTokenException")
        #expect(
            answer(changed { $0.grantTokens = [String](repeating: "x", count: 11) })
                == "ValidationException")
        try house.service.disableKey(DisableKeyRequest(keyID: house.key), caller: Self.root)
        #expect(answer(request) == "DisabledException")
        #expect(try Self.list(house).grants.isEmpty)
    }

    @Test("A key has as many grants as AWS lets it have, and no more")
    func quota() throws {
        let house = try AccessTests.House()
        let id = try #require(KeyID(text: house.key.split(separator: "/")[1]))
        let grantee = try PrincipalPattern(aws: house.alice.arn)
        try house.store.write { store throws in
            for number in 0..<(KMSLimits.grantsPerKey - 1) {
                let bytes = (0..<32).map { UInt8(truncatingIfNeeded: number >> (8 * ($0 % 4))) }
                try store.insert(
                    Grant(
                        id: try #require(GrantID(bytes: bytes)), keyID: id, name: nil,
                        creationDate: TurnedClock.start, grantee: grantee, retiringPrincipal: nil,
                        issuingPrincipal: Self.root.arn, operations: [.describeKey],
                        constraint: nil))
            }
        }
        let last = try Self.create(house, name: "last")
        #expect(
            refusal { _ = try Self.create(house) }
                == .limitExceeded("\(house.key) has 50000 grants already."))
        #expect(try Self.create(house, name: "last").grantID == last.grantID)
    }
}
