import KMSDomain
import KMSModel
import KMSService
import KMSStore
import KMSTestSupport
import SecretMemory
import Testing

/// Several accounts and regions over one store: what each sees, and what crosses between them.
@Suite struct HomesTests {
    private static let north = Realm(accountID: "111122223333", region: "eu-north-1")
    private static let south = Realm(accountID: "111122223333", region: "eu-south-1")
    private static let other = Realm(accountID: "444455556666", region: "eu-north-1")

    /// A service whose calls are decided by policies; every caller is root of its account.
    private struct House {
        let store = InMemoryKeyStore()
        let audit = RecordingAuditSink()
        let service: KMSService

        init() throws {
            let clock = TurnedClock()
            let root = try Fixture.freshRoot()
            service = KMSService(
                store: store, backend: SoftwareKeyBackend(root: root), audit: audit,
                authorizer: PolicyAuthorizer(store: store, clock: clock), clock: clock, root: root)
        }

        func makeKey(in home: Realm, alias: String) throws -> KeyMetadata {
            try service.createKey(
                CreateKeyRequest(), aliasName: alias, caller: .localRoot(of: home)
            ).keyMetadata
        }

        func dataKey(_ key: String, _ caller: Caller) throws -> GenerateDataKeyResponse {
            try service.generateDataKey(
                GenerateDataKeyRequest(keyID: key, keySpec: .aes256), caller: caller)
        }

        func set(keyPolicy text: String, of key: KeyMetadata) throws {
            let id = try #require(KeyID(text: key.keyID))
            try store.write { try $0.setKeyPolicy(text, of: id) }
        }
    }

    private static func user(_ name: String, of realm: Realm) -> Caller {
        Caller(
            kind: .user, principalID: "AIDA" + name,
            arn: "arn:aws:iam::\(realm.accountID):user/\(name)", accountID: realm.accountID,
            region: realm.region, userName: name, source: "192.0.2.7", userAgent: "test")
    }

    @Test("Keys and aliases are of the account and the region in which they were made")
    func listing() throws {
        let house = try House()
        let homes = [Self.north, Self.south, Self.other]
        // The same alias in each of them.
        let keys = try homes.map { try house.makeKey(in: $0, alias: "alias/a") }
        for (home, key) in zip(homes, keys) {
            let caller = Caller.localRoot(of: home)
            #expect(key.arn == "arn:aws:kms:\(home.region):\(home.accountID):key/\(key.keyID)")
            #expect(key.awsAccountID == home.accountID)
            let listed = try house.service.listKeys(ListKeysRequest(), caller: caller)
            #expect(listed.keys.map(\.keyARN) == [key.arn])
            let aliases = try house.service.listAliases(ListAliasesRequest(), caller: caller)
            #expect(aliases.aliases.map(\.targetKeyID) == [key.keyID])
            #expect(aliases.aliases.map(\.aliasARN) == [home.arn(ofAlias: "alias/a")])
            for _ in 1...2 {
                for name in ["alias/a", key.keyID, key.arn, home.arn(ofAlias: "alias/a")] {
                    #expect(try house.dataKey(name, caller).keyID == key.arn)
                }
            }
        }
    }

    @Test("An ARN of another region names nothing here, a name alone nothing of elsewhere")
    func otherRegion() throws {
        let house = try House()
        let key = try house.makeKey(in: Self.north, alias: "alias/a")
        let caller = Caller.localRoot(of: Self.south)
        for arn in [key.arn, Self.north.arn(ofAlias: "alias/a")] {
            #expect(
                refusal { _ = try house.dataKey(arn, caller) }
                    == .notFound("Invalid arn eu-north-1"))
            #expect(
                refusal {
                    try house.service.enableKey(EnableKeyRequest(keyID: arn), caller: caller)
                } == .notFound("Invalid arn eu-north-1"))
        }
        #expect(
            refusal { _ = try house.dataKey(key.keyID, caller) }
                == .notFound(
                    "Key 'arn:aws:kms:eu-south-1:111122223333:key/\(key.keyID)' does not exist"))
        #expect(
            refusal { _ = try house.dataKey("alias/a", caller) }
                == .notFound(
                    "Alias arn:aws:kms:eu-south-1:111122223333:alias/a is not found."))
        let blob = try house.dataKey(key.arn, .localRoot(of: Self.north)).ciphertextBlob
        #expect(
            refusal {
                _ = try house.service.decrypt(
                    DecryptRequest(ciphertextBlob: blob), caller: caller)
            } == .invalidCiphertext)
    }

    @Test("A key is used across accounts if its policy and an identity policy allow it, not before")
    func crossAccount() throws {
        let house = try House()
        let key = try house.makeKey(in: Self.north, alias: "alias/a")
        let eve = Self.user("eve", of: Self.other)
        func give(_ text: String) throws {
            try house.store.write {
                try $0.insert(
                    Account(
                        id: Self.other.accountID, name: "other", creationDate: TurnedClock.start))
                try $0.insert(
                    Identity(
                        uniqueID: "AIDAeve", accountID: Self.other.accountID, path: "/",
                        name: "eve", kind: .user, creationDate: TurnedClock.start, tags: []))
                try $0.set(IdentityPolicy(identityARN: eve.arn, name: "p", text: text))
            }
        }
        let keyPolicy = """
            {"Statement":[{"Effect":"Allow","Action":"kms:*","Resource":"*",
             "Principal":{"AWS":["arn:aws:iam::111122223333:root",
              "arn:aws:iam::444455556666:root"]}}]}
            """
        let identityPolicy =
            #"{"Statement":{"Effect":"Allow","Action":"kms:*","Resource":"\#(key.arn)"}}"#
        let aliasARN = Self.north.arn(ofAlias: "alias/a")
        func denied(_ name: String) -> Bool {
            if case .accessDenied = refusal({ _ = try house.dataKey(name, eve) }) {
                true
            } else {
                false
            }
        }
        #expect(denied(key.arn) && denied(aliasARN))
        try house.set(keyPolicy: keyPolicy, of: key)
        #expect(denied(key.arn) && denied(aliasARN))
        try house.set(keyPolicy: DefaultKeyPolicy.text(ofAccount: "111122223333"), of: key)
        try give(identityPolicy)
        #expect(denied(key.arn) && denied(aliasARN))
        try house.set(keyPolicy: keyPolicy, of: key)
        let blob = try house.dataKey(key.arn, eve).ciphertextBlob
        #expect(try house.dataKey(aliasARN, eve).keyID == key.arn)
        // A ciphertext names its key, whoever asks.
        #expect(
            try house.service.decrypt(DecryptRequest(ciphertextBlob: blob), caller: eve).keyID
                == key.arn)
        #expect(
            try house.service.describeKey(DescribeKeyRequest(keyID: key.arn), caller: eve)
                .keyMetadata.awsAccountID == "111122223333")
        // The name alone is one of the caller's own account.
        #expect(denied(key.keyID))
    }

    @Test("Of another account's aliases nobody learns whether there are any, nor of what")
    func foreignAliases() throws {
        let house = try House()
        let key = try house.makeKey(in: Self.north, alias: "alias/a")
        let blob = try house.dataKey("alias/a", .localRoot(of: Self.north)).ciphertextBlob
        let eve = Self.user("eve", of: Self.other)
        try house.store.write {
            try $0.insert(
                Account(id: Self.other.accountID, name: "other", creationDate: TurnedClock.start))
            try $0.insert(
                Identity(
                    uniqueID: "AIDAeve", accountID: Self.other.accountID, path: "/", name: "eve",
                    kind: .user, creationDate: TurnedClock.start, tags: []))
        }
        func message(_ call: () throws -> Void) -> String {
            guard case .accessDenied(let message) = refusal(call) else {
                Issue.record("was not denied")
                return ""
            }
            return message
        }
        for resource in ["nothing", "*", "arn:aws:kms:*:*:key/*", "arn:aws:kms:*:*:alias/*"] {
            for effect in ["Allow", "Deny"] {
                try house.store.write {
                    try $0.set(
                        IdentityPolicy(
                            identityARN: eve.arn, name: "p",
                            text: resource == "nothing"
                                ? AccessTests.policy(effect, "s3:*")
                                : """
                                {"Statement":{"Effect":"\(effect)","Action":"kms:*",
                                 "Resource":"\(resource)"}}
                                """))
                }
                let there = Self.north.arn(ofAlias: "alias/a")
                let missing = Self.north.arn(ofAlias: "alias/b")
                let calls: [(String) throws -> Void] = [
                    { _ = try house.dataKey($0, eve) },
                    {
                        _ = try house.service.describeKey(
                            DescribeKeyRequest(keyID: $0), caller: eve)
                    },
                ]
                for call in calls {
                    let found = message { try call(there) }
                    #expect(!found.contains(key.keyID))
                    #expect(
                        found.replacing(there, with: "")
                            == message { try call(missing) }.replacing(missing, with: ""))
                }
                // Of the key that a blob names its reader learns no more than is in the blob.
                let opened = message {
                    _ = try house.service.decrypt(
                        DecryptRequest(ciphertextBlob: blob), caller: eve)
                }
                #expect(!opened.contains(Self.north.accountID) && !opened.contains("key/"))
                #expect(opened.contains(" on the resource associated with this ciphertext "))
            }
        }
    }

    @Test("What AWS forbids across accounts is refused, whatever the policies say")
    func forbiddenAcrossAccounts() throws {
        let house = try House()
        let key = try house.makeKey(in: Self.north, alias: "alias/a")
        try house.set(
            keyPolicy: """
                {"Statement":[{"Effect":"Allow","Action":"kms:*","Resource":"*",
                 "Principal":{"AWS":"*"}}]}
                """, of: key)
        let root = Caller.localRoot(of: Self.other)
        #expect(try house.dataKey(key.arn, root).keyID == key.arn)
        let service = house.service
        let attempts: [(String, () throws -> Void)] = [
            ("EnableKey", { try service.enableKey(.init(keyID: key.arn), caller: root) }),
            ("DisableKey", { try service.disableKey(.init(keyID: key.arn), caller: root) }),
            (
                "ScheduleKeyDeletion",
                { _ = try service.scheduleKeyDeletion(.init(keyID: key.arn), caller: root) }
            ),
            (
                "CancelKeyDeletion",
                { _ = try service.cancelKeyDeletion(.init(keyID: key.arn), caller: root) }
            ),
            (
                "CreateAlias",
                {
                    try service.createAlias(
                        .init(aliasName: "alias/b", targetKeyID: key.arn), caller: root)
                }
            ),
            (
                "EnableKeyRotation",
                { try service.enableKeyRotation(.init(keyID: key.arn), caller: root) }
            ),
            (
                "RotateKeyOnDemand",
                { _ = try service.rotateKeyOnDemand(.init(keyID: key.arn), caller: root) }
            ),
            (
                "ListKeyRotations",
                { _ = try service.listKeyRotations(.init(keyID: key.arn), caller: root) }
            ),
        ]
        for (name, attempt) in attempts {
            #expect(
                refusal(attempt)
                    == .accessDenied(
                        "User: arn:aws:iam::444455556666:root is not authorized to perform: "
                            + "kms:\(name) on resource: \(key.arn) because the resource does not "
                            + "exist in this Region, no resource-based policies allow access, or "
                            + "a resource-based policy explicitly denies access"), "\(name)")
        }
        #expect(
            try service.getKeyRotationStatus(.init(keyID: key.arn), caller: root).keyID == key.arn)
    }
}
