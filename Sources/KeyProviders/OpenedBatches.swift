internal import ContainerFormat
internal import SecretMemory
internal import Synchronization

/// The keys of batches that one run has opened, in locked memory: ten thousand containers of a batch
/// cost one call of its key's service.
///
/// Only that call is spared. A key is found under the very provider, stanza and binder that it was
/// opened with, and everything that is checked of a container, from its context to its commitment, is
/// checked of each. For one command, never longer: who may use a key is asked again by the next.
package final class OpenedBatches: Sendable {
    private static let limit = 64

    private struct Place: Hashable {
        let provider: ObjectIdentifier
        let stanza: [UInt8]
        let binder: [UInt8]
    }

    private final class Slot: Sendable {
        /// Kept, so that no other provider comes to have its identity.
        let provider: any KeyProvider
        let key = Mutex<SecretBytes?>(nil)

        init(_ provider: any KeyProvider) { self.provider = provider }
    }

    private struct State {
        var slots: [Place: Slot] = [:]
        /// The oldest first.
        var order: [Place] = []
    }
    private let state = Mutex(State())

    package init() {}

    /// What `provider` unwraps; asked by one thread at a time for each stanza, and not again after it
    /// has answered.
    func unwrap(
        _ stanza: Stanza, _ binding: WrapBinding, by provider: any KeyProvider
    ) throws(KeyProviderError) -> SecretBytes {
        let slot = slot(
            Place(
                provider: ObjectIdentifier(provider), stanza: stanza.encoded,
                binder: binding.binder), provider)
        return try slot.key.withLock { (key) throws(KeyProviderError) in
            switch key {
            case .some(let known): return known.duplicate()
            case nil: break
            }
            let opened = try provider.unwrap(stanza, binding)
            let copy = opened.duplicate()
            key = consume opened
            return copy
        }
    }

    private func slot(_ place: Place, _ provider: any KeyProvider) -> Slot {
        state.withLock { state in
            if let slot = state.slots[place] { return slot }
            let slot = Slot(provider)
            state.slots[place] = slot
            state.order.append(place)
            if state.order.count > Self.limit {
                state.slots[state.order.removeFirst()] = nil
            }
            return slot
        }
    }
}
