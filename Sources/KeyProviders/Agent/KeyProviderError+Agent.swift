package import KeyAgent

extension KeyProviderError {
    /// `key` is what the person named.
    init(_ error: AgentClientError, key: String) {
        switch error {
        case .failed(.notOpened): self = .notOpened
        case .failed(.noSuchKey): self = .noSuchKey
        case .failed(.denied(let message)): self = .denied(service: key, message: message)
        case .failed, .noProgram, .notStarted, .foreignAgent, .version, .gone, .timedOut, .lied,
            .tooLarge:
            self = .agent(error)
        }
    }
}

extension AgentClientError {
    /// What a script is told: whether trying later may help, somebody said no, local configuration is
    /// to be mended, or a program.
    package var code: UnlockFailure.Code {
        switch self {
        case .failed(let failure):
            switch failure {
            case .unreachable: .unreachable
            case .engineFailure: .engine
            case .denied, .pinNeeded, .pinWrong, .refused: .denied
            case .misconfigured, .unsupported: .configuration
            case .notOpened, .noSuchKey: .noKey
            }
        case .noProgram, .notStarted, .version, .gone, .timedOut, .lied: .unreachable
        case .foreignAgent, .tooLarge: .denied
        }
    }
}
