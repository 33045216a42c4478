internal import Glibc

/// Processes that use one module take turns where it reads or writes what it knows of its tokens.
///
/// SoftHSM2 empties and fills a token's file at each login, and what it reads of one when it is
/// initialised it keeps: of twenty processes that began at once every third saw no token until its
/// end, and some a token whose PIN was never set. Programs that are not Coffer take no turns.
extension TokenModule {
    /// Then it goes on without: whoever has the turn may wait for somebody at a keypad.
    private static let turnTimeout = Duration.seconds(5)
    private static let turnInterval = Duration.milliseconds(2)

    /// Not to be called by `body`, which has the turn.
    func inTurn<R>(_ body: () throws(TokenError) -> R) throws(TokenError) -> R {
        let file = takeTurn()
        // Which ends it.
        defer { if let file { close(file) } }
        return try body()
    }

    /// A lock on the module's own file, which everybody can open who can load it.
    private func takeTurn() -> Int32? {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        let end = ContinuousClock.now + Self.turnTimeout
        while flock(file, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR, .now < end else {
                close(file)
                return nil
            }
            usleep(useconds_t(Self.turnInterval / .microseconds(1)))
        }
        return file
    }
}
