/// Multi-Region keys: one primary and its replicas, each in a region of its own, with one name and
/// one set of versions between them. Imported material is each one's own: it is brought to every region.
extension Key {
    /// Whether a key and its replicas are rotated, replicated and moved by this one.
    package enum MultiRegionType: String, CaseIterable, Sendable {
        case primary = "PRIMARY"
        case replica = "REPLICA"
    }

    package func requirePrimary() throws(KeyRefusal) {
        guard multiRegionType == .primary else { throw .isNoPrimary }
    }

    /// Of what reaches the replicas by their primary: rotation, and new material.
    package func requireNoReplica() throws(KeyRefusal) {
        if multiRegionType == .replica { throw .isNoPrimary }
    }

    /// A replica as it is made; usable once what is due has been done.
    package func replica(
        id: KeyID, in region: String, description: String, now: Timestamp
    ) throws(KeyRefusal) -> Key {
        try requirePrimary()
        try require(.replicate)
        return Key(
            id: id, name: name, home: Realm(accountID: home.accountID, region: region), spec: spec,
            usage: usage, description: description, creationDate: now, status: .creating,
            currentVersion: currentVersion, rotation: rotation,
            onDemandRotationCount: onDemandRotationCount, manager: manager,
            multiRegionType: .replica
        ).with(importStatus == nil ? source : .importation(.empty))
    }

    /// Takes over from its primary what all replicas have in common and what can change.
    package mutating func follow(_ primary: Key) {
        precondition(name == primary.name, "key: another key's replica")
        currentVersion = primary.currentVersion
        rotation = primary.rotation
        onDemandRotationCount = primary.onDemandRotationCount
    }

    /// The primary becomes a replica, and the replica the primary.
    package static func exchange(
        primary: inout Key, replica: inout Key
    ) throws(KeyRefusal) {
        try primary.requirePrimary()
        precondition(replica.name == primary.name, "key: another key's replica")
        try primary.require(.replicate)
        try replica.require(.replicate)
        primary.multiRegionType = .replica
        replica.multiRegionType = .primary
        primary.status = .updating
        replica.status = .updating
    }

    package var isInTransition: Bool { status == .creating || status == .updating }

    /// The end of a state that only passes.
    package mutating func finishTransition() {
        switch status {
        case .creating, .updating: status = .enabled
        case .enabled, .disabled, .pendingDeletion, .pendingReplicaDeletion: break
        }
    }

    /// Of a primary that waited for its replicas to go: its own window begins.
    package mutating func beginDeletion(now: Timestamp) {
        guard case .pendingReplicaDeletion(let windowInDays) = status else { return }
        status = .pendingDeletion(date: now.adding(days: windowInDays), windowInDays: windowInDays)
    }
}
