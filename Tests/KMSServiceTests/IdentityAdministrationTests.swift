import KMSDomain
import KMSModel
import KMSService
import KMSTestSupport
import Testing

/// What the operator does with users and roles, as far as the service is concerned.
@Suite struct IdentityAdministrationTests {
    private static func administration(_ house: AccessTests.House) -> IdentityAdministration {
        IdentityAdministration(
            store: house.store, root: house.root, audit: house.audit, clock: house.clock,
            realm: .local)
    }

    @Test("A user made anew under a name has none of the grants of the one before")
    func grants() throws {
        let house = try AccessTests.House()
        let identities = Self.administration(house)
        for grantee in [house.alice, house.bob] {
            _ = try house.service.createGrant(
                CreateGrantRequest(
                    keyID: house.key, operations: [.generateDataKey],
                    granteePrincipal: grantee.arn, retiringPrincipal: house.alice.arn),
                caller: .localRoot(of: .local))
        }
        #expect(house.use(AccessTests.caller(house.alice)) == nil)
        try identities.deleteIdentity(arn: house.alice.arn)
        let again = try identities.createUser(name: "alice", account: Realm.local.accountID)
        #expect(again.arn == house.alice.arn)
        #expect(house.use(AccessTests.caller(again)) != nil)
        #expect(house.use(AccessTests.caller(house.bob)) == nil)
        let left = try house.service.listGrants(
            ListGrantsRequest(keyID: house.key), caller: .localRoot(of: .local)
        ).grants
        #expect(left.map(\.granteePrincipal) == [house.bob.arn])
        #expect(left.map(\.retiringPrincipal) == [nil])
    }

    @Test(
        "Policies that name an identity are found, however they write it, and no others",
        arguments: [
            (#"{"AWS":"arn:aws:iam::000000000000:user/alice"}"#, "", true),
            (#"{"AWS":["000000000000","arn:aws:iam::000000000000:user\/al\u0069ce"]}"#, "", true),
            (
                #""*""#,
                #","Condition":{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::000000000000:user/alice"}}"#,
                true
            ),
            (#"{"AWS":"arn:aws:iam::000000000000:user/alice2"}"#, "", false),
            (#"{"AWS":"arn:aws:iam::000000000000:user/bob"}"#, "", false),
        ])
    func naming(principal: String, condition: String, isFound: Bool) throws {
        let house = try AccessTests.House()
        try house.set(
            keyPolicy: """
                {"Statement":{"Effect":"Allow","Principal":\(principal),"Action":"kms:Encrypt",
                 "Resource":"*"\(condition)}}
                """)
        // The role's trust policy names alice.
        let role = "arn:aws:iam::000000000000:role/app/worker"
        #expect(
            try Self.administration(house).resourcesNaming(house.alice)
                == (isFound ? [house.key, role] : [role]))
    }

    @Test("A session of a role counts as the role")
    func sessions() throws {
        let house = try AccessTests.House()
        let identities = Self.administration(house)
        let role = try identities.identity(arn: "arn:aws:iam::000000000000:role/app/worker")
        #expect(try identities.resourcesNaming(role) == [])
        try house.set(
            keyPolicy: """
                {"Statement":{"Effect":"Allow","Action":"kms:Encrypt","Resource":"*","Principal":
                 {"AWS":"arn:aws:sts::000000000000:assumed-role/worker/s"}}}
                """)
        #expect(try identities.resourcesNaming(role) == [house.key])
    }

    @Test("A name that the store would cut is refused")
    func nameWithNUL() throws {
        let house = try AccessTests.House()
        #expect(
            throws: IdentityAdministration.Failure.service(
                .refused(.validation("A name or id contains the character U+0000.")))
        ) {
            try Self.administration(house).createAccount(id: "111122223333", name: "a\u{0}b")
        }
        #expect(try house.store.read { try $0.account("111122223333") } == nil)
    }
}
