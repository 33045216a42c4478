import KMSDomain
import KMSModel
import KMSService
import KMSTestSupport
import SecretMemory
import Synchronization
import Testing

/// Which action of which resource each operation asks for, after AWS's service authorization
/// reference, "Actions, resources, and condition keys for AWS Key Management Service".
@Suite struct OperationPermissionTests {
    enum Resource: Equatable {
        case key, alias, otherKey, none
    }

    struct Row: CustomTestStringConvertible {
        let operation: KMSOperation
        let asks: [(action: String, resource: Resource)]
        let call: @Sendable (Bed, Caller) throws -> Void

        init(
            _ operation: KMSOperation, _ asks: [(action: String, resource: Resource)],
            _ call: @escaping @Sendable (Bed, Caller) throws -> Void
        ) {
            self.operation = operation
            self.asks = asks
            self.call = call
        }

        var testDescription: String { operation.rawValue }
    }

    /// Notes what is asked for, and has policies decide it.
    final class NotingAuthorizer: Authorizer {
        private let inner: PolicyAuthorizer
        private let asked = Mutex<[AuthorizationRequest]>([])

        init(_ inner: PolicyAuthorizer) { self.inner = inner }

        func decide(
            _ request: AuthorizationRequest, in transaction: (any KeyStoreReader)?
        ) throws -> AuthorizationDecision {
            asked.withLock { $0.append(request) }
            return try inner.decide(request, in: transaction)
        }

        func taken() -> [AuthorizationRequest] {
            asked.withLock { asked in
                defer { asked = [] }
                return asked
            }
        }
    }

    /// A key with an alias and a grant, a second key, and alice, who has what policy she is given.
    struct Bed: Sendable {
        let house: AccessTests.House
        let authorizer: NotingAuthorizer
        let service: KMSService
        let otherKey: String
        let grantID: String
        let blob: [UInt8]

        var key: String { house.key }

        init() throws {
            house = try AccessTests.House()
            authorizer = NotingAuthorizer(
                PolicyAuthorizer(store: house.store, clock: house.clock))
            service = KMSService(
                store: house.store, backend: SoftwareKeyBackend(root: house.root),
                audit: house.audit, authorizer: authorizer, clock: house.clock, root: house.root)
            let root = Caller.localRoot(of: .local)
            otherKey = try service.createKey(CreateKeyRequest(), caller: root).keyMetadata.arn
            try service.createAlias(
                CreateAliasRequest(aliasName: "alias/a", targetKeyID: house.key), caller: root)
            grantID = try service.createGrant(
                CreateGrantRequest(
                    keyID: house.key, operations: [.decrypt], granteePrincipal: house.bob.arn),
                caller: root
            ).grantID
            let request = unsafe EncryptRequest(
                keyID: house.key, plaintext: SecretBytes(copying: [1].span.bytes))
            blob = try service.encrypt(request, caller: root).ciphertextBlob
            _ = authorizer.taken()
        }

        func arn(_ resource: Resource) -> String? {
            switch resource {
            case .key: key
            case .otherKey: otherKey
            case .alias: "arn:aws:kms:coffer-local-1:000000000000:alias/a"
            case .none: nil
            }
        }
    }

    private static func onKey(
        _ operation: KMSOperation, _ call: @escaping @Sendable (Bed, Caller) throws -> Void
    ) -> Row {
        Row(operation, [("kms:" + operation.rawValue, .key)], call)
    }

    private static let trust = DefaultKeyPolicy.text(ofAccount: "000000000000")

    static let rows: [Row] = [
        onKey(.cancelKeyDeletion) { bed, caller in
            _ = try bed.service.cancelKeyDeletion(
                CancelKeyDeletionRequest(keyID: bed.key), caller: caller)
        },
        Row(.createAlias, [("kms:CreateAlias", .alias), ("kms:CreateAlias", .key)]) {
            bed, caller in
            try bed.service.createAlias(
                CreateAliasRequest(aliasName: "alias/a", targetKeyID: bed.key), caller: caller)
        },
        onKey(.createGrant) { bed, caller in
            _ = try bed.service.createGrant(
                CreateGrantRequest(
                    keyID: bed.key, operations: [.decrypt], granteePrincipal: bed.house.bob.arn),
                caller: caller)
        },
        Row(.createKey, [("kms:CreateKey", .none), ("kms:TagResource", .none)]) { bed, caller in
            _ = try bed.service.createKey(
                CreateKeyRequest(
                    policy: trust, tags: [KMSModel.Tag(tagKey: "a", tagValue: "b")]),
                caller: caller)
        },
        onKey(.decrypt) { bed, caller in
            _ = try bed.service.decrypt(DecryptRequest(ciphertextBlob: bed.blob), caller: caller)
        },
        Row(.deleteAlias, [("kms:DeleteAlias", .alias), ("kms:DeleteAlias", .key)]) {
            bed, caller in
            try bed.service.deleteAlias(DeleteAliasRequest(aliasName: "alias/a"), caller: caller)
        },
        onKey(.describeKey) { bed, caller in
            _ = try bed.service.describeKey(DescribeKeyRequest(keyID: bed.key), caller: caller)
        },
        onKey(.disableKey) { bed, caller in
            try bed.service.disableKey(DisableKeyRequest(keyID: bed.key), caller: caller)
        },
        onKey(.disableKeyRotation) { bed, caller in
            try bed.service.disableKeyRotation(
                DisableKeyRotationRequest(keyID: bed.key), caller: caller)
        },
        onKey(.enableKey) { bed, caller in
            try bed.service.enableKey(EnableKeyRequest(keyID: bed.key), caller: caller)
        },
        onKey(.enableKeyRotation) { bed, caller in
            try bed.service.enableKeyRotation(
                EnableKeyRotationRequest(keyID: bed.key), caller: caller)
        },
        onKey(.encrypt) { bed, caller in
            let request = unsafe EncryptRequest(
                keyID: bed.key, plaintext: SecretBytes(copying: [1].span.bytes))
            _ = try bed.service.encrypt(request, caller: caller)
        },
        onKey(.generateDataKey) { bed, caller in
            _ = try bed.service.generateDataKey(
                GenerateDataKeyRequest(keyID: bed.key, keySpec: .aes256), caller: caller)
        },
        onKey(.generateDataKeyWithoutPlaintext) { bed, caller in
            _ = try bed.service.generateDataKeyWithoutPlaintext(
                GenerateDataKeyWithoutPlaintextRequest(keyID: bed.key, keySpec: .aes256),
                caller: caller)
        },
        Row(.generateRandom, [("kms:GenerateRandom", .none)]) { bed, caller in
            _ = try bed.service.generateRandom(
                GenerateRandomRequest(numberOfBytes: 1), caller: caller)
        },
        onKey(.getKeyPolicy) { bed, caller in
            _ = try bed.service.getKeyPolicy(GetKeyPolicyRequest(keyID: bed.key), caller: caller)
        },
        onKey(.getKeyRotationStatus) { bed, caller in
            _ = try bed.service.getKeyRotationStatus(
                GetKeyRotationStatusRequest(keyID: bed.key), caller: caller)
        },
        Row(.listAliases, [("kms:ListAliases", .none)]) { bed, caller in
            _ = try bed.service.listAliases(ListAliasesRequest(), caller: caller)
        },
        Row(.listAliases, [("kms:ListAliases", .none)]) { bed, caller in
            _ = try bed.service.listAliases(ListAliasesRequest(keyID: bed.key), caller: caller)
        },
        onKey(.listGrants) { bed, caller in
            _ = try bed.service.listGrants(ListGrantsRequest(keyID: bed.key), caller: caller)
        },
        onKey(.listKeyPolicies) { bed, caller in
            _ = try bed.service.listKeyPolicies(
                ListKeyPoliciesRequest(keyID: bed.key), caller: caller)
        },
        onKey(.listKeyRotations) { bed, caller in
            _ = try bed.service.listKeyRotations(
                ListKeyRotationsRequest(keyID: bed.key), caller: caller)
        },
        Row(.listKeys, [("kms:ListKeys", .none)]) { bed, caller in
            _ = try bed.service.listKeys(ListKeysRequest(), caller: caller)
        },
        onKey(.listResourceTags) { bed, caller in
            _ = try bed.service.listResourceTags(
                ListResourceTagsRequest(keyID: bed.key), caller: caller)
        },
        Row(.listRetirableGrants, [("kms:ListRetirableGrants", .none)]) { bed, caller in
            _ = try bed.service.listRetirableGrants(
                ListRetirableGrantsRequest(retiringPrincipal: bed.house.alice.arn), caller: caller)
        },
        onKey(.putKeyPolicy) { bed, caller in
            try bed.service.putKeyPolicy(
                PutKeyPolicyRequest(keyID: bed.key, policy: trust), caller: caller)
        },
        Row(.reEncrypt, [("kms:ReEncryptFrom", .key), ("kms:ReEncryptTo", .otherKey)]) {
            bed, caller in
            _ = try bed.service.reEncrypt(
                ReEncryptRequest(ciphertextBlob: bed.blob, destinationKeyID: bed.otherKey),
                caller: caller)
        },
        onKey(.retireGrant) { bed, caller in
            try bed.service.retireGrant(
                RetireGrantRequest(keyID: bed.key, grantID: bed.grantID), caller: caller)
        },
        onKey(.revokeGrant) { bed, caller in
            try bed.service.revokeGrant(
                RevokeGrantRequest(keyID: bed.key, grantID: bed.grantID), caller: caller)
        },
        onKey(.rotateKeyOnDemand) { bed, caller in
            _ = try bed.service.rotateKeyOnDemand(
                RotateKeyOnDemandRequest(keyID: bed.key), caller: caller)
        },
        onKey(.scheduleKeyDeletion) { bed, caller in
            _ = try bed.service.scheduleKeyDeletion(
                ScheduleKeyDeletionRequest(keyID: bed.key), caller: caller)
        },
        onKey(.tagResource) { bed, caller in
            try bed.service.tagResource(
                TagResourceRequest(
                    keyID: bed.key, tags: [KMSModel.Tag(tagKey: "a", tagValue: "b")]),
                caller: caller)
        },
        onKey(.untagResource) { bed, caller in
            try bed.service.untagResource(
                UntagResourceRequest(keyID: bed.key, tagKeys: ["a"]), caller: caller)
        },
        Row(
            .updateAlias,
            [
                ("kms:UpdateAlias", .alias), ("kms:UpdateAlias", .otherKey),
                ("kms:UpdateAlias", .key),
            ]
        ) { bed, caller in
            try bed.service.updateAlias(
                UpdateAliasRequest(aliasName: "alias/a", targetKeyID: bed.otherKey), caller: caller)
        },
        onKey(.updateKeyDescription) { bed, caller in
            try bed.service.updateKeyDescription(
                UpdateKeyDescriptionRequest(keyID: bed.key, description: "x"), caller: caller)
        },
    ]

    private static func isDenied(_ row: Row, _ bed: Bed) -> Bool {
        do {
            try row.call(bed, AccessTests.caller(bed.house.alice))
            return false
        } catch KMSServiceError.refused(.accessDenied) {
            return true
        } catch {
            // Another refusal comes after the authorisation.
            return false
        }
    }

    private static func policy(_ asks: [(action: String, resource: String?)]) -> String {
        let statements = asks.map { ask in
            """
            {"Effect":"Allow","Action":"\(ask.action)","Resource":"\(ask.resource ?? "*")"}
            """
        }
        return #"{"Version":"2012-10-17","Statement":["# + statements.joined(separator: ",") + "]}"
    }

    @Test(
        "Each operation asks for its actions on its resources, and for nothing else",
        arguments: rows)
    func asks(row: Row) throws {
        let bed = try Bed()
        _ = try? row.call(bed, .localRoot(of: .local))
        let asked = bed.authorizer.taken()
        #expect(asked.map(\.action) == row.asks.map(\.action))
        #expect(asked.map(\.resource) == row.asks.map { bed.arn($0.resource) })
    }

    @Test(
        "An identity policy of just these permissions is enough; without one of them it is not",
        arguments: rows.filter { $0.operation != .retireGrant })
    func enough(row: Row) throws {
        let asks = row.asks
        for missing in [nil] + asks.indices.map(Optional.some) {
            let bed = try Bed()
            let given = asks.indices.filter { $0 != missing }.map {
                (action: asks[$0].action, resource: bed.arn(asks[$0].resource))
            }
            // One that is for something else is given too, as a policy has to say something.
            try bed.house.give(
                bed.house.alice.arn, Self.policy(given + [("sts:GetCallerIdentity", nil)]))
            #expect(
                Self.isDenied(row, bed) == (missing != nil), "\(missing.map(String.init) ?? "")")
        }
    }

    @Test(
        "All that is allowed on another key is of no use on this one",
        arguments: rows.filter { row in row.asks.contains { $0.resource == .key } })
    func otherKey(row: Row) throws {
        let bed = try Bed()
        try bed.house.give(
            bed.house.alice.arn,
            Self.policy([("kms:*", bed.otherKey), ("kms:*", bed.arn(.alias))]))
        #expect(Self.isDenied(row, bed))
    }

    @Test("Policies may ask of what spec the keys are that an alias leaves and takes")
    func aliasedKeys() throws {
        let bed = try Bed()
        let alice = AccessTests.caller(bed.house.alice)
        func give(_ spec: String) throws {
            try bed.house.give(
                bed.house.alice.arn,
                AccessTests.policy(
                    "Allow", "kms:*Alias",
                    #","Condition":{"StringEqualsIfExists":{"kms:KeySpec":"\#(spec)"},"#
                        + #""Null":{"kms:CallerAccount":"false"}}"#))
        }
        let calls: [() throws -> Void] = [
            {
                try bed.service.updateAlias(
                    UpdateAliasRequest(aliasName: "alias/a", targetKeyID: bed.otherKey),
                    caller: alice)
            },
            {
                try bed.service.deleteAlias(
                    DeleteAliasRequest(aliasName: "alias/a"), caller: alice)
            },
        ]
        for call in calls {
            try give("RSA_2048")
            #expect(refusal(call)?.exceptionName == "AccessDeniedException")
            try give("SYMMETRIC_DEFAULT")
            try call()
        }
        // Of each of the two keys, and of no alias.
        _ = bed.authorizer.taken()
        try? bed.service.createAlias(
            CreateAliasRequest(aliasName: "alias/b", targetKeyID: bed.key), caller: alice)
        try? bed.service.updateAlias(
            UpdateAliasRequest(aliasName: "alias/b", targetKeyID: bed.otherKey), caller: alice)
        try? bed.service.deleteAlias(DeleteAliasRequest(aliasName: "alias/b"), caller: alice)
        for request in bed.authorizer.taken() {
            #expect(
                request.conditions[.keySpec]
                    == (request.resource?.contains(":alias/") == true
                        ? nil : ["SYMMETRIC_DEFAULT"]))
        }
    }
}
