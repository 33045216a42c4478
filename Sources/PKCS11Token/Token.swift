internal import CPKCS11
internal import Dispatch
internal import Glibc
package import SecretMemory
internal import Synchronization

/// A token, found by what its URI says, and the sessions with it.
///
/// Sessions are lent to one thread each, at most ``sessionLimit`` at once; who comes later waits.
/// Keep one `Token` for each URI: it asks for the PIN once, and never tries a wrong one again.
/// All of it blocks the calling thread.
package final class Token: Sendable {
    /// Asked when the token wants a PIN; nothing if there is none to give. Called by one thread at a
    /// time, while the others wait; in a forked child again, where secrets of the parent are empty.
    package typealias PINSource = @Sendable () -> SecretBytes?

    /// Of these, all but the first after ``TokenModule/beginAgain()``.
    private static let maximumLookCount = 3
    private static let lookInterval: useconds_t = 10_000

    package let label: String
    package let serial: String
    package let sessionLimit: Int

    let module: TokenModule
    let pinSource: PINSource
    private let state: Mutex<SessionPool>
    private let permits: DispatchSemaphore

    /// - Parameters:
    ///   - modulePath: overrides what the URI says of modules.
    ///   - maximumSessionCount: fewer if the token has fewer.
    /// - Throws: ``TokenError/tokenNotFound``, ``TokenError/tokenAmbiguous``, or what loading a
    ///   module throws. Nothing is asked and nobody is logged in yet.
    package convenience init(
        uri: TokenURI, modulePath: String? = nil,
        configuration: ModuleConfiguration = .system, maximumSessionCount: Int = 16,
        pin: @escaping PINSource
    ) throws(TokenError) {
        let modules =
            if let modulePath {
                [try TokenModule.load(path: modulePath)]
            } else {
                try TokenModule.load(for: uri, configuration: configuration)
            }
        try self.init(
            uri: uri, modules: modules, maximumSessionCount: maximumSessionCount, pin: pin)
    }

    /// As above, on modules that are loaded already.
    package init(
        uri: TokenURI, modules: [TokenModule], maximumSessionCount: Int = 16,
        pin: @escaping PINSource
    ) throws(TokenError) {
        for module in modules { module.addUser() }
        let first: (module: TokenModule, info: TokenModule.TokenInfo)
        do throws(TokenError) { first = try Self.find(uri, in: modules) } catch {
            for module in modules { module.removeUser() }
            throw error
        }
        for module in modules where module !== first.module { module.removeUser() }
        module = first.module
        (label, serial) = (first.info.label, first.info.serial)
        // One session is the pool's own: it keeps the login and the objects of all.
        sessionLimit = max(
            1, min(maximumSessionCount, (first.info.maximumSessionCount ?? .max) - 1))
        permits = DispatchSemaphore(value: sessionLimit)
        pinSource = pin
        state = Mutex(SessionPool())
    }

    deinit { module.removeUser() }

    /// The only token that fits. Where there is none, modules that nobody uses look for their tokens
    /// anew: what was not there when they were initialised they never see.
    private static func find(
        _ uri: TokenURI, in modules: [TokenModule]
    ) throws(TokenError) -> (module: TokenModule, info: TokenModule.TokenInfo) {
        for attempt in 0..<maximumLookCount {
            if attempt > 0 { usleep(lookInterval) }
            var found: [(module: TokenModule, info: TokenModule.TokenInfo)] = []
            for module in modules {
                try module.initializeInThisProcess()
                if attempt > 0 { _ = try module.beginAgain() }
                for info in try module.tokens() where info.matches(uri) {
                    found.append((module, info))
                }
            }
            guard found.count < 2 else { throw .tokenAmbiguous }
            if let first = found.first { return first }
        }
        throw .tokenNotFound
    }

    /// Lends a session to `body`. If the token was reset or removed and is back, `body` runs once
    /// more, in a new one.
    ///
    /// - Throws: ``TokenError/tokenGone(call:code:)`` if that fails too.
    package func withSession<R: ~Copyable>(
        _ body: (Session) throws(TokenError) -> R
    ) throws(TokenError) -> R {
        permits.wait()
        defer { permits.signal() }
        do throws(TokenError) {
            return try lend(body)
        } catch .tokenGone(let call, let code) {
            do throws(TokenError) {
                return try lend(body)
            } catch .tokenNotFound {
                throw .tokenGone(call: call, code: code)
            }
        }
    }

    /// Lends the session that lives as long as the others' generation, to nobody else meanwhile:
    /// for objects that outlive one use.
    package func withKeptSession<R: ~Copyable>(
        _ body: (Session) throws(TokenError) -> R
    ) throws(TokenError) -> R {
        do throws(TokenError) {
            return try lendKept(body)
        } catch .tokenGone(let call, let code) {
            do throws(TokenError) {
                return try lendKept(body)
            } catch .tokenNotFound {
                throw .tokenGone(call: call, code: code)
            }
        }
    }

    /// Closes the sessions, which logs out, and wipes the PIN. It is asked for again when needed,
    /// also after a wrong one.
    package func forget() {
        state.withLock { $0.forget() }
    }

    /// Ends an object that ``withKeptSession(_:)`` made, unless a reset has ended it already.
    package func destroy(_ object: TokenObject, ofGeneration generation: Int) {
        state.withLock { $0.destroy(object, ofGeneration: generation) }
    }

    private func lend<R: ~Copyable>(
        _ body: (Session) throws(TokenError) -> R
    ) throws(TokenError) -> R {
        let session = try state.withLock { pool throws(TokenError) in try pool.take(for: self) }
        do throws(TokenError) {
            let result = try body(session)
            state.withLock { $0.giveBack(session) }
            return result
        } catch {
            let wasCurrent = state.withLock { $0.drop(session, after: error) }
            if wasCurrent { throw error }
            // Others dropped all sessions meanwhile: what then fails here says nothing of the data.
            switch error {
            case .callFailed(let call, let code), .tokenGone(let call, let code):
                throw .tokenGone(call: call, code: code)
            case .notAuthentic, .keyNotFound: throw .tokenGone(call: "C_CloseSession", code: 0)
            default: throw error
            }
        }
    }

    private func lendKept<R: ~Copyable>(
        _ body: (Session) throws(TokenError) -> R
    ) throws(TokenError) -> R {
        try state.withLock { pool throws(TokenError) in
            let session = try pool.kept(for: self)
            do throws(TokenError) {
                return try body(session)
            } catch {
                if case .tokenGone = error { pool.dropAll() }
                throw error
            }
        }
    }
}
