internal import CPKCS11
internal import SecretMemory

/// One session with a token, lent to one thread at a time by its ``Token``.
///
/// Every call blocks. A session in which a call failed is not used again: some modules leave the
/// operation open.
@safe
package struct Session: Sendable {
    let module: TokenModule
    let slot: CK_SLOT_ID
    let handle: CK_SESSION_HANDLE
    /// Counts how often the token's sessions were opened anew; objects found before are no longer
    /// known after.
    package let generation: Int
    let mechanisms: Set<CK_MECHANISM_TYPE>

    var functions: CK_FUNCTION_LIST { unsafe module.functions.pointee }

    /// A session that its token has lost does not close, and need not.
    func close() {
        guard let close = functions.C_CloseSession else { return }
        _ = close(handle)
    }

    func required<Function>(
        _ function: Function?, _ name: String
    ) throws(TokenError) -> Function {
        try TokenModule.required(function, name)
    }

    func check(_ code: CK_RV, _ call: String) throws(TokenError) {
        try TokenModule.check(code, call)
    }
}

/// An object that a session found or made: a number, which means nothing to another process or after
/// a reset.
package struct TokenObject: Equatable, Sendable {
    let handle: CK_OBJECT_HANDLE
}
