internal import CPKCS11

/// The login, which all sessions of this process with the token share.
extension Session {
    var isLoggedIn: Bool {
        get throws(TokenError) {
            let getInfo = unsafe try required(functions.C_GetSessionInfo, "C_GetSessionInfo")
            var info = CK_SESSION_INFO()
            try check(unsafe getInfo(handle, &info), "C_GetSessionInfo")
            return info.state == CKS_RO_USER_FUNCTIONS || info.state == CKS_RW_USER_FUNCTIONS
        }
    }

    /// Without a PIN where the token has a keypad of its own.
    func login(pin: RawSpan?) throws(TokenError) {
        let login = unsafe try required(functions.C_Login, "C_Login")
        let code: CK_RV
        if let pin {
            code = unsafe pin.withUnsafeBytes { pin in
                // Modules read the PIN; the parameter is only not const.
                let bytes = unsafe UnsafeMutablePointer(
                    mutating: pin.bindMemory(to: UInt8.self).baseAddress)
                return unsafe login(handle, CKU_USER, bytes, CK_ULONG(pin.count))
            }
        } else {
            code = login(handle, CKU_USER, nil, 0)
        }
        switch code {
        case CKR_OK, CKR_USER_ALREADY_LOGGED_IN: break
        case CKR_PIN_INCORRECT, CKR_PIN_INVALID, CKR_PIN_LEN_RANGE: throw .pinWrong
        case CKR_PIN_LOCKED: throw .pinLocked
        case CKR_PIN_EXPIRED, CKR_USER_PIN_NOT_INITIALIZED: throw .pinUnusable(code: code)
        default: throw TokenError(call: "C_Login", code: code)
        }
    }

    /// For all sessions of this process with the token. Who cannot log out closes them anyway.
    func logout() {
        guard let logout = functions.C_Logout else { return }
        _ = logout(handle)
    }
}
