internal import KMSDomain
internal import Synchronization

/// Calls that are answered together: the store is asked once for all of them whether it has changed,
/// and their records are written in one go.
///
/// For calls that were all there before the first of them is made: what has been changed until then,
/// here or by another process, each of them finds. None may be answered before
/// ``KMSService/end(_:)`` has written the records. What has to be on the medium, as the record of a
/// change has, is written at once all the same.
package final class CallTurn: Sendable {
    /// Of the calls that this thread makes; each by itself if there is none.
    @TaskLocal package static var current: CallTurn?

    private struct State {
        var changeCount: UInt64?
        var records: [AuditEvent] = []
    }

    private let state = Mutex(State())

    package init() {}

    /// Of records that are not written yet.
    package var recordCount: Int { state.withLock { $0.records.count } }

    func add(_ records: [AuditEvent]) {
        state.withLock { $0.records += records }
    }

    func takeRecords() -> [AuditEvent] {
        state.withLock { state in
            defer { state.records = [] }
            return state.records
        }
    }

    /// A call of the turn has changed the store itself.
    func forgetChangeCount() {
        state.withLock { $0.changeCount = nil }
    }

    fileprivate func changeCount(
        _ ask: () throws(KeyStoreError) -> UInt64
    ) throws(KeyStoreError) -> UInt64 {
        if let known = state.withLock({ $0.changeCount }) { return known }
        let found = try ask()
        state.withLock { $0.changeCount = found }
        return found
    }
}

extension KeyStore {
    /// The change count as the turn of calls has found it; of a call by itself, as it is.
    func changeCountOfTurn() throws(KeyStoreError) -> UInt64 {
        guard let turn = CallTurn.current else { return try changeCount() }
        return try turn.changeCount { () throws(KeyStoreError) in try changeCount() }
    }
}
