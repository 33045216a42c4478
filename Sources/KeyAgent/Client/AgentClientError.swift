package import FileIO

/// Why there is no answer from an agent.
package enum AgentClientError: Error, Equatable, Sendable {
    /// The answer, and it is no.
    case failed(AgentFailure)
    /// There is no agent to be had.
    case noProgram
    case notStarted(SystemError)
    /// Another user's process listens where the agent of the session should be.
    case foreignAgent
    /// It does not speak a version that this program speaks.
    case version
    /// It ended, or its connection broke.
    case gone
    /// It did not answer in time.
    case timedOut
    /// It sent what is no answer to what was asked.
    case lied
    /// The request is larger than a frame.
    case tooLarge
}
