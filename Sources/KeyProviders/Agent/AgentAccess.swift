package import KeyAgent
internal import SecretMemory
internal import Synchronization

/// The agent of this run: reached when a key of it is needed, and not before.
package final class AgentAccess: Sendable {
    private struct State {
        var reached: Result<AgentClient, AgentClientError>?
        var isReplaced = false
        /// Tokens whose PIN was wrong.
        var refusing: Set<String> = []
    }

    private let launch: @Sendable () throws(AgentClientError) -> AgentClient
    private let state = Mutex(State())

    package init(
        launch: @escaping @Sendable () throws(AgentClientError) -> AgentClient
    ) { self.launch = launch }

    /// Tried once: an agent that cannot be had is not waited for again with each recipient.
    func client() throws(AgentClientError) -> AgentClient {
        try state.withLock { state -> Result<AgentClient, AgentClientError> in
            if let reached = state.reached { return reached }
            return reach(&state)
        }.get()
    }

    /// The agent after one that ended. Once in a run: one that ends again and again is not started
    /// again and again, and one crash does not fail the files that come after it.
    func successor(of lost: AgentClient) throws(AgentClientError) -> AgentClient {
        try state.withLock { state -> Result<AgentClient, AgentClientError> in
            if case .success(let current) = state.reached, current === lost {
                guard !state.isReplaced else { return .failure(.gone) }
                state.isReplaced = true
                return reach(&state)
            }
            return state.reached ?? reach(&state)
        }.get()
    }

    /// Gives `body` the PIN where the token wants it. A token that refused one in this run gets no
    /// other, whatever its keys are called: it locks itself after a few.
    func withPIN<R>(
        _ pin: (_ token: String) throws(AgentClientError) -> SecretBytes,
        _ body: (consuming SecretBytes?) throws(AgentClientError) -> R
    ) throws(AgentClientError) -> R {
        do throws(AgentClientError) { return try body(nil) } catch {
            guard case .failed(.pinNeeded(let token)) = error else { throw error }
            guard !state.withLock({ $0.refusing.contains(token) }) else {
                throw .failed(.pinWrong(token: token))
            }
            do throws(AgentClientError) { return try body(try pin(token)) } catch {
                if error == .failed(.pinWrong(token: token)) {
                    state.withLock { _ = $0.refusing.insert(token) }
                }
                throw error
            }
        }
    }

    private func reach(_ state: inout State) -> Result<AgentClient, AgentClientError> {
        let result: Result<AgentClient, AgentClientError>
        do throws(AgentClientError) { result = .success(try launch()) } catch {
            result = .failure(error)
        }
        state.reached = result
        return result
    }
}
