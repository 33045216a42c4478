internal import KMSDomain
internal import Synchronization

/// Keys as they were when the store had a certain change count; worth nothing at another count.
final class KeyCache: Sendable {
    /// What a request said, and where it is looked up.
    struct Name: Hashable {
        let text: String
        let realm: Realm

        /// Byte by byte: a Swift string is equal to others that are only canonically equivalent, which
        /// are longer where this one is ASCII.
        static func == (left: Name, right: Name) -> Bool {
            left.text.utf8.count == right.text.utf8.count && left.text == right.text
                && left.realm == right.realm
        }
    }

    private struct Place: Hashable {
        let name: KeyName
        let region: String
    }

    private struct State {
        var isInUse = false
        var changeCount: UInt64?
        var nextDueDate: Timestamp?
        /// By what the request said: id, ARN or alias.
        var byIdentifier: [Name: CachedKey] = [:]
        var byPlace: [Place: CachedKey] = [:]
    }

    // Callers choose what they write as a key's name, and a key's handles hold locked memory: when
    // there are this many of either, all are forgotten and those in use come back.
    private static let maximumCount = 4096

    private let state = Mutex(State())

    /// False the first time: a run of one call keeps nothing, and is spared what tells of changes.
    func isInUse() -> Bool {
        state.withLock { state in
            defer { state.isInUse = true }
            return state.isInUse
        }
    }

    /// When something is due, if `changeCount` is the one cached; otherwise nothing.
    func isCurrent(_ changeCount: UInt64) -> (nextDueDate: Timestamp?, Bool) {
        state.withLock { ($0.nextDueDate, $0.changeCount == changeCount) }
    }

    func reset(changeCount: UInt64, nextDueDate: Timestamp?) {
        state.withLock {
            $0 = State(isInUse: true, changeCount: changeCount, nextDueDate: nextDueDate)
        }
    }

    func key(_ identifier: Name) -> CachedKey? {
        state.withLock { $0.byIdentifier[identifier] }
    }

    func key(_ name: KeyName, in region: String) -> CachedKey? {
        state.withLock { $0.byPlace[Place(name: name, region: region)] }
    }

    /// The count at which a key is about to be read from the store, to be given to `insert`.
    var changeCount: UInt64? { state.withLock { $0.changeCount } }

    /// Keeps `key`, unless the store has changed since `changeCount`. Returns the one kept, so that
    /// its handles are shared.
    func insert(_ key: CachedKey, as identifier: Name?, at changeCount: UInt64?) -> CachedKey {
        state.withLock { state in
            guard state.changeCount == changeCount, changeCount != nil else { return key }
            let place = Place(name: key.key.name, region: key.key.home.region)
            let kept = state.byPlace[place] ?? key
            if state.byPlace.count >= Self.maximumCount
                || state.byIdentifier.count >= Self.maximumCount
            {
                state.byPlace = [:]
                state.byIdentifier = [:]
            }
            state.byPlace[place] = kept
            if let identifier { state.byIdentifier[identifier] = kept }
            return kept
        }
    }
}
