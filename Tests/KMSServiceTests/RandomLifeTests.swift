import KMSDomain
import KMSModel
import KMSService
import KMSTestSupport
import Testing

/// Long random lives of keys: every answer is foretold by a model that knows nothing but the history.
@Suite struct RandomLifeTests {
    /// Two of some kinds, so that what one made is given to the other.
    private static let kinds =
        KeyKinds.oneOfEach + [
            (.symmetricDefault, .encryptDecrypt), (.eccNISTP256, .signVerify),
            (.hmac256, .generateVerifyMAC), (.mlKEM768, .encapsulateDecapsulate),
        ]

    private enum Change: CaseIterable { case enable, disable, schedule, cancel, rotate }

    private struct ModelKey {
        enum State {
            case enabled, disabled
            case pendingDeletion(daysLeft: Int)
            case gone
        }

        let arn: String
        let spec: KeySpec
        let usage: KeyUsage
        /// Whether the inputs were made by it.
        let isAuthor: Bool
        var state = State.enabled
        var rotations = 0

        /// What stands in the way of a use, if anything does.
        var obstacle: String? {
            switch state {
            case .enabled: nil
            case .disabled: "DisabledException"
            case .pendingDeletion: "KMSInvalidStateException"
            case .gone: "NotFoundException"
            }
        }

        /// The name of the exception that a use ends in; nothing if it succeeds.
        func failure(of act: CryptographicAct) -> String? {
            if case .gone = state {
                return act == .decryptUnnamed
                    ? (isAuthor ? "InvalidCiphertextException" : nil) : obstacle
            }
            guard act.kind.1 == usage else { return "InvalidKeyUsageException" }
            if let obstacle { return obstacle }
            let takesBlob = act == .decrypt || act == .reEncryptFrom
            guard act.kind.0 == spec else {
                return takesBlob ? "IncorrectKeyException" : "InvalidKeyUsageException"
            }
            guard !isAuthor else { return nil }
            switch act {
            case _ where takesBlob: return "IncorrectKeyException"
            case .decryptAsymmetric: return "InvalidCiphertextException"
            case .verify: return "KMSInvalidSignatureException"
            case .verifyMac: return "KMSInvalidMacException"
            default: return nil
            }
        }

        func failure(of change: Change) -> String? {
            switch (change, state) {
            case (_, .gone): return "NotFoundException"
            case (.rotate, _) where spec != .symmetricDefault:
                return "UnsupportedOperationException"
            case (.cancel, .pendingDeletion): return nil
            case (.cancel, _), (_, .pendingDeletion): return "KMSInvalidStateException"
            case (.rotate, .disabled): return "DisabledException"
            case (.rotate, _): return rotations < 25 ? nil : "LimitExceededException"
            default: return nil
            }
        }

        mutating func undergo(_ change: Change) {
            switch change {
            case .enable: state = .enabled
            case .disable, .cancel: state = .disabled
            case .schedule: state = .pendingDeletion(daysLeft: 7)
            case .rotate: rotations += 1
            }
        }

        mutating func age(days: Int) {
            guard case .pendingDeletion(let left) = state else { return }
            state = left <= days ? .gone : .pendingDeletion(daysLeft: left - days)
        }
    }

    private static func name(of body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch KMSServiceError.refused(let error) {
            return error.exceptionName
        } catch {
            return "\(error)"
        }
    }

    private static func perform(_ change: Change, on key: String, _ fixture: Fixture) throws {
        let (service, caller) = (fixture.service, fixture.caller)
        switch change {
        case .enable: try service.enableKey(EnableKeyRequest(keyID: key), caller: caller)
        case .disable: try service.disableKey(DisableKeyRequest(keyID: key), caller: caller)
        case .schedule:
            _ = try service.scheduleKeyDeletion(
                ScheduleKeyDeletionRequest(keyID: key, pendingWindowInDays: 7), caller: caller)
        case .cancel:
            _ = try service.cancelKeyDeletion(CancelKeyDeletionRequest(keyID: key), caller: caller)
        case .rotate:
            _ = try service.rotateKeyOnDemand(RotateKeyOnDemandRequest(keyID: key), caller: caller)
        }
    }

    @Test("Whatever has happened to a key, each call ends as its history says", arguments: 1...6)
    func life(seed: UInt64) throws {
        var random = PolicyOracleTests.Seeded(state: seed)
        let fixture = try Fixture(seed % 3 == 0 ? .softwareOverSQLite : .softwareOverMemory)
        var keys: [ModelKey] = []
        for (spec, usage) in Self.kinds {
            keys.append(
                ModelKey(
                    arn: try fixture.makeKey(spec, usage), spec: spec, usage: usage,
                    isAuthor: !keys.contains { $0.spec == spec }))
        }
        let authors = keys.filter(\.isAuthor).map { ($0.spec, $0.arn) }
        let inputs = try CryptographicInputs(
            fixture, keys: Dictionary(uniqueKeysWithValues: authors))
        for step in 0..<400 {
            let index = Int.random(in: keys.indices, using: &random)
            let key = keys[index]
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<2:
                let days = Int.random(in: 1...3, using: &random)
                fixture.clock.advance(days: days)
                for index in keys.indices { keys[index].age(days: days) }
            case 2..<25:
                let change = Change.allCases[
                    Int.random(in: Change.allCases.indices, using: &random)]
                let expected = key.failure(of: change)
                let found = Self.name { try Self.perform(change, on: key.arn, fixture) }
                #expect(found == expected, "step \(step): \(change) of \(key)")
                if found == nil { keys[index].undergo(change) }
            default:
                let acts = CryptographicAct.allCases
                let act = acts[Int.random(in: acts.indices, using: &random)]
                // A blob without a name is the author's, whoever is meant.
                if act == .decryptUnnamed, !(key.isAuthor && key.spec == .symmetricDefault) {
                    continue
                }
                let dryRun = Bool.random(using: &random)
                let expected =
                    key.failure(of: act) ?? (dryRun ? "DryRunOperationException" : nil)
                let found = Self.name {
                    try inputs.perform(act, on: key.arn, fixture, dryRun: dryRun)
                }
                #expect(found == expected, "step \(step): \(act) by \(key)")
            }
        }
        #expect(keys.contains { $0.obstacle != nil })
    }
}
