internal import FileIO
internal import KeyAgent

extension AgentFailure {
    /// What a call to Vault failed with, in the agent's terms.
    init(_ error: VaultError, service: String) {
        switch error {
        case .notSet(let name): self = .misconfigured("\(name) is missing, or not what it may be")
        case .badAddress:
            self = .misconfigured("VAULT_ADDR: not an https URL, nor http to this machine")
        case .badTLS(.noCertificates(let path)):
            self = .misconfigured("\(path.displayText): no certificates")
        case .badTLS(.noPrivateKey(let path)):
            self = .misconfigured("\(path.displayText): no private key")
        case .unreadable(let error): self = .misconfigured("\(error)")
        case .noToken: self = .misconfigured("no token: VAULT_TOKEN, or ~/.vault-token")
        case .badKeyName(let name): self = .misconfigured("\(name): not MOUNT/KEY")
        case .unreachable(let error): self = .unreachable("\(service): \(error.text)")
        case .notInitialised: self = .unreachable("\(service): not initialised")
        case .sealed: self = .unreachable("\(service): sealed")
        case .standby: self = .unreachable("\(service): a standby node")
        case .busy(let status): self = .unreachable("\(service): HTTP \(status)")
        case .badAnswer: self = .unreachable("\(service): not an answer of Vault")
        case .denied(let words): self = .denied("\(service): \(words)")
        case .noSuchKey: self = .noSuchKey
        case .notAEAD(let type): self = .denied("\(service): key type \(type) does not bind")
        case .keyUnknown:
            self = .denied("\(service): whether the key exists may not be asked")
        case .notAuthentic: self = .notOpened
        case .versionTooOld: self = .denied("\(service): key version disallowed (too old)")
        case .refused(let status, let words):
            self = .denied("\(service): HTTP \(status): \(words)")
        }
    }
}
