import KMSDomain
import KMSModel
import KMSService
import KMSStore
import KMSTestSupport
import SecretMemory
import Testing

/// Multi-Region keys: a primary, its replicas, and what they have in common.
@Suite struct ReplicaTests {
    private static let north = Caller.localRoot(
        of: Realm(accountID: "111122223333", region: "eu-north-1"))
    private static let south = north.asking("eu-south-1")
    private static let west = north.asking("eu-west-1")

    /// A service whose calls are decided by policies, with a primary key in the north.
    private struct House {
        let store: any KeyStore
        let audit = RecordingAuditSink()
        let clock = TurnedClock()
        let service: KMSService
        let primary: KeyMetadata
        private let folder = TemporaryDirectory()

        init(_ kind: Assembly = .softwareOverSQLite) throws {
            store =
                switch kind {
                case .softwareOverSQLite:
                    try SQLiteKeyStore.create(at: folder.path(of: "keys.sqlite"))
                case .softwareOverMemory, .vaultOverMemory, .tokenOverMemory: InMemoryKeyStore()
                }
            let root = try Fixture.freshRoot()
            service = KMSService(
                store: store, backend: SoftwareKeyBackend(root: root), audit: audit,
                authorizer: PolicyAuthorizer(store: store, clock: clock), clock: clock, root: root)
            primary = try service.createKey(
                CreateKeyRequest(multiRegion: true), caller: ReplicaTests.north
            ).keyMetadata
        }

        @discardableResult
        func replicate(
            to region: String, _ change: (inout ReplicateKeyRequest) -> Void = { _ in }
        ) throws -> ReplicateKeyResponse {
            var request = ReplicateKeyRequest(keyID: primary.keyID, replicaRegion: region)
            change(&request)
            return try service.replicateKey(request, caller: ReplicaTests.north)
        }

        func metadata(_ caller: Caller) throws -> KeyMetadata {
            try service.describeKey(DescribeKeyRequest(keyID: primary.keyID), caller: caller)
                .keyMetadata
        }

        func seal(_ caller: Caller) throws -> GenerateDataKeyResponse {
            try service.generateDataKey(
                GenerateDataKeyRequest(keyID: primary.keyID, keySpec: .aes256), caller: caller)
        }

        func open(_ blob: [UInt8], _ caller: Caller) throws -> DecryptResponse {
            try service.decrypt(DecryptRequest(ciphertextBlob: blob), caller: caller)
        }

        func schedule(_ caller: Caller, days: Int = 7) throws -> ScheduleKeyDeletionResponse {
            try service.scheduleKeyDeletion(
                ScheduleKeyDeletionRequest(
                    keyID: primary.keyID, pendingWindowInDays: days), caller: caller)
        }
    }

    private static let kinds = [Assembly.softwareOverMemory, .softwareOverSQLite]

    @Test("A replica has the primary's name and material and a life of its own", arguments: kinds)
    func replica(kind: Assembly) throws {
        let house = try House(kind)
        #expect(house.primary.keyID.hasPrefix("mrk-") && house.primary.keyID.utf8.count == 36)
        #expect(house.primary.multiRegion)
        let made = try house.replicate(to: "eu-south-1") { request in
            request.description = "the other"
            request.tags = [Tag(tagKey: "a", tagValue: "b")]
        }
        let replica = made.replicaKeyMetadata
        #expect(replica.keyState == .creating && !replica.enabled)
        #expect(replica.keyID == house.primary.keyID)
        #expect(replica.arn == "arn:aws:kms:eu-south-1:111122223333:key/\(replica.keyID)")
        #expect(replica.currentKeyMaterialID == house.primary.currentKeyMaterialID)
        #expect(made.replicaTags == [Tag(tagKey: "a", tagValue: "b")])
        let south = try house.metadata(Self.south)
        #expect(south.keyState == .enabled && south.description == "the other")
        let primaryKey = MultiRegionKey(arn: house.primary.arn, region: "eu-north-1")
        let replicaKey = MultiRegionKey(arn: replica.arn, region: "eu-south-1")
        #expect(
            south.multiRegionConfiguration
                == MultiRegionConfiguration(
                    multiRegionKeyType: .replica, primaryKey: primaryKey, replicaKeys: [replicaKey])
        )
        #expect(try house.metadata(Self.north).description == "")
        #expect(
            try house.metadata(Self.north).multiRegionConfiguration
                == MultiRegionConfiguration(
                    multiRegionKeyType: .primary, primaryKey: primaryKey, replicaKeys: [replicaKey])
        )
        // What one seals, the other opens, and says that it did.
        let sealed = try house.seal(Self.north)
        #expect(sealed.ciphertextBlob[5] == 1)
        let opened = try house.open(sealed.ciphertextBlob, Self.south)
        #expect(opened.keyID == replica.arn)
        #expect(
            opened.plaintext.withBytes { $0.bytes } == sealed.plaintext.withBytes { $0.bytes })
        #expect(
            try house.open(house.seal(Self.south).ciphertextBlob, Self.north).keyID
                == house.primary.arn)
        // In a region without a replica there is no such key.
        #expect(
            refusal { _ = try house.open(sealed.ciphertextBlob, Self.west) } == .invalidCiphertext)
        // States and aliases are each one's own.
        try house.service.disableKey(.init(keyID: replica.keyID), caller: Self.south)
        #expect(
            refusal { _ = try house.seal(Self.south) } == .disabled("\(replica.arn) is disabled."))
        #expect(try house.seal(Self.north).keyID == house.primary.arn)
        try house.service.createAlias(
            .init(aliasName: "alias/a", targetKeyID: replica.keyID), caller: Self.south)
        #expect(
            try house.service.listAliases(.init(keyID: replica.keyID), caller: Self.north)
                .aliases.isEmpty)
    }

    @Test("A blob without the multi-Region flag, or with another, does not open")
    func flag() throws {
        let house = try House()
        let blob = try house.seal(Self.north).ciphertextBlob
        for value in [UInt8(0), 2, 3, 0x81] {
            var changed = blob
            changed[5] = value
            #expect(refusal { _ = try house.open(changed, Self.north) } == .invalidCiphertext)
        }
    }

    @Test("What cannot be replicated is refused, each for its reason")
    func refusals() throws {
        let house = try House()
        let service = house.service
        let single = try service.createKey(CreateKeyRequest(), caller: Self.north).keyMetadata
        #expect(
            refusal {
                _ = try service.replicateKey(
                    .init(keyID: single.arn, replicaRegion: "eu-west-1"), caller: Self.north)
            } == .unsupportedOperation("\(single.arn) is not a multi-region primary key."))
        let replica = try house.replicate(to: "eu-south-1").replicaKeyMetadata.arn
        #expect(
            refusal {
                _ = try service.replicateKey(
                    .init(keyID: replica, replicaRegion: "eu-west-1"), caller: Self.south)
            } == .unsupportedOperation("\(replica) is not a multi-region primary key."))
        for region in ["eu-south-1", "eu-north-1"] {
            if case .alreadyExists = refusal({ try house.replicate(to: region) }) { continue }
            Issue.record("a second key in \(region)")
        }
        for region in ["", "eu", "EU-west-1", "eu-west-x", "eu--1", "a-b-c-d-1"] {
            guard case .validation = refusal({ try house.replicate(to: region) }) else {
                Issue.record("region \(region)")
                continue
            }
        }
        guard
            case .malformedPolicyDocument = refusal({
                try house.replicate(to: "eu-west-1") { $0.policy = "{" }
            })
        else {
            Issue.record("a policy that is none")
            return
        }
        // Nothing of it is left.
        #expect(refusal { _ = try house.metadata(Self.west) } != nil)
        try service.disableKey(.init(keyID: house.primary.keyID), caller: Self.north)
        #expect(
            refusal { try house.replicate(to: "eu-west-1") }
                == .disabled("\(house.primary.arn) is disabled."))
    }

    @Test("Rotating the primary rotates the replicas, and only the primary is rotated")
    func rotation() throws {
        let house = try House()
        try house.replicate(to: "eu-south-1")
        let old = try house.seal(Self.south)
        let name = house.primary.keyID
        try house.service.enableKeyRotation(
            .init(keyID: name, rotationPeriodInDays: 90), caller: Self.north)
        _ = try house.service.rotateKeyOnDemand(.init(keyID: name), caller: Self.north)
        func currentMaterial(_ caller: Caller) throws -> String? {
            try house.metadata(caller).currentKeyMaterialID
        }
        let second = try currentMaterial(Self.north)
        #expect(second != old.keyMaterialID)
        #expect(try currentMaterial(Self.south) == second)
        #expect(try house.seal(Self.south).keyMaterialID == second)
        let status = try house.service.getKeyRotationStatus(.init(keyID: name), caller: Self.south)
        #expect(status.keyRotationEnabled && status.rotationPeriodInDays == 90)
        house.clock.advance(days: 90)
        let third = try currentMaterial(Self.south)
        #expect(third != second)
        #expect(try currentMaterial(Self.north) == third)
        #expect(house.audit.events.count { $0.name == "RotateKey" } == 1)
        let rotations = try house.service.listKeyRotations(.init(keyID: name), caller: Self.south)
        #expect(rotations.rotations.map(\.keyMaterialID) == [second, third])
        #expect(
            try house.open(old.ciphertextBlob, Self.north).keyMaterialID == old.keyMaterialID)
        let replica = try house.metadata(Self.south).arn
        let refused = KMSError.unsupportedOperation("\(replica) is not a multi-region primary key.")
        #expect(
            refusal {
                _ = try house.service.rotateKeyOnDemand(.init(keyID: name), caller: Self.south)
            } == refused)
        #expect(
            refusal {
                try house.service.enableKeyRotation(.init(keyID: name), caller: Self.south)
            } == refused)
        #expect(
            refusal {
                try house.service.disableKeyRotation(.init(keyID: name), caller: Self.south)
            } == refused)
    }

    @Test("The primary's place can be given to a replica, which then rotates and replicates")
    func primaryRegion() throws {
        let house = try House()
        try house.replicate(to: "eu-south-1")
        let name = house.primary.keyID
        func update(_ region: String, _ caller: Caller) throws {
            try house.service.updatePrimaryRegion(
                .init(keyID: name, primaryRegion: region), caller: caller)
        }
        #expect(
            refusal { try update("eu-west-1", Self.north) }
                == .notFound("Key 'arn:aws:kms:eu-west-1:111122223333:key/\(name)' does not exist"))
        #expect(
            refusal { try update("eu-north-1", Self.north) }
                == .unsupportedOperation(
                    "\(house.primary.arn) is already the multi-region primary key."))
        let replica = try house.metadata(Self.south).arn
        #expect(
            refusal { try update("eu-north-1", Self.south) }
                == .unsupportedOperation("\(replica) is not a multi-region primary key."))
        try update("eu-south-1", Self.north)
        let configuration = try house.metadata(Self.north).multiRegionConfiguration
        #expect(configuration?.multiRegionKeyType == .replica)
        #expect(configuration?.primaryKey.region == "eu-south-1")
        #expect(configuration?.replicaKeys.map(\.region) == ["eu-north-1"])
        for caller in [Self.north, Self.south] {
            #expect(try house.metadata(caller).keyState == .enabled)
        }
        _ = try house.service.rotateKeyOnDemand(.init(keyID: name), caller: Self.south)
        _ = try house.service.replicateKey(
            .init(keyID: name, replicaRegion: "eu-west-1"), caller: Self.south)
        #expect(refusal { try house.replicate(to: "eu-east-1") } != nil)
        // The first of them all can go: the material stays with the others.
        let sealed = try house.seal(Self.north)
        _ = try house.schedule(Self.north)
        house.clock.advance(days: 7)
        #expect(refusal { _ = try house.metadata(Self.north) } != nil)
        #expect(
            try house.open(sealed.ciphertextBlob, Self.west).keyMaterialID == sealed.keyMaterialID)
        // A key that is not enabled cannot take or give the place.
        try house.service.disableKey(.init(keyID: name), caller: Self.west)
        #expect(refusal { try update("eu-west-1", Self.south) } != nil)
    }

    @Test("A primary outlives its replicas: its window begins when the last of them is destroyed")
    func deletion() throws {
        let house = try House()
        try house.replicate(to: "eu-south-1")
        try house.replicate(to: "eu-west-1")
        let sealed = try house.seal(Self.north)
        let scheduled = try house.schedule(Self.north, days: 10)
        #expect(scheduled.keyState == .pendingReplicaDeletion && scheduled.deletionDate == nil)
        #expect(scheduled.pendingWindowInDays == 10)
        let waiting = try house.metadata(Self.north)
        #expect(waiting.keyState == .pendingReplicaDeletion && !waiting.enabled)
        #expect(waiting.pendingDeletionWindowInDays == 10 && waiting.deletionDate == nil)
        #expect(
            refusal { _ = try house.seal(Self.north) }
                == .kmsInvalidState("\(house.primary.arn) is pending replica deletion."))
        #expect(refusal { try house.replicate(to: "eu-east-1") } != nil)
        // It can wait for ever, and can be called back.
        house.clock.advance(days: 400)
        _ = try house.service.cancelKeyDeletion(
            .init(keyID: house.primary.keyID), caller: Self.north)
        #expect(try house.metadata(Self.north).keyState == .disabled)
        _ = try house.schedule(Self.north, days: 10)
        _ = try house.schedule(Self.south)
        _ = try house.schedule(Self.west)
        house.clock.advance(days: 7)
        #expect(refusal { _ = try house.metadata(Self.south) } != nil)
        let pending = try house.metadata(Self.north)
        #expect(pending.keyState == .pendingDeletion)
        #expect(pending.deletionDate == house.clock.now().adding(days: 10).secondsSince1970)
        let versions = try house.store.read { store in
            try store.keys(after: nil, limit: 9).flatMap { try store.versions(of: $0.id) }
        }
        #expect(versions.count == 1)
        house.clock.advance(days: 10)
        #expect(refusal { _ = try house.metadata(Self.north) } != nil)
        #expect(
            refusal { _ = try house.open(sealed.ciphertextBlob, Self.north) } == .invalidCiphertext)
        #expect(house.audit.events.count { $0.name == "DeleteKey" } == 3)
    }

    @Test("Policies can ask for the kind of key and the regions concerned")
    func conditions() throws {
        let house = try House()
        let user = Caller(
            kind: .user, principalID: "AIDAeve", arn: "arn:aws:iam::111122223333:user/eve",
            accountID: "111122223333", region: "eu-north-1", userName: "eve", source: "192.0.2.7",
            userAgent: "test")
        try house.store.write {
            try $0.insert(
                Account(id: "111122223333", name: "a", creationDate: TurnedClock.start))
            try $0.insert(
                Identity(
                    uniqueID: "AIDAeve", accountID: "111122223333", path: "/", name: "eve",
                    kind: .user, creationDate: TurnedClock.start, tags: []))
            try $0.set(
                IdentityPolicy(
                    identityARN: user.arn, name: "p",
                    text: """
                        {"Statement":[
                         {"Effect":"Allow","Action":"kms:ReplicateKey","Resource":"*",
                          "Condition":{"StringEquals":{"kms:ReplicaRegion":"eu-south-1",
                           "kms:MultiRegionKeyType":"PRIMARY"},"Bool":{"kms:MultiRegion":true}}},
                         {"Effect":"Allow","Action":"kms:CreateKey","Resource":"*",
                          "Condition":{"StringEquals":{"kms:MultiRegionKeyType":"REPLICA",
                           "aws:RequestedRegion":"eu-south-1"}}},
                         {"Effect":"Allow","Action":"kms:UpdatePrimaryRegion","Resource":"*",
                          "Condition":{"StringEquals":{"kms:PrimaryRegion":"eu-south-1"}}},
                         {"Effect":"Allow","Action":"kms:GenerateDataKey","Resource":"*",
                          "Condition":{"StringEquals":{"kms:MultiRegionKeyType":"REPLICA"}}}]}
                        """))
        }
        let name = house.primary.keyID
        func denied(_ body: () throws -> Void) -> Bool {
            if case .accessDenied = refusal(body) { true } else { false }
        }
        #expect(
            denied {
                _ = try house.service.replicateKey(
                    .init(keyID: name, replicaRegion: "eu-west-1"), caller: user)
            })
        #expect(
            denied {
                _ = try house.service.createKey(
                    CreateKeyRequest(multiRegion: true), caller: user)
            })
        _ = try house.service.replicateKey(
            .init(keyID: name, replicaRegion: "eu-south-1"), caller: user)
        #expect(denied { _ = try house.seal(user) })
        #expect(try house.seal(user.asking("eu-south-1")).keyID.contains("eu-south-1"))
        try house.replicate(to: "eu-west-1")
        #expect(
            denied {
                try house.service.updatePrimaryRegion(
                    .init(keyID: name, primaryRegion: "eu-west-1"), caller: user)
            })
        try house.service.updatePrimaryRegion(
            .init(keyID: name, primaryRegion: "eu-south-1"), caller: user)
        #expect(try house.seal(user).keyID == house.primary.arn)
    }

    @Test("A replica of a key pair verifies what the primary signed, and signs itself")
    func keyPair() throws {
        let house = try House()
        let primary = try house.service.createKey(
            CreateKeyRequest(keyUsage: .signVerify, keySpec: .eccNISTP256, multiRegion: true),
            caller: Self.north
        ).keyMetadata
        let replica = try house.service.replicateKey(
            .init(keyID: primary.keyID, replicaRegion: "eu-south-1"), caller: Self.north
        ).replicaKeyMetadata
        #expect(replica.keySpec == .eccNISTP256 && replica.keyUsage == .signVerify)
        #expect(replica.signingAlgorithms == primary.signingAlgorithms)
        for (signer, verifier) in [(Self.north, Self.south), (Self.south, Self.north)] {
            let signature = try house.service.sign(
                SignRequest(
                    keyID: primary.keyID, message: Fixture.secret(Array("text".utf8)),
                    signingAlgorithm: .ecdsaSHA256), caller: signer
            ).signature
            #expect(
                try house.service.verify(
                    VerifyRequest(
                        keyID: primary.keyID, message: Fixture.secret(Array("text".utf8)),
                        signature: signature, signingAlgorithm: .ecdsaSHA256), caller: verifier
                ).signatureValid)
        }
    }
}
