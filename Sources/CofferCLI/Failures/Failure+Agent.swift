import FileIO
import KeyAgent

extension Failure {
    /// `key` is what the person named; where the message is to do without it, `provider` still says
    /// whose key it is.
    init(_ error: AgentClientError, key: String?, of provider: String? = nil) {
        let subject = key.map { "'\(Escaped.text($0))': " } ?? ""
        let isPlugin = (key ?? provider)?.hasPrefix("plugin:") == true
        let agent = isPlugin ? "the plug-in" : "coffer-agent"
        let again = ["try again"]
        let install =
            isPlugin
            ? "see plugins in the configuration file" : "install coffer and coffer-agent together"
        switch error {
        case .failed(let failure): self.init(failure, subject: subject, agent: agent)
        case .noProgram:
            self.init(
                .unreachable, subject + "there is no coffer-agent to reach it",
                hints: [
                    "install coffer-agent beside coffer or in /usr/libexec/coffer"
                ])
        case .notStarted(let reason):
            self.init(
                .unreachable, subject + "\(agent) cannot be started: \(reason.phrase)",
                hints: again, isRetryable: true)
        case .foreignAgent:
            self.init(
                .denied, subject + "the agent of this session is another user's",
                hints: ["unset COFFER_AGENT_SOCKET, or start your own: coffer-agent start"])
        case .version:
            self.init(
                .unreachable, subject + "\(agent) is of another version", hints: [install])
        case .gone:
            self.init(
                .unreachable, subject + "\(agent) ended", hints: again, isRetryable: true)
        case .timedOut:
            self.init(
                .unreachable, subject + "\(agent) did not answer in time", hints: again,
                isRetryable: true)
        case .lied:
            self.init(
                .unreachable, subject + "\(agent) gave an answer that is none", hints: [install])
        case .tooLarge:
            self.init(.denied, subject + "the request is too large for the agent")
        }
    }

    private init(_ failure: AgentFailure, subject: String, agent: String) {
        switch failure {
        case .notOpened: self.init(.noKey, subject + "the key does not open it")
        case .noSuchKey: self.init(.noKey, subject + "there is no such key")
        case .denied(let text): self.init(.denied, subject + "refused: \(Escaped.text(text))")
        case .unreachable(let text):
            self.init(
                .unreachable, subject + "cannot be reached: \(Escaped.text(text))",
                hints: ["try again later"], isRetryable: true)
        case .misconfigured(let text):
            self.init(
                .config, subject + Escaped.text(text),
                hints: ["see services in the configuration file"])
        case .pinNeeded(let token):
            self.init(
                .denied, subject + "token '\(Escaped.text(token))' wants its PIN",
                hints: [
                    "run it on a terminal, or give the PIN with --pin-fd N, pin-source or "
                        + "COFFER_PIN"
                ])
        case .pinWrong(let token):
            self.init(
                .denied, subject + "the PIN of token '\(Escaped.text(token))' is wrong",
                hints: ["it was tried once: a token locks itself after a few"])
        case .refused(let name, let message):
            self.init(
                .denied, subject + Escaped.text(message.map { "\(name): \($0)" } ?? name))
        case .unsupported(let what):
            self.init(
                .config, subject + "\(agent) does not offer \(Escaped.text(what))",
                hints: ["see services and plugins in the configuration file"])
        case .engineFailure(let text):
            self.init(
                .internal, subject + "\(agent) failed: \(Escaped.text(text))",
                hints: ["report it to whoever made \(agent)"])
        }
    }
}
