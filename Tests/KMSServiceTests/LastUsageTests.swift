import KMSDomain
import KMSModel
import KMSService
import KMSTestSupport
import Testing

/// GetKeyLastUsage, and how it gets into the store.
@Suite struct LastUsageTests {
    private static func usage(
        _ key: String, _ fixture: Fixture, _ service: KMSService? = nil
    ) throws -> GetKeyLastUsageResponse {
        try (service ?? fixture.service).getKeyLastUsage(
            GetKeyLastUsageRequest(keyID: key), caller: fixture.caller)
    }

    @Test("Each use of a key is told by its operation, its time and its record; no other call is")
    func uses() throws {
        let fixture = try Fixture()
        var keys: [KeySpec: String] = [:]
        for (spec, usage) in KeyKinds.oneOfEach {
            let key = try fixture.makeKey(spec, usage)
            keys[spec] = key
            #expect(try Self.usage(key, fixture).keyLastUsage == KeyLastUsage())
        }
        let inputs = try CryptographicInputs(fixture, keys: keys)
        for act in CryptographicAct.allCases {
            let key = try #require(keys[act.kind.0])
            fixture.clock.advance(seconds: 1)
            try inputs.perform(act, on: key, fixture)
            let event = try #require(fixture.audit.events.last)
            let last = try Self.usage(key, fixture).keyLastUsage
            #expect(
                last
                    == KeyLastUsage(
                        operation: act.operation,
                        timestamp: fixture.clock.now().secondsSince1970,
                        cloudTrailEventID: try #require(event.id).text,
                        kmsRequestID: event.requestID.text))
            if act == .reEncryptFrom || act == .reEncryptTo {
                #expect(try Self.usage(inputs.other, fixture).keyLastUsage == last)
            }
            fixture.clock.advance(seconds: 1)
            _ = try fixture.metadata(key)
            if act == .sign { _ = try fixture.publicKey(key) }
            #expect(try Self.usage(key, fixture).keyLastUsage == last)
        }
    }

    @Test("A use that fails, or whose record cannot be written, is none")
    func failures() throws {
        let fixture = try Fixture()
        let key = try fixture.makeKey(.eccNISTP256, .signVerify)
        #expect(
            refusal { try fixture.verify([1], of: [1], by: key, .ecdsaSHA256) }
                == .kmsInvalidSignature)
        fixture.audit.fail(with: .removed)
        #expect(throws: KMSServiceError.audit(.removed)) {
            _ = try fixture.sign([1], by: key, .ecdsaSHA256)
        }
        fixture.audit.fail(with: nil)
        #expect(try Self.usage(key, fixture).keyLastUsage == KeyLastUsage())
    }

    @Test(
        "Uses are written together when that is due, for every service to see, and the later stays",
        arguments: [Assembly.softwareOverMemory, .softwareOverSQLite])
    func saving(assembly: Assembly) throws {
        let fixture = try Fixture(assembly)
        let (first, second) = (try fixture.makeKey(), try fixture.makeKey())
        let other = fixture.secondService()
        for key in [first, second] { _ = try fixture.encrypt("x", under: key) }
        let count = try fixture.store.changeCount()
        try fixture.service.performDueWork()
        #expect(try fixture.store.changeCount() == count)
        #expect(try Self.usage(first, fixture, other).keyLastUsage == KeyLastUsage())
        let last = try Self.usage(first, fixture).keyLastUsage
        fixture.clock.advance(seconds: 300)
        try fixture.service.performDueWork()
        #expect(try Self.usage(first, fixture, other).keyLastUsage == last)
        #expect(try Self.usage(first, fixture).keyLastUsage == last)
        #expect(try Self.usage(second, fixture, other).keyLastUsage?.operation == .encrypt)
        let saved = try fixture.store.changeCount()
        fixture.clock.advance(seconds: 300)
        try fixture.service.performDueWork()
        #expect(try fixture.store.changeCount() == saved)
        // A use that is older than what another service has written changes nothing.
        _ = try fixture.encrypt("x", under: first)
        fixture.clock.advance(seconds: 1)
        _ = try other.generateDataKey(
            GenerateDataKeyRequest(keyID: first, keySpec: .aes256), caller: fixture.caller)
        try other.saveLastUses()
        try fixture.service.saveLastUses()
        for service in [fixture.service, other] {
            #expect(
                try Self.usage(first, fixture, service).keyLastUsage?.operation
                    == .generateDataKey)
        }
    }

    @Test("A clock that is put back keeps no use waiting")
    func clockPutBack() throws {
        let fixture = try Fixture()
        let key = try fixture.makeKey()
        fixture.clock.advance(days: 365)
        try fixture.service.performDueWork()
        fixture.clock.advance(days: -365)
        _ = try fixture.encrypt("x", under: key)
        try fixture.service.performDueWork()
        #expect(
            try Self.usage(key, fixture, fixture.secondService()).keyLastUsage?.operation
                == .encrypt)
    }

    @Test("A failing store loses no use, and a key that is gone is no obstacle")
    func trouble() throws {
        let fixture = try Fixture(.softwareOverSQLite)
        let (gone, stays) = (try fixture.makeKey(), try fixture.makeKey())
        for key in [gone, stays] { _ = try fixture.encrypt("x", under: key) }
        let id = try #require(KeyID(text: gone.split(separator: "/")[1]))
        try fixture.store.write { try $0.destroy(id) }
        try fixture.service.saveLastUses()
        #expect(
            try Self.usage(stays, fixture, fixture.secondService()).keyLastUsage?.operation
                == .encrypt)
    }

    @Test("Tracking begins with the service, then with the first that wrote, or with the key")
    func trackingStart() throws {
        let fixture = try Fixture()
        let start = fixture.clock.now().secondsSince1970
        fixture.clock.advance(days: 1)
        let key = try fixture.makeKey()
        let made = fixture.clock.now().secondsSince1970
        let usage = try Self.usage(key, fixture)
        #expect(usage.keyID == key)
        #expect(usage.keyCreationDate == made)
        #expect(usage.trackingStartDate == made)
        fixture.clock.advance(days: 1)
        let other = fixture.secondService()
        let later = fixture.clock.now().secondsSince1970
        #expect(try Self.usage(key, fixture, other).trackingStartDate == later)
        _ = try fixture.encrypt("x", under: key)
        try fixture.service.saveLastUses()
        #expect(try Self.usage(key, fixture, other).trackingStartDate == made)
        #expect(start < made)
    }

    @Test("An alias is no key here, and what is no key is not found")
    func names() throws {
        let fixture = try Fixture()
        for name in ["alias/a", "x"] {
            #expect(
                refusal { _ = try Self.usage(name, fixture) }
                    == .notFound("Invalid keyId '\(name)'"))
        }
    }

    @Test("A policy keeps a key that was used lately from being disabled or deleted")
    func protection() throws {
        let house = try AccessTests.House()
        let alice = AccessTests.caller(house.alice)
        let service = house.service
        try house.give(
            house.alice.arn,
            AccessTests.policy(
                "Allow", "*",
                #","Condition":{"NumericGreaterThan":{"kms:TrailingDaysWithoutKeyUsage":"30"}}"#))
        func ends(_ service: KMSService) throws -> Bool {
            do {
                try service.disableKey(DisableKeyRequest(keyID: house.key), caller: alice)
                _ = try service.scheduleKeyDeletion(
                    ScheduleKeyDeletionRequest(keyID: house.key), caller: alice)
            } catch KMSServiceError.refused(.accessDenied) { return false }
            let root = Caller.localRoot(of: .local)
            _ = try service.cancelKeyDeletion(
                CancelKeyDeletionRequest(keyID: house.key), caller: root)
            try service.enableKey(EnableKeyRequest(keyID: house.key), caller: root)
            return true
        }
        // It was made lately, and nothing is known of it before that.
        house.clock.advance(days: 31)
        house.clock.advance(seconds: -1)
        #expect(try !ends(service))
        house.clock.advance(seconds: 1)
        #expect(try ends(service))
        #expect(house.use(.localRoot(of: .local)) == nil)
        #expect(try !ends(service))
        try service.saveLastUses()
        house.clock.advance(days: 30)
        let other = KMSService(
            store: house.store, backend: SoftwareKeyBackend(root: house.root), audit: house.audit,
            authorizer: PolicyAuthorizer(store: house.store, clock: house.clock),
            clock: house.clock, root: house.root)
        #expect(try !ends(other))
        house.clock.advance(days: 1)
        #expect(try ends(other))
    }
}
