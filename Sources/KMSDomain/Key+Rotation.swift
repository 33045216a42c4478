/// When new material is made.
package struct RotationSchedule: Equatable, Sendable {
    package let periodInDays: Int
    package let nextDate: Timestamp

    package init(periodInDays: Int, nextDate: Timestamp) {
        self.periodInDays = periodInDays
        self.nextDate = nextDate
    }
}

/// Rotation: old versions stay and open what they sealed; only the newest seals.
extension Key {
    package static let onDemandRotationLimit = 25

    /// The first rotation is one period from now; a schedule that is there already is replaced.
    package mutating func enableRotation(periodInDays: Int, now: Timestamp) throws(KeyRefusal) {
        try requireRotatable()
        try requireNoReplica()
        try require(.changeRotation)
        rotation = RotationSchedule(
            periodInDays: periodInDays, nextDate: now.adding(days: periodInDays))
    }

    /// What EnableKeyRotation does, of a key that the service makes for itself.
    package mutating func beginServiceRotation(periodInDays: Int, now: Timestamp) {
        precondition(manager == .service, "key: not the service's own")
        rotation = RotationSchedule(
            periodInDays: periodInDays, nextDate: now.adding(days: periodInDays))
    }

    package mutating func disableRotation() throws(KeyRefusal) {
        try requireRotatable()
        try requireNoReplica()
        try require(.changeRotation)
        rotation = nil
    }

    /// Of the others each version would need a name of its own for its public half, its signatures
    /// and its codes.
    package func requireRotatable() throws(KeyRefusal) {
        guard spec == .symmetricDefault else { throw .isOfUnfitSpec(spec) }
    }

    /// Only an enabled key rotates by itself; a disabled one that is overdue does so when enabled.
    package func rotationIsDue(at now: Timestamp) -> Bool {
        guard case .enabled = status, let rotation, multiRegionType != .replica else {
            return false
        }
        return rotation.nextDate <= now
    }

    /// Takes `version` as the one that seals. However late it is, one period begins now: a key that
    /// nobody used for years gets one new version, not one for each year.
    package mutating func rotateAutomatically(to version: VersionID, now: Timestamp) {
        precondition(rotationIsDue(at: now), "key: rotation is not due")
        currentVersion = version
        if let periodInDays = rotation?.periodInDays {
            rotation = RotationSchedule(
                periodInDays: periodInDays, nextDate: now.adding(days: periodInDays))
        }
    }

    /// Does not move the schedule, as at AWS.
    package mutating func rotateOnDemand(to version: VersionID) throws(KeyRefusal) {
        try requireOnDemandRotation()
        currentVersion = version
        onDemandRotationCount += 1
    }

    package func requireOnDemandRotation() throws(KeyRefusal) {
        try requireRotatable()
        try requireNoReplica()
        try require(.rotateOnDemand)
        guard onDemandRotationCount < Self.onDemandRotationLimit else {
            throw .tooManyOnDemandRotations(limit: Self.onDemandRotationLimit)
        }
    }
}
