import KMSDomain
import KMSModel
import KMSService
import KMSTestSupport
import Testing

/// Calls that are answered together.
@Suite struct CallTurnTests {
    private static func inTurn<R>(_ turn: CallTurn, _ body: () throws -> R) rethrows -> R {
        try CallTurn.$current.withValue(turn, operation: body)
    }

    @Test("Their records are written together when the turn ends, in the order of the calls")
    func together() throws {
        let fixture = try Fixture()
        let key = try fixture.makeKey()
        let before = fixture.audit.events.count
        let turn = CallTurn()
        try Self.inTurn(turn) {
            let blob = try fixture.encrypt("a", under: key)
            #expect(try fixture.decrypt(blob) == "a")
            #expect(refusal { _ = try fixture.decrypt([1]) } == .invalidCiphertext)
            _ = try fixture.metadata(key)
        }
        #expect(turn.recordCount == 4)
        #expect(fixture.audit.events.count == before)
        try fixture.service.end(turn)
        #expect(turn.recordCount == 0)
        let written = fixture.audit.events[before...]
        #expect(written.map(\.name) == ["Encrypt", "Decrypt", "Decrypt", "DescribeKey"])
        #expect(written.map { $0.failure == nil } == [true, true, false, true])
        try fixture.service.end(turn)
        #expect(fixture.audit.events.count == before + 4)
    }

    @Test("If there is no room for all of their records none is written, and no key was used")
    func noRoom() throws {
        let fixture = try Fixture()
        let key = try fixture.makeKey()
        let before = fixture.audit.events.count
        fixture.audit.fail(with: .removed, after: 1)
        let turn = CallTurn()
        try Self.inTurn(turn) {
            _ = try fixture.encrypt("a", under: key)
            _ = try fixture.encrypt("b", under: key)
        }
        #expect(throws: KMSServiceError.audit(.removed)) { try fixture.service.end(turn) }
        fixture.audit.fail(with: nil)
        #expect(fixture.audit.events.count == before)
        let usage = try fixture.service.getKeyLastUsage(
            GetKeyLastUsageRequest(keyID: key), caller: fixture.caller)
        #expect(usage.keyLastUsage == KeyLastUsage())
    }

    @Test("A change among them is on record before it is made, and so is its refusal")
    func change() throws {
        let fixture = try Fixture()
        let key = try fixture.makeKey()
        let before = fixture.audit.events.count
        let turn = CallTurn()
        try Self.inTurn(turn) {
            _ = try fixture.encrypt("a", under: key)
            try fixture.service.disableKey(
                DisableKeyRequest(keyID: key), caller: fixture.caller)
            #expect(throws: KMSServiceError.self) {
                try fixture.service.disableKey(
                    DisableKeyRequest(keyID: "none"), caller: fixture.caller)
            }
        }
        #expect(fixture.audit.events[before...].map(\.name) == ["DisableKey", "DisableKey"])
        #expect(Array(fixture.audit.durability[before...]) == [true, true])
        try fixture.service.end(turn)
        #expect(fixture.audit.events.last?.name == "Encrypt")
    }

    @Test("What another process changed before a turn is known in it", arguments: Assembly.allCases)
    func othersChange(assembly: Assembly) throws {
        let fixture = try Fixture(assembly)
        let key = try fixture.makeKey()
        try Self.inTurn(CallTurn()) { _ = try fixture.encrypt("a", under: key) }
        try fixture.secondService().disableKey(
            DisableKeyRequest(keyID: key), caller: fixture.caller)
        #expect(throws: KMSServiceError.self) {
            try Self.inTurn(CallTurn()) { try fixture.encrypt("a", under: key) }
        }
    }

    @Test("What becomes due in a turn is known to the calls after it", arguments: Assembly.allCases)
    func due(assembly: Assembly) throws {
        let fixture = try Fixture(assembly)
        let (ending, other) = (try fixture.makeKey(), try fixture.makeKey())
        _ = try fixture.service.scheduleKeyDeletion(
            ScheduleKeyDeletionRequest(keyID: ending, pendingWindowInDays: 7),
            caller: fixture.caller)
        try Self.inTurn(CallTurn()) {
            _ = try fixture.encrypt("a", under: other)
            #expect(
                throws: KMSServiceError.refused(.kmsInvalidState("\(ending) is pending deletion."))
            ) { try fixture.encrypt("a", under: ending) }
            fixture.clock.advance(days: 7)
            _ = try fixture.encrypt("a", under: other)
            #expect(
                throws: KMSServiceError.refused(.notFound("Key '\(ending)' does not exist"))
            ) { try fixture.encrypt("a", under: ending) }
        }
    }
}
