import FileIO
import KeyAgent
import KeyProviders

/// The token with the keystore's root, and the way there.
extension Failure {
    init(_ error: AgentClientError, rootOn uri: String) {
        let subject = "the root's token '\(uri)'"
        switch error {
        case .failed(let failure): self.init(failure, subject)
        case .noProgram:
            self.init(
                .unreachable, subject + ": there is no coffer-agent to reach it",
                "install coffer-agent beside cofferd or in /usr/libexec/coffer")
        case .notStarted(let reason):
            self.init(.unreachable, subject + ": coffer-agent cannot be started: \(reason.text)")
        case .foreignAgent:
            self.init(
                .denied, subject + ": the agent of this session is another user's",
                "unset COFFER_AGENT_SOCKET")
        case .version, .lied:
            self.init(
                .unreachable, subject + ": coffer-agent is of another version",
                "install cofferd and coffer-agent together")
        case .gone: self.init(.unreachable, subject + ": coffer-agent ended", "try again")
        case .timedOut:
            self.init(.unreachable, subject + ": coffer-agent did not answer in time")
        case .tooLarge: self.init(.internal, subject + ": the request is too large for the agent")
        }
    }

    private init(_ failure: AgentFailure, _ subject: String) {
        switch failure {
        case .notOpened: self.init(.configuration, subject + " does not open the root")
        case .noSuchKey:
            self.init(
                .configuration, subject + " has no such key",
                "without it the keystore's keys are lost: restore a backup",
                "for a new keystore: --create-token-keys")
        case .denied(let text): self.init(.denied, subject + ": \(Escaped.text(text))")
        case .unreachable(let text):
            self.init(
                .unreachable, subject + " cannot be reached: \(Escaped.text(text))",
                "is the token there? then try again")
        case .misconfigured(let text):
            self.init(
                .configuration, subject + ": \(Escaped.text(text))",
                "see services in the configuration file")
        case .pinNeeded:
            self.init(
                .denied, subject + " wants its PIN",
                "name its file in \(RootTokens.pinFileVariable), or give it in "
                    + RootTokens.pinVariable)
        case .pinWrong:
            self.init(
                .denied, subject + " refuses the PIN",
                "it was tried once: a token locks itself after a few")
        case .refused(let name, let message):
            let text = message.map { "\(name): \($0)" } ?? name
            self.init(.denied, subject + ": \(Escaped.text(text))")
        case .unsupported(let what):
            self.init(
                .configuration, subject + " cannot do it: \(Escaped.text(what))",
                "without --isolation token its key seals a root in the keystore's file")
        case .engineFailure(let text):
            self.init(.internal, subject + ": coffer-agent failed: \(Escaped.text(text))")
        }
    }
}
