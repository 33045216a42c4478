import KMSDomain
import KMSModel
import KMSService
import KMSTestSupport
import SecretMemory
import Testing

/// Who may act, what is recorded, and what happens when it cannot be.
@Suite struct AuthorizationAndAuditTests {
    private static let stranger = Caller(
        kind: .user, principalID: "AIDA", arn: "arn:aws:iam::000000000000:user/eve",
        accountID: "000000000000", region: Realm.local.region, userName: "eve", source: "local",
        userAgent: "test")

    @Test(
        "Whoever is not the local root is denied, told nothing of the key, and recorded",
        arguments: Assembly.allCases)
    func denied(assembly: Assembly) throws {
        let fixture = try Fixture(assembly)
        let key = try fixture.makeKey()
        for name in [key, "01234567-89ab-cdef-0123-456789abcdef", "nonsense"] {
            guard
                case .accessDenied(let message) = refusal({
                    _ = try fixture.service.generateDataKey(
                        GenerateDataKeyRequest(keyID: name, keySpec: .aes256),
                        caller: Self.stranger)
                })
            else {
                Issue.record("a stranger was not denied")
                continue
            }
            #expect(
                message == "User: arn:aws:iam::000000000000:user/eve is not authorized to perform: "
                    + "kms:GenerateDataKey on resource: \(name) because no identity-based policy "
                    + "allows the kms:GenerateDataKey action")
        }
        let event = try #require(fixture.audit.events.last)
        #expect(event.failure?.code == "AccessDeniedException")
        #expect(event.caller == Self.stranger)
        #expect(
            refusal {
                _ = try fixture.service.createKey(CreateKeyRequest(), caller: Self.stranger)
            }?.exceptionName == "AccessDeniedException")
        #expect(
            try fixture.service.listKeys(ListKeysRequest(), caller: fixture.caller).keys.count == 1)
    }

    @Test("Every call makes one record, with its request, its context and its outcome")
    func records() throws {
        let fixture = try Fixture()
        let key = try fixture.makeKey()
        let context = try EncryptionContext(strings: ["a": "b"])
        let blob = try fixture.encrypt("x", under: key, context: context)
        _ = try fixture.decrypt(blob, context: context)
        _ = refusal { _ = try fixture.decrypt(blob) }
        let events = fixture.audit.events
        #expect(events.map(\.name) == ["CreateKey", "Encrypt", "Decrypt", "Decrypt"])
        #expect(events.map(\.isReadOnly) == [false, true, true, true])
        #expect(fixture.audit.durability == [true, false, false, false])
        #expect(
            events.map { $0.failure?.code }
                == [nil, nil, nil, "InvalidCiphertextException"])
        #expect(events.dropLast().allSatisfy { $0.resources == [key] })
        #expect(Set(events.map(\.requestID)).count == 4)
        guard
            case .pairs(let pairs) = events[1].parameters.first(where: {
                $0.name == "encryptionContext"
            })?.value
        else {
            Issue.record("no context in the record")
            return
        }
        #expect(pairs.map(\.key) == [Array("a".utf8)])
        #expect(pairs.map(\.value) == [Array("b".utf8)])
    }

    @Test("The records of a key that could not be made name no key", arguments: Assembly.allCases)
    func rolledBack(assembly: Assembly) throws {
        let fixture = try Fixture(assembly)
        let name = "alias/taken"
        for _ in 0..<2 {
            _ = try? fixture.service.createKey(
                CreateKeyRequest(description: "two"), aliasName: name, caller: fixture.caller)
        }
        let events = fixture.audit.events
        #expect(events.map(\.name) == ["CreateKey", "CreateAlias", "CreateKey", "CreateAlias"])
        #expect(events.prefix(2).allSatisfy { $0.failure == nil && !$0.resources.isEmpty })
        for event in events.suffix(2) {
            #expect(event.failure?.code == "AlreadyExistsException")
            #expect(event.resources.isEmpty)
            #expect(event.response.isEmpty)
        }
        #expect(events[3].parameters.map(\.name) == ["aliasName"])
    }

    @Test("Calls that happen together are recorded together or not at all")
    func recordedTogether() throws {
        let fixture = try Fixture()
        let failure = AuditError.cannotAccess(operation: "pwrite", errno: 28)
        fixture.audit.fail(with: failure, after: 1)
        #expect(throws: KMSServiceError.audit(failure)) {
            _ = try fixture.service.createKey(
                CreateKeyRequest(), aliasName: "alias/x", caller: fixture.caller)
        }
        #expect(fixture.audit.events.isEmpty)
        fixture.audit.fail(with: nil)
        #expect(
            try fixture.service.listKeys(ListKeysRequest(), caller: fixture.caller).keys.isEmpty)
    }

    @Test(
        "A call whose record cannot be written fails, and a change is not made",
        arguments: Assembly.allCases)
    func auditFails(assembly: Assembly) throws {
        let fixture = try Fixture(assembly)
        let key = try fixture.makeKey()
        let failure = AuditError.cannotAccess(operation: "pwrite", errno: 28)
        fixture.audit.fail(with: failure)
        #expect(throws: KMSServiceError.audit(failure)) {
            _ = try fixture.service.generateDataKey(
                GenerateDataKeyRequest(keyID: key, keySpec: .aes256), caller: fixture.caller)
        }
        #expect(throws: KMSServiceError.audit(failure)) {
            try fixture.service.disableKey(DisableKeyRequest(keyID: key), caller: fixture.caller)
        }
        #expect(throws: KMSServiceError.audit(failure)) { try fixture.makeKey() }
        #expect(throws: KMSServiceError.audit(failure)) {
            _ = try fixture.metadata("alias/none")
        }
        fixture.audit.fail(with: nil)
        #expect(try fixture.metadata(key).keyState == .enabled)
        #expect(
            try fixture.service.listKeys(ListKeysRequest(), caller: fixture.caller).keys.count == 1)
    }
}
