import KMSDomain
import KMSModel
import KMSService
import KMSTestSupport
import Testing

/// Rotation and deletion, with a clock that is turned.
@Suite struct RotationTests {
    private func rotations(
        _ key: String, _ fixture: Fixture, _ include: IncludeKeyMaterial = .rotationsOnly
    ) throws -> [RotationsListEntry] {
        try fixture.service.listKeyRotations(
            ListKeyRotationsRequest(keyID: key, includeKeyMaterial: include),
            caller: fixture.caller
        ).rotations
    }

    @Test(
        "After a rotation on demand new material seals and the old material still opens",
        arguments: Assembly.allCases)
    func onDemand(assembly: Assembly) throws {
        let fixture = try Fixture(assembly)
        let key = try fixture.makeKey()
        let old = try fixture.encrypt("old", under: key)
        let oldMaterial = try fixture.metadata(key).currentKeyMaterialID
        _ = try fixture.service.rotateKeyOnDemand(
            RotateKeyOnDemandRequest(keyID: key), caller: fixture.caller)
        let newMaterial = try fixture.metadata(key).currentKeyMaterialID
        #expect(oldMaterial != newMaterial)
        let new = try fixture.encrypt("new", under: key)
        #expect(new[24..<40] != old[24..<40])
        #expect(try fixture.decrypt(old) == "old")
        #expect(try fixture.decrypt(new) == "new")
        let all = try rotations(key, fixture, .allKeyMaterial)
        #expect(all.map(\.keyMaterialID) == [oldMaterial, newMaterial])
        #expect(all.map(\.keyMaterialState) == [.nonCurrent, .current])
        #expect(all.map(\.rotationType) == [nil, .onDemand])
        #expect(try rotations(key, fixture).count == 1)
    }

    @Test("The twenty-sixth rotation on demand exceeds the limit")
    func limit() throws {
        let fixture = try Fixture()
        let key = try fixture.makeKey()
        let request = RotateKeyOnDemandRequest(keyID: key)
        for _ in 1...25 {
            _ = try fixture.service.rotateKeyOnDemand(request, caller: fixture.caller)
        }
        guard
            case .limitExceeded = refusal({
                _ = try fixture.service.rotateKeyOnDemand(request, caller: fixture.caller)
            })
        else {
            Issue.record("26 rotations were made")
            return
        }
        let page = try fixture.service.listKeyRotations(
            ListKeyRotationsRequest(keyID: key, limit: 20), caller: fixture.caller)
        #expect(page.rotations.count == 20)
        #expect(page.truncated)
        let rest = try fixture.service.listKeyRotations(
            ListKeyRotationsRequest(keyID: key, limit: 20, marker: page.nextMarker),
            caller: fixture.caller)
        #expect(rest.rotations.count == 5)
        #expect(!rest.truncated)
    }

    @Test(
        "When its day comes a key gets real new material by itself, once for each period",
        arguments: Assembly.allCases)
    func automatic(assembly: Assembly) throws {
        let fixture = try Fixture(assembly)
        let key = try fixture.makeKey()
        try fixture.service.enableKeyRotation(
            EnableKeyRotationRequest(keyID: key, rotationPeriodInDays: 90),
            caller: fixture.caller)
        let status = try fixture.service.getKeyRotationStatus(
            GetKeyRotationStatusRequest(keyID: key), caller: fixture.caller)
        #expect(status.keyRotationEnabled)
        #expect(status.rotationPeriodInDays == 90)
        #expect(
            status.nextRotationDate == TurnedClock.start.adding(days: 90).secondsSince1970)
        let old = try fixture.encrypt("old", under: key)
        fixture.clock.advance(days: 89)
        #expect(try fixture.encrypt("x", under: key)[24..<40] == old[24..<40])
        fixture.clock.advance(days: 1)
        let new = try fixture.encrypt("new", under: key)
        #expect(new[24..<40] != old[24..<40])
        #expect(try fixture.encrypt("x", under: key)[24..<40] == new[24..<40])
        #expect(try fixture.decrypt(old) == "old")
        let listed = try rotations(key, fixture)
        #expect(listed.map(\.rotationType) == [.automatic])
        #expect(
            listed.first?.rotationDate == TurnedClock.start.adding(days: 90).secondsSince1970)
        #expect(fixture.audit.events.filter { $0.name == "RotateKey" }.count == 1)
    }

    @Test("A rotation that came due while a key was disabled happens when it is enabled")
    func overdue() throws {
        let fixture = try Fixture()
        let key = try fixture.makeKey()
        try fixture.service.enableKeyRotation(
            EnableKeyRotationRequest(keyID: key), caller: fixture.caller)
        try fixture.service.disableKey(DisableKeyRequest(keyID: key), caller: fixture.caller)
        fixture.clock.advance(days: 400)
        let before = try fixture.metadata(key).currentKeyMaterialID
        try fixture.service.enableKey(EnableKeyRequest(keyID: key), caller: fixture.caller)
        #expect(try fixture.metadata(key).currentKeyMaterialID != before)
    }

    @Test("Periods outside 90…2560 days are refused", arguments: [89, 2561])
    func period(days: Int) throws {
        let fixture = try Fixture()
        let key = try fixture.makeKey()
        guard
            case .validation = refusal({
                try fixture.service.enableKeyRotation(
                    EnableKeyRotationRequest(keyID: key, rotationPeriodInDays: days),
                    caller: fixture.caller)
            })
        else {
            Issue.record("\(days) days were taken")
            return
        }
    }

    @Test("A rotation that is switched off does not happen")
    func switchedOff() throws {
        let fixture = try Fixture()
        let key = try fixture.makeKey()
        try fixture.service.enableKeyRotation(
            EnableKeyRotationRequest(keyID: key), caller: fixture.caller)
        try fixture.service.disableKeyRotation(
            DisableKeyRotationRequest(keyID: key), caller: fixture.caller)
        let before = try fixture.metadata(key).currentKeyMaterialID
        fixture.clock.advance(days: 4000)
        #expect(try fixture.metadata(key).currentKeyMaterialID == before)
    }

    @Test("A deletion window is 7…30 days, 30 unless said", arguments: [6, 31])
    func deletionWindow(days: Int) throws {
        let fixture = try Fixture()
        let key = try fixture.makeKey()
        guard
            case .validation = refusal({
                _ = try fixture.service.scheduleKeyDeletion(
                    ScheduleKeyDeletionRequest(keyID: key, pendingWindowInDays: days),
                    caller: fixture.caller)
            })
        else {
            Issue.record("\(days) days were taken")
            return
        }
        let response = try fixture.service.scheduleKeyDeletion(
            ScheduleKeyDeletionRequest(keyID: key), caller: fixture.caller)
        #expect(response.pendingWindowInDays == 30)
        #expect(response.keyState == .pendingDeletion)
        #expect(response.deletionDate == TurnedClock.start.adding(days: 30).secondsSince1970)
        #expect(try fixture.metadata(key).deletionDate == response.deletionDate)
    }

    @Test(
        "When the window has run out key, material and aliases are gone, and a record tells",
        arguments: Assembly.allCases)
    func destruction(assembly: Assembly) throws {
        let fixture = try Fixture(assembly)
        let (key, kept) = (try fixture.makeKey(), try fixture.makeKey())
        try fixture.service.createAlias(
            CreateAliasRequest(aliasName: "alias/a", targetKeyID: key), caller: fixture.caller)
        let blob = try fixture.encrypt("x", under: key)
        _ = try fixture.service.scheduleKeyDeletion(
            ScheduleKeyDeletionRequest(keyID: key, pendingWindowInDays: 7),
            caller: fixture.caller)
        fixture.clock.advance(days: 7)
        try fixture.service.performDueWork()
        #expect(refusal { _ = try fixture.decrypt(blob) } == .invalidCiphertext)
        let listed = try fixture.service.listKeys(ListKeysRequest(), caller: fixture.caller)
        #expect(listed.keys.map(\.keyARN) == [kept])
        let aliases = try fixture.service.listAliases(
            ListAliasesRequest(), caller: fixture.caller)
        #expect(aliases.aliases.isEmpty)
        let id = try #require(KeyID(text: key.split(separator: "/").last ?? ""))
        #expect(try fixture.store.read { try $0.versions(of: id) }.isEmpty)
        let event = try #require(fixture.audit.events.first { $0.name == "DeleteKey" })
        #expect(event.resources == [key])
        #expect(event.isServiceEvent)
    }

    @Test("A deletion cancelled in time destroys nothing and leaves the key disabled")
    func cancelled() throws {
        let fixture = try Fixture()
        let key = try fixture.makeKey()
        let blob = try fixture.encrypt("x", under: key)
        _ = try fixture.service.scheduleKeyDeletion(
            ScheduleKeyDeletionRequest(keyID: key, pendingWindowInDays: 7),
            caller: fixture.caller)
        fixture.clock.advance(days: 6)
        _ = try fixture.service.cancelKeyDeletion(
            CancelKeyDeletionRequest(keyID: key), caller: fixture.caller)
        fixture.clock.advance(days: 30)
        #expect(try fixture.metadata(key).keyState == .disabled)
        try fixture.service.enableKey(EnableKeyRequest(keyID: key), caller: fixture.caller)
        #expect(try fixture.decrypt(blob) == "x")
    }
}
