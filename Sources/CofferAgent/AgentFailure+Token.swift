import KeyAgent
import PKCS11Token

extension AgentFailure {
    init(_ error: TokenError, token: String) {
        self =
            switch error {
            case .moduleNotLoaded(let path, let reason):
                .misconfigured("cannot load the module \(path): \(reason)")
            case .notAModule(let path): .misconfigured("\(path) is no PKCS #11 module")
            case .moduleNotRegistered(let name):
                .misconfigured("the system knows no module \(name ?? "at all")")
            case .tokenAmbiguous: .misconfigured("several tokens fit: name its serial")
            case .keyAmbiguous: .misconfigured("several keys fit: name its id")
            case .keyHasNoID: .misconfigured("the key has no CKA_ID to be known by")
            case .tokenNotFound: .unreachable("no such token is there")
            case .keyNotFound: .noSuchKey
            case .pinRequired: .pinNeeded(token: token)
            case .pinWrong: .pinWrong(token: token)
            case .pinLocked: .denied("the PIN is locked")
            case .pinUnusable(let code): .denied("the PIN cannot be used: \(Self.text(code))")
            case .noUsableMechanism(let code):
                .denied(
                    "the key can wrap in no way that containers have"
                        + (code.map { ": " + Self.text($0) } ?? ""))
            case .keyExtractable:
                .denied("the key can leave the token: its CKA_EXTRACTABLE is true")
            case .mechanismsMissing(let names):
                .unsupported("isolation: the token has no " + names.joined(separator: " and no "))
            case .mechanismNotAllowed: .denied("RSA-OAEP with SHA-1 is not allowed here")
            case .notAuthentic: .notOpened
            case .tokenGone(let call, let code):
                .unreachable("the token is gone: \(call) \(Self.text(code))")
            case .callFailed(let call, let code) where TokenError.isPassing(code):
                .unreachable("the token failed: \(call) \(Self.text(code))")
            case .callFailed(let call, let code): .denied("\(call) \(Self.text(code))")
            }
    }

    private static func text(_ code: UInt) -> String { "0x" + String(code, radix: 16) }
}
