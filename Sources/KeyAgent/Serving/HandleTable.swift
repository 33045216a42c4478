internal import Synchronization

/// What one connection has open, by the numbers that its program knows it by.
final class HandleTable: Sendable {
    /// More at once are refused: a program that forgets to close must not fill the agent.
    static let limit = 4096

    enum Entry: Sendable {
        case key(any AgentKey)
        case token(any AgentToken)
        case material(any AgentMaterial)
    }

    private struct State {
        var next: UInt32 = 1
        var entries: [UInt32: Entry] = [:]
    }
    private let state = Mutex(State())

    var count: Int { state.withLock { $0.entries.count } }

    func add(_ entry: Entry) throws(AgentFailure) -> UInt32 {
        try state.withLock { (state) throws(AgentFailure) in
            guard state.entries.count < Self.limit else {
                throw .denied("too many keys are open")
            }
            // Never used again, not even after a lock: an old number must not mean another key.
            let handle = state.next
            state.next += 1
            state.entries[handle] = entry
            return handle
        }
    }

    func remove(_ handle: UInt32) { state.withLock { $0.entries[handle] = nil } }

    func removeAll() { state.withLock { $0.entries = [:] } }

    func key(_ handle: UInt32) throws(AgentFailure) -> any AgentKey {
        guard case .key(let key) = try entry(handle) else { throw Self.notOpen }
        return key
    }

    func token(_ handle: UInt32) throws(AgentFailure) -> any AgentToken {
        guard case .token(let token) = try entry(handle) else { throw Self.notOpen }
        return token
    }

    func material(_ handle: UInt32) throws(AgentFailure) -> any AgentMaterial {
        guard case .material(let material) = try entry(handle) else { throw Self.notOpen }
        return material
    }

    private func entry(_ handle: UInt32) throws(AgentFailure) -> Entry {
        guard let entry = state.withLock({ $0.entries[handle] }) else { throw Self.notOpen }
        return entry
    }

    private static let notOpen = AgentFailure.unreachable("the agent was locked")
}
