import KMSDomain
import Testing

/// The table of AWS's developer guide, "Key states of AWS KMS keys", row by row.
@Suite struct KeyStateTests {
    private static let now = Timestamp(millisecondsSince1970: 1_800_000_000_000)

    enum State: CaseIterable {
        case enabled, disabled, pendingDeletion, pendingReplicaDeletion, creating, updating
    }

    private static func key(_ state: State) throws -> Key {
        let id = try #require(RandomID(bytes: [UInt8](repeating: 1, count: 16)))
        var key = Key(
            name: KeyName(id, isMultiRegion: true), home: .local, spec: .symmetricDefault,
            usage: .encryptDecrypt,
            description: "", creationDate: now, firstVersion: id)
        switch state {
        case .enabled: break
        case .disabled: try key.disable()
        case .pendingDeletion: try key.scheduleDeletion(windowInDays: 7, now: now)
        case .pendingReplicaDeletion:
            try key.scheduleDeletion(windowInDays: 7, now: now, hasReplicas: true)
        case .creating:
            key = try key.replica(id: id, in: "eu-north-1", description: "", now: now)
        case .updating:
            var replica = try key.replica(id: id, in: "eu-north-1", description: "", now: now)
            replica.finishTransition()
            try Key.exchange(primary: &key, replica: &replica)
        }
        return key
    }

    private static func expected(_ state: State, _ action: KeyAction) -> KeyRefusal? {
        let refusal: KeyRefusal? =
            switch state {
            case .enabled, .disabled: nil
            case .pendingDeletion: .isPendingDeletion
            case .pendingReplicaDeletion: .isPendingReplicaDeletion
            case .creating: .isCreating
            case .updating: .isUpdating
            }
        return switch action {
        case .describe, .deleteAlias, .readRotation, .changePolicy: nil
        case .importMaterial, .deleteMaterial: .hasOrigin(.service)
        case .cancelDeletion:
            state == .pendingDeletion || state == .pendingReplicaDeletion
                ? nil : .isNotPendingDeletion
        case .enable, .disable, .scheduleDeletion: refusal
        case .nameByAlias, .changeLabels:
            state == .creating || state == .updating ? nil : refusal
        case .useMaterial: state == .disabled ? .isDisabled : state == .updating ? nil : refusal
        case .rotateOnDemand, .changeRotation, .replicate:
            state == .disabled ? .isDisabled : refusal
        }
    }

    @Test(
        "Each state allows what AWS's table says and refuses the rest",
        arguments: State.allCases, KeyAction.allCases)
    func table(state: State, action: KeyAction) throws {
        #expect(try Self.key(state).refusal(of: action) == Self.expected(state, action))
    }

    @Test("A key whose deletion was cancelled comes back disabled")
    func cancelled() throws {
        var key = try Self.key(.pendingDeletion)
        try key.cancelDeletion()
        #expect(key.status == .disabled)
        #expect(key.nextDueDate == nil)
    }

    @Test("The material has to go when the window has run out and not a moment earlier")
    func window() throws {
        let key = try Self.key(.pendingDeletion)
        let end = Self.now.adding(days: 7)
        #expect(key.nextDueDate == end)
        #expect(
            !key.mustBeDestroyed(
                at: Timestamp(millisecondsSince1970: end.millisecondsSince1970 - 1)))
        #expect(key.mustBeDestroyed(at: end))
    }

    @Test("A late rotation happens once, and the next is a whole period later")
    func lateRotation() throws {
        var key = try Self.key(.enabled)
        try key.enableRotation(periodInDays: 90, now: Self.now)
        #expect(!key.rotationIsDue(at: Self.now.adding(days: 89)))
        let late = Self.now.adding(days: 1000)
        #expect(key.rotationIsDue(at: late))
        let version = try #require(RandomID(bytes: [UInt8](repeating: 2, count: 16)))
        key.rotateAutomatically(to: version, now: late)
        #expect(key.currentVersion == version)
        #expect(key.nextDueDate == late.adding(days: 90))
    }

    @Test("A disabled or dying key does not rotate by itself")
    func noRotation() throws {
        for state in [State.disabled, .pendingDeletion] {
            var key = try Self.key(.enabled)
            try key.enableRotation(periodInDays: 90, now: Self.now)
            if state == .disabled {
                try key.disable()
            } else {
                try key.scheduleDeletion(windowInDays: 30, now: Self.now)
            }
            #expect(!key.rotationIsDue(at: Self.now.adding(days: 91)))
        }
    }

    @Test("The twenty-sixth rotation on demand is refused")
    func onDemandLimit() throws {
        var key = try Self.key(.enabled)
        let version = key.currentVersion
        for _ in 1...25 { try key.rotateOnDemand(to: version) }
        #expect(throws: KeyRefusal.tooManyOnDemandRotations(limit: 25)) {
            try key.rotateOnDemand(to: version)
        }
    }

    @Test(
        "A key without its imported material allows what AWS's table says of PendingImport",
        arguments: [State.enabled, .disabled, .pendingDeletion], KeyAction.allCases)
    func pendingImport(state: State, action: KeyAction) throws {
        let expected: KeyRefusal? =
            switch action {
            case .changeRotation: .hasOrigin(.external)
            case .describe, .deleteAlias, .readRotation, .deleteMaterial, .changePolicy: nil
            case .cancelDeletion: state == .pendingDeletion ? nil : .isNotPendingDeletion
            case .useMaterial, .enable, .disable, .rotateOnDemand, .replicate:
                state == .pendingDeletion ? .isPendingDeletion : .isPendingImport
            case .scheduleDeletion, .nameByAlias, .importMaterial, .changeLabels:
                state == .pendingDeletion ? .isPendingDeletion : nil
            }
        let key = try Self.key(state).with(.importation(.empty))
        #expect(key.refusal(of: action) == expected)
    }
}
