import KMSDomain
import KMSModel
import KMSService
import KMSTestSupport
import SecretMemory
import Testing

/// Each operation on a key in each state.
@Suite struct StateOperationTests {
    enum State: CaseIterable { case enabled, disabled, pendingDeletion, destroyed }

    /// Operations that name a key. `Decrypt` and `ReEncrypt` get a blob of it.
    enum Act: CaseIterable {
        case describe, generateDataKey, generateDataKeyWithoutPlaintext, encrypt, decrypt
        case decryptWithKeyID, reEncryptFrom, reEncryptTo, enable, disable, schedule, cancel
        case createAlias, updateAlias, listAliases, rotate, listRotations, enableRotation
        case disableRotation, rotationStatus
    }

    private static func perform(
        _ act: Act, on key: String, blob: [UInt8], other: String, _ fixture: Fixture
    ) throws {
        let (service, caller) = (fixture.service, fixture.caller)
        switch act {
        case .describe: _ = try fixture.metadata(key)
        case .generateDataKey:
            _ = try service.generateDataKey(
                GenerateDataKeyRequest(keyID: key, keySpec: .aes256), caller: caller)
        case .generateDataKeyWithoutPlaintext:
            _ = try service.generateDataKeyWithoutPlaintext(
                GenerateDataKeyWithoutPlaintextRequest(keyID: key, keySpec: .aes128),
                caller: caller)
        case .encrypt: _ = try fixture.encrypt("x", under: key)
        case .decrypt: _ = try fixture.decrypt(blob)
        case .decryptWithKeyID: _ = try fixture.decrypt(blob, keyID: key)
        case .reEncryptFrom:
            _ = try service.reEncrypt(
                ReEncryptRequest(ciphertextBlob: blob, destinationKeyID: other), caller: caller)
        case .reEncryptTo:
            let source = try fixture.encrypt("x", under: other)
            _ = try service.reEncrypt(
                ReEncryptRequest(ciphertextBlob: source, destinationKeyID: key), caller: caller)
        case .enable: try service.enableKey(EnableKeyRequest(keyID: key), caller: caller)
        case .disable: try service.disableKey(DisableKeyRequest(keyID: key), caller: caller)
        case .schedule:
            _ = try service.scheduleKeyDeletion(
                ScheduleKeyDeletionRequest(keyID: key), caller: caller)
        case .cancel:
            _ = try service.cancelKeyDeletion(CancelKeyDeletionRequest(keyID: key), caller: caller)
        case .createAlias:
            try service.createAlias(
                CreateAliasRequest(aliasName: "alias/new", targetKeyID: key), caller: caller)
        case .updateAlias:
            try service.updateAlias(
                UpdateAliasRequest(aliasName: "alias/other", targetKeyID: key), caller: caller)
        case .listAliases:
            _ = try service.listAliases(ListAliasesRequest(keyID: key), caller: caller)
        case .rotate:
            _ = try service.rotateKeyOnDemand(RotateKeyOnDemandRequest(keyID: key), caller: caller)
        case .listRotations:
            _ = try service.listKeyRotations(ListKeyRotationsRequest(keyID: key), caller: caller)
        case .enableRotation:
            try service.enableKeyRotation(EnableKeyRotationRequest(keyID: key), caller: caller)
        case .disableRotation:
            try service.disableKeyRotation(DisableKeyRotationRequest(keyID: key), caller: caller)
        case .rotationStatus:
            _ = try service.getKeyRotationStatus(
                GetKeyRotationStatusRequest(keyID: key), caller: caller)
        }
    }

    private static func expected(_ state: State, _ act: Act, _ arn: String) -> KMSError? {
        let disabled = KMSError.disabled("\(arn) is disabled.")
        let pending = KMSError.kmsInvalidState("\(arn) is pending deletion.")
        let notPending = KMSError.kmsInvalidState("\(arn) is not pending deletion.")
        switch (state, act) {
        case (.destroyed, .decrypt), (.destroyed, .reEncryptFrom): return .invalidCiphertext
        case (.destroyed, _): return .notFound("Key '\(arn)' does not exist")
        case (_, .describe), (_, .listAliases), (_, .listRotations), (_, .rotationStatus):
            return nil
        case (.pendingDeletion, .cancel): return nil
        case (.pendingDeletion, _): return pending
        case (_, .cancel): return notPending
        case (.enabled, _): return nil
        case (.disabled, .enable), (.disabled, .disable), (.disabled, .schedule),
            (.disabled, .createAlias), (.disabled, .updateAlias):
            return nil
        case (.disabled, _): return disabled
        }
    }

    @Test("Each operation does in each state what AWS's table says", arguments: Assembly.allCases)
    func table(assembly: Assembly) throws {
        for state in State.allCases {
            for act in Act.allCases {
                let fixture = try Fixture(assembly)
                let key = try fixture.makeKey()
                let other = try fixture.makeKey()
                try fixture.service.createAlias(
                    CreateAliasRequest(aliasName: "alias/other", targetKeyID: other),
                    caller: fixture.caller)
                let blob = try fixture.encrypt("x", under: key)
                switch state {
                case .enabled: break
                case .disabled:
                    try fixture.service.disableKey(
                        DisableKeyRequest(keyID: key), caller: fixture.caller)
                case .pendingDeletion, .destroyed:
                    _ = try fixture.service.scheduleKeyDeletion(
                        ScheduleKeyDeletionRequest(keyID: key, pendingWindowInDays: 7),
                        caller: fixture.caller)
                }
                if state == .destroyed { fixture.clock.advance(days: 7) }
                var found: KMSError?
                do {
                    try Self.perform(act, on: key, blob: blob, other: other, fixture)
                } catch KMSServiceError.refused(let error) {
                    found = error
                }
                #expect(found == Self.expected(state, act, key), "\(act) in state \(state)")
            }
        }
    }

    @Test(
        "A key disabled in one process is refused by the next call in another",
        arguments: [Assembly.softwareOverMemory, .softwareOverSQLite])
    func seenByOthers(assembly: Assembly) throws {
        let fixture = try Fixture(assembly)
        let key = try fixture.makeKey()
        _ = try fixture.encrypt("x", under: key)
        try fixture.secondService().disableKey(
            DisableKeyRequest(keyID: key), caller: fixture.caller)
        #expect(
            refusal { _ = try fixture.encrypt("x", under: key) } == .disabled("\(key) is disabled.")
        )
        try fixture.secondService().enableKey(EnableKeyRequest(keyID: key), caller: fixture.caller)
        _ = try fixture.encrypt("x", under: key)
    }
}
