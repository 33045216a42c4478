package import KeyAgent
internal import Synchronization

/// The agent of this run: reached when a key of it is needed, and not before.
package final class AgentAccess: Sendable {
    private let launch: @Sendable () throws(AgentClientError) -> AgentClient
    private let reached = Mutex<Result<AgentClient, AgentClientError>?>(nil)

    package init(
        launch: @escaping @Sendable () throws(AgentClientError) -> AgentClient
    ) { self.launch = launch }

    /// Tried once: an agent that cannot be had is not waited for again with each recipient.
    func client() throws(AgentClientError) -> AgentClient {
        let result = reached.withLock { reached in
            if let reached { return reached }
            let result: Result<AgentClient, AgentClientError>
            do throws(AgentClientError) { result = .success(try launch()) } catch {
                result = .failure(error)
            }
            reached = result
            return result
        }
        return try result.get()
    }
}
