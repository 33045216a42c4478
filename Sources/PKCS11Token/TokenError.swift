internal import CPKCS11

/// Why a token, or the module that leads to it, did not do what it was asked.
package enum TokenError: Error, Equatable, Sendable {
    case moduleNotLoaded(path: String, reason: String)
    /// A library, but without C_GetFunctionList.
    case notAModule(path: String)
    /// The system's configuration knows no module of this name, or none at all.
    case moduleNotRegistered(name: String?)
    case tokenNotFound
    case tokenAmbiguous
    case keyNotFound
    case keyAmbiguous
    /// The key has no CKA_ID, by which a container could name it.
    case keyHasNoID
    case pinRequired
    /// Tried once, and not again: a token locks itself after a few.
    case pinWrong
    case pinLocked
    /// Expired, never set, or refused for another reason: the module's code.
    case pinUnusable(code: UInt)
    /// None of the ways to wrap works with this key; the module's code for the last that was tried.
    case noUsableMechanism(code: UInt?)
    /// The key can leave the token, and is to be used for what must not.
    case keyExtractable
    /// What the token would need for the use that was asked, by the names of PKCS #11.
    case mechanismsMissing([String])
    /// The way in which this was wrapped is one that local configuration does not allow.
    case mechanismNotAllowed
    /// Changed, or wrapped under another key: one case for every code that modules have for it.
    case notAuthentic
    /// Removed, reset or restarted, and a second attempt with new sessions failed as well.
    case tokenGone(call: String, code: UInt)
    case callFailed(call: String, code: UInt)

    /// The error for what `call` returned, which is not CKR_OK.
    init(call: String, code: CK_RV) {
        switch code {
        case CKR_DEVICE_REMOVED, CKR_DEVICE_ERROR, CKR_TOKEN_NOT_PRESENT, CKR_TOKEN_NOT_RECOGNIZED,
            CKR_SLOT_ID_INVALID, CKR_SESSION_HANDLE_INVALID, CKR_SESSION_CLOSED,
            CKR_USER_NOT_LOGGED_IN, CKR_CRYPTOKI_NOT_INITIALIZED, CKR_OBJECT_HANDLE_INVALID,
            CKR_KEY_HANDLE_INVALID, CKR_WRAPPING_KEY_HANDLE_INVALID,
            CKR_UNWRAPPING_KEY_HANDLE_INVALID:
            self = .tokenGone(call: call, code: code)
        default: self = .callFailed(call: call, code: code)
        }
    }

    /// Whether a module's code says nothing of what was asked, only that it did not work now.
    package static func isPassing(_ code: UInt) -> Bool {
        [
            CKR_GENERAL_ERROR, CKR_FUNCTION_FAILED, CKR_HOST_MEMORY, CKR_DEVICE_MEMORY,
            CKR_SESSION_COUNT,
        ].contains(code)
    }
}
