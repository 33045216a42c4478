internal import KMSDomain
internal import PKCS11Token

extension TokenError {
    /// For who only asks whether the root could be reached: the case, or the call and its code.
    var reason: String {
        switch self {
        case .tokenGone(let call, let code), .callFailed(let call, let code):
            "\(call) 0x\(String(code, radix: 16))"
        case .moduleNotLoaded: "module not loaded"
        case .notAModule: "not a module"
        case .moduleNotRegistered: "module not registered"
        case .tokenNotFound: "token not found"
        case .tokenAmbiguous: "several tokens"
        case .keyNotFound: "key not found"
        case .keyAmbiguous: "several keys"
        case .keyHasNoID: "key without CKA_ID"
        case .pinRequired: "PIN required"
        case .pinWrong: "wrong PIN"
        case .pinLocked: "PIN locked"
        case .pinUnusable(let code): "PIN refused 0x\(String(code, radix: 16))"
        case .noUsableMechanism: "no usable mechanism"
        case .keyExtractable: "extractable key"
        case .mechanismsMissing(let names): "no \(names.joined(separator: ", "))"
        case .mechanismNotAllowed: "mechanism not allowed"
        case .notAuthentic: "not authentic"
        }
    }
}

extension KeyBackendError {
    init(_ error: TokenError) {
        switch error {
        case .notAuthentic: self = .materialNotAuthentic
        default: self = .rootOfTrust(.unavailable(error.reason))
        }
    }
}
