import KMSDomain
import KMSModel
import KMSService
import KMSTestSupport
import Testing

/// `alias/coffer/…`: keys that the service makes for itself.
@Suite struct ServiceManagedKeyTests {
    private static let root = Caller.localRoot(of: .local)
    private static let service = Caller.service(of: .local)
    private static let name = "alias/coffer/secrets"

    private func use(
        _ house: AccessTests.House, _ caller: Caller, key: String = name
    ) -> Result<GenerateDataKeyResponse.Name, KMSServiceError> {
        do throws(KMSServiceError) {
            let response = try house.service.generateDataKey(
                GenerateDataKeyRequest(keyID: key, keySpec: .aes256), caller: caller)
            return .success(.init(keyID: response.keyID, materialID: response.keyMaterialID))
        } catch { return .failure(error) }
    }

    @Test("The service's first use makes the key, once for all servers; nobody else's does")
    func firstUse() throws {
        let house = try AccessTests.House()
        #expect(throws: KMSServiceError.self) { try use(house, Self.root).get() }
        let first = try use(house, Self.service).get()
        #expect(try use(house, Self.service).get() == first)
        let metadata = try house.service.describeKey(
            DescribeKeyRequest(keyID: Self.name), caller: Self.root
        ).keyMetadata
        #expect(metadata.keyManager == .aws)
        #expect(metadata.arn == first.keyID)
        let made = house.audit.events.filter { $0.name == "CreateKey" && $0.isServiceEvent }
        #expect(made.map(\.resources) == [[first.keyID]])
        for name in ["alias/coffer/", "alias/coffer/a b", "alias/other", "alias/aws/s3"] {
            #expect(throws: KMSServiceError.self) { try use(house, Self.service, key: name).get() }
        }
        #expect(try house.store.read { try $0.keyCount(in: .local) } == 2)
    }

    @Test("It is used by who may by his own policy, and looked at; unlike others it has no grants")
    func access() throws {
        let house = try AccessTests.House()
        let key = try use(house, Self.service).get().keyID
        let bob = AccessTests.caller(house.bob)
        #expect(throws: KMSServiceError.self) { try use(house, bob).get() }
        try house.give(house.bob.arn, AccessTests.policy("Allow", "kms:*"))
        #expect(try use(house, bob).get().keyID == key)
        #expect(
            try house.service.getKeyPolicy(GetKeyPolicyRequest(keyID: key), caller: bob).policy
                .contains("Allow use through the account"))
        #expect(
            refusal {
                _ = try house.service.createGrant(
                    CreateGrantRequest(
                        keyID: key, operations: [.decrypt], granteePrincipal: house.bob.arn),
                    caller: bob)
            }?.exceptionName == "AccessDeniedException")
    }

    @Test("It is rotated by the service every year, and opens what was sealed before")
    func rotation() throws {
        let house = try AccessTests.House()
        let first = try use(house, Self.service).get()
        house.clock.advance(days: 364)
        #expect(try use(house, Self.service).get() == first)
        house.clock.advance(days: 1)
        let second = try use(house, Self.service).get()
        #expect(second.keyID == first.keyID && second.materialID != first.materialID)
        let status = try house.service.getKeyRotationStatus(
            GetKeyRotationStatusRequest(keyID: first.keyID), caller: Self.root)
        #expect(status.keyRotationEnabled && status.rotationPeriodInDays == 365)
    }

    @Test("Nobody alters or deletes it: not its policy's reader, and not who asks no policy")
    func unalterable() throws {
        let house = try AccessTests.House()
        let key = try use(house, Self.service).get().keyID
        // As in `coffer`, where the local root is asked nothing.
        let local = Fixture.service(
            house.store, SoftwareKeyBackend(root: house.root), house.audit, house.clock, house.root)
        let managed = KMSError.kmsInvalidState(
            "\(key) is managed by the service and cannot be changed.")
        let policy = DefaultKeyPolicy.text(ofAccount: "000000000000")
        let attempts: [(String, (KMSService) throws -> Void)] = [
            ("DisableKey", { try $0.disableKey(DisableKeyRequest(keyID: key), caller: Self.root) }),
            ("EnableKey", { try $0.enableKey(EnableKeyRequest(keyID: key), caller: Self.root) }),
            (
                "ScheduleKeyDeletion",
                {
                    _ = try $0.scheduleKeyDeletion(
                        ScheduleKeyDeletionRequest(keyID: key), caller: Self.root)
                }
            ),
            (
                "CancelKeyDeletion",
                {
                    _ = try $0.cancelKeyDeletion(
                        CancelKeyDeletionRequest(keyID: key), caller: Self.root)
                }
            ),
            (
                "DisableKeyRotation",
                {
                    try $0.disableKeyRotation(
                        DisableKeyRotationRequest(keyID: key), caller: Self.root)
                }
            ),
            (
                "EnableKeyRotation",
                {
                    try $0.enableKeyRotation(
                        EnableKeyRotationRequest(keyID: key), caller: Self.root)
                }
            ),
            (
                "RotateKeyOnDemand",
                {
                    _ = try $0.rotateKeyOnDemand(
                        RotateKeyOnDemandRequest(keyID: key), caller: Self.root)
                }
            ),
            (
                "PutKeyPolicy",
                {
                    try $0.putKeyPolicy(
                        PutKeyPolicyRequest(keyID: key, policy: policy), caller: Self.root)
                }
            ),
            (
                "TagResource",
                {
                    try $0.tagResource(
                        TagResourceRequest(
                            keyID: key, tags: [KMSModel.Tag(tagKey: "a", tagValue: "b")]),
                        caller: Self.root)
                }
            ),
            (
                "UntagResource",
                {
                    try $0.untagResource(
                        UntagResourceRequest(keyID: key, tagKeys: ["a"]), caller: Self.root)
                }
            ),
            (
                "UpdateKeyDescription",
                {
                    try $0.updateKeyDescription(
                        UpdateKeyDescriptionRequest(keyID: key, description: "x"),
                        caller: Self.root)
                }
            ),
            (
                "CreateAlias",
                {
                    try $0.createAlias(
                        CreateAliasRequest(aliasName: "alias/mine", targetKeyID: key),
                        caller: Self.root)
                }
            ),
        ]
        for (name, attempt) in attempts {
            #expect(
                refusal { try attempt(house.service) }?.exceptionName == "AccessDeniedException",
                "\(name)")
            #expect(refusal { try attempt(local) } == managed, "\(name)")
        }
        #expect(try use(house, Self.service).get().keyID == key)
    }

    @Test("Its names are reserved: nobody makes, moves or removes them", arguments: [true, false])
    func reservedNames(exists: Bool) throws {
        let house = try AccessTests.House()
        if exists { _ = try use(house, Self.service).get() }
        let reserved = KMSError.notAuthorized("Aliases beginning with alias/coffer/ are reserved.")
        #expect(
            refusal {
                try house.service.createAlias(
                    CreateAliasRequest(aliasName: Self.name, targetKeyID: house.key),
                    caller: Self.root)
            } == reserved)
        #expect(
            refusal {
                try house.service.updateAlias(
                    UpdateAliasRequest(aliasName: Self.name, targetKeyID: house.key),
                    caller: Self.root)
            } == reserved)
        if !exists {
            #expect(
                refusal {
                    try house.service.deleteAlias(
                        DeleteAliasRequest(aliasName: Self.name), caller: Self.root)
                } == reserved)
        } else {
            #expect(throws: KMSServiceError.self) {
                try house.service.deleteAlias(
                    DeleteAliasRequest(aliasName: Self.name), caller: Self.root)
            }
        }
    }
}

extension GenerateDataKeyResponse {
    /// What of the response can be copied.
    struct Name: Equatable {
        let keyID: String
        let materialID: String?
    }
}
