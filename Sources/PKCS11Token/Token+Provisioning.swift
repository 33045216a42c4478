internal import CPKCS11

/// What is done to a token to prepare it, and at no other time.
extension Token {
    /// The token as the module shows it now, by its serial number: it may have moved to another slot.
    func findAgain() throws(TokenError) -> TokenModule.TokenInfo {
        let infos: [TokenModule.TokenInfo]
        do throws(TokenError) {
            infos = try module.tokens()
        } catch .tokenGone(_, CKR_CRYPTOKI_NOT_INITIALIZED) {
            // Somebody else in this process finalised the module.
            try module.initializeInThisProcess(again: true)
            infos = try module.tokens()
        }
        let same = infos.filter { $0.serial == serial && $0.label == label }
        guard let first = same.first else { throw .tokenNotFound }
        guard same.count == 1 else { throw .tokenAmbiguous }
        return first
    }

    /// Lends a session that may write to the token. Whoever is logged in is so there as well.
    package func withWritingSession<R: ~Copyable>(
        _ body: (Session) throws(TokenError) -> R
    ) throws(TokenError) -> R {
        try withSession { session throws(TokenError) in
            let open = unsafe try session.required(session.functions.C_OpenSession, "C_OpenSession")
            let close = try session.required(
                session.functions.C_CloseSession, "C_CloseSession")
            var handle: CK_SESSION_HANDLE = 0
            try session.check(
                unsafe open(session.slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, nil, nil, &handle),
                "C_OpenSession")
            let writing = Session(
                module: session.module, slot: session.slot, handle: handle,
                generation: session.generation, mechanisms: session.mechanisms)
            let result: R
            do throws(TokenError) {
                result = try body(writing)
            } catch {
                _ = close(handle)
                throw error
            }
            try session.check(close(handle), "C_CloseSession")
            return result
        }
    }
}
