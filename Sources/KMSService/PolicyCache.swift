internal import KMSDomain
internal import Synchronization

/// Policies by their texts, each read once.
final class PolicyCache: Sendable {
    private struct Name: Hashable {
        // By its bytes: a Swift string is equal to others that are only canonically equivalent.
        let text: [UInt8]
        let hasPrincipals: Bool
        let hasResources: Bool
    }

    private struct State {
        var policies: [Name: Policy] = [:]
        var byteCount = 0
    }

    /// Of the texts; what is read of them takes some ten times as much.
    private static let maximumByteCount = 2 << 20

    private let state = Mutex(State())

    /// What stands in a store was read before it was put there, so what cannot be is damage.
    func policy(_ text: String, kind: Policy.Kind) throws(KeyStoreError) -> Policy {
        let name = Name(
            text: Array(text.utf8), hasPrincipals: kind.hasPrincipals,
            hasResources: kind.hasResources)
        if let policy = state.withLock({ $0.policies[name] }) { return policy }
        let policy: Policy
        do throws(PolicyError) {
            policy = try PolicyParser.parse(text, kind: kind)
        } catch {
            throw .damaged(detail: "unreadable policy")
        }
        state.withLock { state in
            guard state.policies[name] == nil else { return }
            if state.byteCount + name.text.count > Self.maximumByteCount { state = State() }
            state.policies[name] = policy
            state.byteCount += name.text.count
        }
        return policy
    }

    /// Those that narrow the caller's session; nothing of a caller who is not narrowed.
    func sessionPolicies(of caller: Caller) throws(KeyStoreError) -> [Policy]? {
        guard let session = caller.session, !session.policies.isEmpty else { return nil }
        var result: [Policy] = []
        for text in session.policies { result.append(try policy(text, kind: .session)) }
        return result
    }
}
