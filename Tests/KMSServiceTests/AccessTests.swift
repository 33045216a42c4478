import KMSDomain
import KMSModel
import KMSService
import KMSStore
import KMSTestSupport
import SecretMemory
import Testing

/// Accounts, users and roles over a store: who a credential is, what a session is, who may do what.
@Suite struct AccessTests {
    private static let account = Realm.local.accountID
    private static let worker = "arn:aws:iam::000000000000:role/app/worker"

    /// A service whose calls are decided by policies, with two users, a role, and a key.
    struct House: Sendable {
        let store: any KeyStore
        let root: SoftwareRootOfTrust
        let service: KMSService
        let tokens: SecurityTokenService
        let directory: CredentialDirectory
        let clock = TurnedClock()
        let audit = RecordingAuditSink()
        let alice = AccessTests.identity("alice")
        let bob = AccessTests.identity("bob")
        let key: String
        private let folder = TemporaryDirectory()

        init() throws {
            store = try SQLiteKeyStore.create(at: folder.path(of: "keys.sqlite"))
            root = try Fixture.freshRoot()
            service = KMSService(
                store: store, backend: SoftwareKeyBackend(root: root), audit: audit,
                authorizer: PolicyAuthorizer(store: store, clock: clock), clock: clock, root: root)
            tokens = SecurityTokenService(
                store: store, root: root, audit: audit, clock: clock)
            directory = CredentialDirectory(store: store, root: root)
            let role = AccessTests.identity(
                "worker", path: "/app/",
                .role(trustPolicy: AccessTests.trust(), maximumSessionSeconds: 7200))
            let people = [alice, bob, role]
            try store.write { store throws in
                try store.insert(
                    Account(
                        id: AccessTests.account, name: "local",
                        creationDate: TurnedClock.start))
                for person in people { try store.insert(person) }
            }
            key = try service.createKey(CreateKeyRequest(), caller: .localRoot(of: .local))
                .keyMetadata.arn
        }

        func give(_ arn: String, _ text: String) throws {
            try store.write {
                try $0.set(IdentityPolicy(identityARN: arn, name: "p", text: text))
            }
        }

        func set(keyPolicy text: String) throws {
            let id = try #require(KeyID(text: key.split(separator: "/")[1]))
            try store.write { try $0.setKeyPolicy(text, of: id) }
        }

        func use(_ caller: Caller, context: EncryptionContext = .empty) -> KMSError? {
            do throws(KMSServiceError) {
                _ = try service.generateDataKey(
                    GenerateDataKeyRequest(
                        keyID: key, encryptionContext: context, keySpec: .aes256), caller: caller)
                return nil
            } catch .refused(let error) {
                return error
            } catch {
                Issue.record("\(error)")
                return nil
            }
        }
    }

    static func identity(
        _ name: String, path: String = "/", _ kind: Identity.Kind = .user
    ) -> Identity {
        Identity(
            uniqueID: CredentialText.freshAccessKeyID(prefix: "AIDA"), accountID: account,
            path: path, name: name, kind: kind, creationDate: TurnedClock.start,
            tags: [IdentityTag(key: "team", value: name)])
    }

    static func trust(_ condition: String = "") -> String {
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
         "Principal":{"AWS":"arn:aws:iam::000000000000:user/alice"},"Action":"sts:AssumeRole"
         \(condition)}]}
        """
    }

    static func policy(
        _ effect: String, _ action: String, _ rest: String = ""
    ) -> String {
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"\(effect)","Action":"\(action)",
         "Resource":"*"\(rest)}]}
        """
    }

    static func caller(_ identity: Identity, source: String = "192.0.2.7") -> Caller {
        Caller(
            kind: .user, principalID: identity.uniqueID, arn: identity.arn, accountID: account,
            region: Realm.local.region, userName: identity.name, source: source, userAgent: "test",
            isOverTLS: true)
    }

    // MARK: The authorizer

    @Test("With the default key policy an identity policy decides, from the next call on")
    func identityPolicies() throws {
        let house = try House()
        let alice = Self.caller(house.alice)
        let refused = KMSError.accessDenied(
            "User: arn:aws:iam::000000000000:user/alice is not authorized to perform: "
                + "kms:GenerateDataKey on resource: \(house.key) because no identity-based policy "
                + "allows the kms:GenerateDataKey action")
        #expect(house.use(alice) == refused)
        try house.give(house.alice.arn, Self.policy("Allow", "kms:Generate*"))
        #expect(house.use(alice) == nil)
        #expect(house.use(Self.caller(house.bob)) != nil)
        try house.give(house.alice.arn, Self.policy("Deny", "kms:*"))
        #expect(
            house.use(alice)?.message?.hasSuffix(
                "with an explicit deny in an identity-based policy")
                == true)
        #expect(house.use(.localRoot(of: .local)) == nil)
    }

    @Test("A key policy that names nobody else keeps out the root of the account too")
    func keyPolicies() throws {
        let house = try House()
        try house.set(
            keyPolicy: """
                {"Statement":{"Effect":"Allow","Principal":{"AWS":"\(house.bob.arn)"},
                 "Action":"kms:GenerateDataKey","Resource":"*"}}
                """)
        #expect(house.use(Self.caller(house.bob)) == nil)
        try house.give(house.alice.arn, Self.policy("Allow", "kms:*"))
        for caller in [Self.caller(house.alice), .localRoot(of: .local)] {
            #expect(
                house.use(caller)?.message?.hasSuffix(
                    "because no resource-based policy allows the kms:GenerateDataKey action")
                    == true)
        }
    }

    @Test("Conditions see the encryption context, the caller, the connection and the key")
    func conditions() throws {
        let house = try House()
        let conditions = """
            ,"Condition":{"StringEquals":{"kms:EncryptionContext:dept":"IT",
             "aws:PrincipalTag/team":"alice","aws:username":"alice","kms:KeySpec":"SYMMETRIC_DEFAULT",
             "kms:CustomerMasterKeySpec":"SYMMETRIC_DEFAULT",
             "kms:CustomerMasterKeyUsage":"ENCRYPT_DECRYPT",
             "kms:CallerAccount":"000000000000","aws:RequestedRegion":"coffer-local-1"},
             "ForAnyValue:StringEquals":{"kms:EncryptionContextKeys":"Dept",
             "kms:ResourceAliases":"alias/one"},
             "IpAddress":{"aws:SourceIp":"192.0.2.0/24"},"Bool":{"aws:SecureTransport":true},
             "DateLessThan":{"aws:CurrentTime":"2027-01-15T09:00:00Z"}}
            """
        try house.give(house.alice.arn, Self.policy("Allow", "kms:*", conditions))
        try house.service.createAlias(
            CreateAliasRequest(aliasName: "alias/one", targetKeyID: house.key),
            caller: .localRoot(of: .local))
        let context = try EncryptionContext(strings: ["Dept": "IT"])
        #expect(house.use(Self.caller(house.alice), context: context) == nil)
        #expect(house.use(Self.caller(house.alice)) != nil)
        #expect(
            house.use(Self.caller(house.alice, source: "198.51.100.1"), context: context) != nil)
        house.clock.advance(days: 1)
        #expect(house.use(Self.caller(house.alice), context: context) != nil)
    }

    @Test("A grant allows its grantee what it is for, until it is gone")
    func grants() throws {
        let house = try House()
        let id = try #require(GrantID(bytes: [UInt8](repeating: 1, count: 32)))
        let key = try #require(KeyID(text: house.key.split(separator: "/")[1]))
        let pair = GrantConstraint.Pair(key: Array("Dept".utf8), value: Array("IT".utf8))
        let grant = Grant(
            id: id, keyID: key, name: nil, creationDate: TurnedClock.start,
            grantee: try PrincipalPattern(aws: house.bob.arn), retiringPrincipal: nil,
            issuingPrincipal: house.alice.arn, operations: [.generateDataKey],
            constraint: GrantConstraint(equals: nil, subset: [pair]))
        try house.store.write { try $0.insert(grant) }
        let bob = Self.caller(house.bob)
        let context = try EncryptionContext(strings: ["dept": "IT", "x": "y"])
        #expect(house.use(bob, context: context) == nil)
        #expect(house.use(bob) != nil)
        #expect(house.use(Self.caller(house.alice), context: context) != nil)
        #expect(throws: KMSServiceError.self) {
            _ = try house.service.describeKey(DescribeKeyRequest(keyID: house.key), caller: bob)
        }
        try house.store.write { try $0.delete(id) }
        #expect(house.use(bob, context: context) != nil)
    }

    @Test("Who may not use a key learns nothing of whether there is one")
    func unknownKeys() throws {
        let house = try House()
        let unknown =
            "arn:aws:kms:coffer-local-1:000000000000:key/00000000-0000-4000-8000-000000000000"
        func message(_ key: String) -> String? {
            do throws(KMSServiceError) {
                _ = try house.service.describeKey(
                    DescribeKeyRequest(keyID: key), caller: Self.caller(house.bob))
                return nil
            } catch {
                return error.clientError.message?.replacing(key, with: "KEY")
            }
        }
        #expect(message(unknown) == message(house.key))
        #expect(message(unknown) != nil)
    }

    @Test(
        "Only its very name is an alias, so that no other spelling gets past a policy",
        arguments: ["alias/K\0", "alias/K\0/x", "alias/\u{212A}"])
    func spellings(name: String) throws {
        let house = try House()
        let root = Caller.localRoot(of: .local)
        try house.service.createAlias(
            CreateAliasRequest(aliasName: "alias/K", targetKeyID: house.key), caller: root)
        func use(_ name: String) throws {
            _ = try house.service.generateDataKey(
                GenerateDataKeyRequest(keyID: name, keySpec: .aes256), caller: root)
        }
        func look(_ name: String) throws {
            _ = try house.service.describeKey(DescribeKeyRequest(keyID: name), caller: root)
        }
        let missing = KMSError.notFound("Alias \(Realm.local.arn(ofAlias: name)) is not found.")
        for name in [name, Realm.local.arn(ofAlias: name)] {
            #expect(refusal { try use(name) } == missing)
            #expect(refusal { try look(name) } == missing)
        }
        // What the right names lead to is remembered from here on.
        for name in ["alias/K", Realm.local.arn(ofAlias: "alias/K")] { try use(name) }
        for name in [name, Realm.local.arn(ofAlias: name)] {
            #expect(refusal { try use(name) } == missing)
        }
    }

    @Test("ReEncrypt needs ReEncryptFrom on the one key and ReEncryptTo on the other")
    func reEncrypt() throws {
        let house = try House()
        try house.give(house.alice.arn, Self.policy("Allow", "kms:Encrypt"))
        let alice = Self.caller(house.alice)
        let request = unsafe EncryptRequest(
            keyID: house.key, plaintext: SecretBytes(copying: [1, 2, 3].span.bytes))
        let blob = try house.service.encrypt(request, caller: alice).ciphertextBlob
        func attempt(_ action: String) throws -> String? {
            try house.give(house.alice.arn, Self.policy("Allow", action))
            do throws(KMSServiceError) {
                _ = try house.service.reEncrypt(
                    ReEncryptRequest(ciphertextBlob: blob, destinationKeyID: house.key),
                    caller: alice)
                return nil
            } catch {
                return error.clientError.message
            }
        }
        #expect(try attempt("kms:ReEncryptTo")?.contains("kms:ReEncryptFrom") == true)
        #expect(try attempt("kms:ReEncryptFrom")?.contains("kms:ReEncryptTo") == true)
        #expect(try attempt("kms:ReEncrypt*") == nil)
    }

    // MARK: Credentials and sessions

    private static func lookUp(
        _ house: House, _ id: String, _ token: String? = nil
    ) throws(CredentialDirectory.Failure) -> AuthenticatingCredential {
        try house.directory.credential(
            accessKeyID: id, sessionToken: token, region: Realm.local.region,
            source: "192.0.2.7", userAgent: "test", isOverTLS: true, now: house.clock.now())
    }

    @Test("An access key leads to its user and its secret, and to nobody once it is not active")
    func accessKeys() throws {
        let house = try House()
        let made = try AccessKeySecrets(root: house.root).makeKey(
            for: house.alice.arn, now: house.clock.now())
        var key = made.key
        let first = key
        try house.store.write { try $0.insert(first) }
        #expect(key.id.hasPrefix("AKIA") && key.id.utf8.count == 20)
        let secret = made.secret.withBytes { $0.text }
        #expect(secret.utf8.count == 40)
        let found = try Self.lookUp(house, key.id)
        #expect(found.caller == Self.caller(house.alice))
        #expect(found.secret.secret.withBytes { $0.text } == secret)
        key.isActive = false
        let inactive = key
        try house.store.write { try $0.update(inactive) }
        for id in [key.id, "AKIAAAAAAAAAAAAAAAAA", ""] {
            #expect(throws: CredentialDirectory.Failure.unknownAccessKey) {
                _ = try Self.lookUp(house, id)
            }
        }
    }

    @Test("A sealed secret opens for its own key and principal only")
    func sealedSecrets() throws {
        let secrets = AccessKeySecrets(root: try Fixture.freshRoot())
        let made = try secrets.makeKey(
            for: "arn:aws:iam::000000000000:user/a", now: TurnedClock.start)
        var changed = made.key.sealedSecret
        changed[40] ^= 1
        for (id, arn, sealed) in [
            ("AKIAX", made.key.principalARN, made.key.sealedSecret),
            (made.key.id, "arn:aws:iam::000000000000:user/b", made.key.sealedSecret),
            (made.key.id, made.key.principalARN, changed), (made.key.id, made.key.principalARN, []),
        ] {
            #expect(throws: KeyBackendError.materialNotAuthentic) {
                _ = try secrets.secret(
                    of: AccessKey(
                        id: id, principalARN: arn, isActive: true,
                        creationDate: TurnedClock.start, sealedSecret: sealed))
            }
        }
    }

    private static func assume(
        _ house: House, _ caller: Caller, seconds: Int? = nil, externalID: String? = nil,
        policy: String? = nil, name: String = "one", role: String = worker
    ) throws(SecurityTokenError) -> AssumeRoleResponse {
        try house.tokens.assumeRole(
            AssumeRoleRequest(
                roleARN: role, roleSessionName: name, durationSeconds: seconds,
                externalID: externalID, policy: policy), caller: caller)
    }

    @Test("A session has its role's permissions, narrowed by its policy, until it ends")
    func sessions() throws {
        let house = try House()
        try house.give(Self.worker, Self.policy("Allow", "kms:GenerateDataKey"))
        let response = try Self.assume(house, Self.caller(house.alice), seconds: 900)
        #expect(response.expiration == "2027-01-15T08:15:00Z")
        #expect(response.assumedRoleARN == "arn:aws:sts::000000000000:assumed-role/worker/one")
        let token = response.sessionToken
        let id = response.accessKeyID
        let found = try Self.lookUp(house, id, token)
        #expect(found.caller.arn == response.assumedRoleARN)
        #expect(found.caller.principalID == response.assumedRoleID)
        let secret = response.secretAccessKey.withBytes { $0.text }
        #expect(found.secret.secret.withBytes { $0.text } == secret)
        #expect(house.use(found.caller) == nil)
        let narrowed = try Self.assume(
            house, Self.caller(house.alice), policy: Self.policy("Allow", "kms:Encrypt"))
        let narrow = try Self.lookUp(house, narrowed.accessKeyID, narrowed.sessionToken)
        #expect(
            house.use(narrow.caller)?.message?.hasSuffix(
                "because no session policy allows the kms:GenerateDataKey action") == true)
        #expect(
            try house.tokens.getCallerIdentity(caller: found.caller).arn == found.caller.arn)
        house.clock.advance(seconds: 899)
        _ = try Self.lookUp(house, id, token)
        house.clock.advance(seconds: 1)
        #expect(throws: CredentialDirectory.Failure.expiredToken) {
            _ = try Self.lookUp(house, id, token)
        }
    }

    @Test("A token that is changed in any bit, cut, of another root or another key is none")
    func tokens() throws {
        let house = try House()
        let response = try Self.assume(house, Self.caller(house.alice))
        let token = response.sessionToken
        let bytes = try #require(PublicBase64.decode(token))
        for bit in 0..<(bytes.count * 8) {
            var changed = bytes
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(throws: CredentialDirectory.Failure.invalidToken) {
                _ = try Self.lookUp(house, response.accessKeyID, PublicBase64.encode(changed))
            }
        }
        for other in ["", "x", token + "AAAA", String(token.dropLast(4)), token.lowercased()] {
            #expect(throws: CredentialDirectory.Failure.invalidToken) {
                _ = try Self.lookUp(house, response.accessKeyID, other)
            }
        }
        #expect(throws: CredentialDirectory.Failure.invalidToken) {
            _ = try Self.lookUp(house, "ASIAAAAAAAAAAAAAAAAA", token)
        }
        switch try SessionTokens(root: Fixture.freshRoot()).open(token) {
        case .some: Issue.record("opened under another root")
        case .none: break
        }
        try house.store.write { try $0.deleteIdentity(arn: Self.worker) }
        #expect(throws: CredentialDirectory.Failure.invalidToken) {
            _ = try Self.lookUp(house, response.accessKeyID, token)
        }
    }

    @Test("Only whom the trust policy means may assume a role; nobody else learns of it")
    func trust() throws {
        let house = try House()
        func refusal(
            _ caller: Caller, externalID: String? = nil, role: String = Self.worker
        ) -> SecurityTokenError? {
            do throws(SecurityTokenError) {
                _ = try Self.assume(house, caller, externalID: externalID, role: role)
                return nil
            } catch {
                return error
            }
        }
        func denied(_ caller: Caller, _ role: String) -> SecurityTokenError {
            .accessDenied(
                "User: \(caller.arn) is not authorized to perform: sts:AssumeRole on resource: "
                    + role)
        }
        let bob = Self.caller(house.bob)
        let none = "arn:aws:iam::000000000000:role/none"
        #expect(refusal(bob) == denied(bob, Self.worker))
        #expect(refusal(bob, role: none) == denied(bob, none))
        #expect(
            refusal(Self.caller(house.alice), role: Self.worker + "\0")
                == denied(Self.caller(house.alice), Self.worker + "\0"))
        #expect(refusal(Self.caller(house.alice)) == nil)
        #expect(house.audit.events.last?.name == "AssumeRole")
        try house.give(house.alice.arn, Self.policy("Deny", "sts:*"))
        #expect(refusal(Self.caller(house.alice)) != nil)
    }

    @Test("An external id is asked for by the trust policy's condition")
    func externalID() throws {
        let house = try House()
        var role = try #require(try house.store.read { try $0.identity(arn: Self.worker) })
        role.kind = .role(
            trustPolicy: Self.trust(#","Condition":{"StringEquals":{"sts:ExternalId":"id-1"}}"#),
            maximumSessionSeconds: 3600)
        let changed = role
        try house.store.write { try $0.update(changed) }
        let alice = Self.caller(house.alice)
        _ = try Self.assume(house, alice, externalID: "id-1")
        for externalID in [nil, "id-2"] {
            #expect(throws: SecurityTokenError.self) {
                _ = try Self.assume(house, alice, externalID: externalID)
            }
        }
    }

    @Test(
        "A session lasts as long as was asked, within the bounds of STS, role and chain",
        arguments: [(899, false), (900, true), (7200, true), (7201, false), (43_201, false)])
    func durations(seconds: Int, isAllowed: Bool) throws {
        let house = try House()
        let response: Bool
        do throws(SecurityTokenError) {
            _ = try Self.assume(house, Self.caller(house.alice), seconds: seconds)
            response = true
        } catch {
            #expect(error.code == "ValidationError")
            response = false
        }
        #expect(response == isAllowed)
    }

    @Test("Names, policies and roots that STS does not take are refused")
    func refused() throws {
        let house = try House()
        let alice = Self.caller(house.alice)
        for name in ["", "a", "a b", String(repeating: "a", count: 65), "é!"] {
            #expect(throws: SecurityTokenError.self) {
                _ = try Self.assume(house, alice, name: name)
            }
        }
        #expect(throws: SecurityTokenError.malformedPolicyDocument("The policy has no statement."))
        {
            _ = try Self.assume(house, alice, policy: #"{"Statement":[]}"#)
        }
    }

    @Test("A grant token names its grant; one that is changed in any bit names none")
    func grantTokens() throws {
        let tokens = GrantTokens(root: try Fixture.freshRoot())
        let grant = try #require(GrantID(bytes: [UInt8](repeating: 9, count: 32)))
        let key = try #require(KeyID(bytes: [UInt8](repeating: 3, count: 16)))
        let token = try tokens.token(grant, of: key)
        let opened = try #require(try tokens.open(token))
        #expect(opened.key == key && opened.grant == grant)
        let bytes = try #require(PublicBase64.decode(token))
        for bit in 0..<(bytes.count * 8) {
            var changed = bytes
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(try tokens.open(PublicBase64.encode(changed)) == nil)
        }
        #expect(try GrantTokens(root: Fixture.freshRoot()).open(token) == nil)
    }
}
