internal import CPKCS11
internal import Glibc
internal import SecretMemory

/// The sessions of one ``Token`` that nobody uses now, and the state of its login. Guarded by the
/// token's lock, also while a session is opened: so a PIN is asked for and tried by one thread.
struct SessionPool: ~Copyable {
    /// A token that has a PIN, says its module, and has none: another process wrote it while the module
    /// read it. The PIN was compared with nothing.
    private static let contradiction = TokenError.tokenGone(
        call: "C_Login", code: CKR_USER_PIN_NOT_INITIALIZED)

    /// The right one, for when sessions have to be opened anew.
    private var pin: SecretBytes?
    /// What the token said of a PIN. No other is tried.
    private var refusal: TokenError?
    private var generation = 0
    /// Sessions of earlier generations ended with a reset: their numbers may be another's by now.
    private var firstLiving = 0
    /// Never lent with the others: while it is open the login lasts.
    private var kept: Session?
    private var idle: [Session] = []
    private var process: pid_t = 0

    /// An idle session, or a new one.
    mutating func take(for token: Token) throws(TokenError) -> Session {
        let kept = try kept(for: token)
        if let session = idle.popLast() { return session }
        do throws(TokenError) {
            return try Self.open(like: kept)
        } catch {
            if case .tokenGone = error { dropAll() }
            throw error
        }
    }

    mutating func giveBack(_ session: Session) {
        if session.generation == generation {
            idle.append(session)
        } else {
            close(session)
        }
    }

    /// A session in which a call failed. If the token is gone, all others are dropped too.
    ///
    /// Whether nobody else had dropped them before.
    mutating func drop(_ session: Session, after error: TokenError) -> Bool {
        close(session)
        guard session.generation == generation else { return false }
        if case .tokenGone = error { dropAll() }
        return true
    }

    /// After a reset, or in a forked child, whose sessions are the parent's.
    mutating func dropAll() {
        if process == getpid() {
            for session in idle { close(session) }
            if let kept { close(kept) }
        }
        (idle, kept) = ([], nil)
        generation += 1
        firstLiving = generation
    }

    /// Logs out, closes what is not lent now, and forgets the PIN and what was said of it.
    mutating func forget() {
        if process == getpid(), let kept {
            kept.logout()
            for session in idle { close(session) }
            close(kept)
        }
        (idle, kept) = ([], nil)
        generation += 1
        pin = nil
        refusal = nil
    }

    /// An object of the kept session, of which nobody knows any more.
    func destroy(_ object: TokenObject, ofGeneration generation: Int) {
        guard generation == self.generation, process == getpid(), let kept else { return }
        // What cannot be destroyed ends with its session.
        do throws(TokenError) { try kept.destroy(object) } catch {}
    }

    /// The session that keeps the login; opened, with the token looked for and the PIN given, if
    /// there is none.
    mutating func kept(for token: Token) throws(TokenError) -> Session {
        if process != getpid() {
            // In a forked child the sessions are the parent's: they are let go, not closed. The PIN
            // did not come along: secret memory is empty there.
            if process != 0 { dropAll() }
            pin = nil
            try token.module.initializeInThisProcess()
            process = getpid()
        }
        if let kept { return kept }
        let session: Session
        do throws(TokenError) { session = try loggedIn(token) } catch {
            guard error == Self.contradiction || error == .tokenNotFound, generation == 0,
                try token.module.beginAgain()
            else { throw error }
            session = try loggedIn(token)
        }
        kept = session
        return session
    }

    private mutating func loggedIn(_ token: Token) throws(TokenError) -> Session {
        let info = try token.findAgain()
        return try token.module.inTurn { () throws(TokenError) in try loggedIn(info, token) }
    }

    private mutating func loggedIn(
        _ info: TokenModule.TokenInfo, _ token: Token
    ) throws(TokenError) -> Session {
        let session = try Self.open(
            on: token.module, slot: info.slot, generation: generation,
            mechanisms: try token.module.mechanisms(of: info.slot))
        do throws(TokenError) {
            try login(session, info, token)
            return session
        } catch {
            session.close()
            throw error
        }
    }

    private mutating func login(
        _ session: Session, _ info: TokenModule.TokenInfo, _ token: Token
    ) throws(TokenError) {
        guard info.flags & CKF_LOGIN_REQUIRED != 0, try !session.isLoggedIn else { return }
        if info.flags & CKF_PROTECTED_AUTHENTICATION_PATH != 0 {
            // The token asks by itself.
            return try session.login(pin: nil)
        }
        if let refusal { throw refusal }
        guard info.flags & CKF_USER_PIN_LOCKED == 0 else { throw .pinLocked }
        guard let secret = takePIN(from: token) else { throw .pinRequired }
        do throws(TokenError) {
            try secret.withBytes { secret throws(TokenError) in try session.login(pin: secret) }
        } catch {
            switch error {
            case .pinUnusable(CKR_USER_PIN_NOT_INITIALIZED)
            where info.flags & CKF_USER_PIN_INITIALIZED != 0:
                pin = consume secret
                throw Self.contradiction
            case .pinWrong, .pinLocked, .pinUnusable: refusal = error
            default: pin = consume secret
            }
            throw error
        }
        pin = consume secret
    }

    private mutating func takePIN(from token: Token) -> SecretBytes? {
        if let known = pin.take() { return known }
        return token.pinSource()
    }

    private static func open(like session: Session) throws(TokenError) -> Session {
        try open(
            on: session.module, slot: session.slot, generation: session.generation,
            mechanisms: session.mechanisms)
    }

    private static func open(
        on module: TokenModule, slot: CK_SLOT_ID, generation: Int,
        mechanisms: Set<CK_MECHANISM_TYPE>
    ) throws(TokenError) -> Session {
        let open = unsafe try TokenModule.required(
            module.functions.pointee.C_OpenSession, "C_OpenSession")
        var handle: CK_SESSION_HANDLE = 0
        try TokenModule.check(
            unsafe open(slot, CKF_SERIAL_SESSION, nil, nil, &handle), "C_OpenSession")
        return Session(
            module: module, slot: slot, handle: handle, generation: generation,
            mechanisms: mechanisms)
    }

    private func close(_ session: Session) {
        guard session.generation >= firstLiving else { return }
        session.close()
    }
}
