package import FileIO
internal import Glibc
internal import Synchronization

/// An agent that stays for the session and serves whichever programs of its user connect.
package final class AgentSession: Sendable {
    /// How often time is looked at while nobody asks.
    private static let interval = Duration.seconds(5)

    private let listener: LocalListener
    private let clock: any SessionClock
    private let watch: Mutex<SessionWatch>
    private let isStopping = Atomic(false)

    package init(_ listener: LocalListener, clock: any SessionClock, idleLimit: Duration?) {
        self.listener = listener
        self.clock = clock
        watch = Mutex(SessionWatch(clock.read(), idleLimit: idleLimit))
    }

    /// Serves until it is told to stop, or was idle for too long. Everything is forgotten then.
    package func run(_ services: AgentServices) throws(SystemError) {
        let server = AgentServer(services: services, session: self)
        defer { server.lock() }
        while !isStopping.load(ordering: .acquiring) {
            let connection = try listener.accept(within: Self.interval)
            if look(at: server) == .end { return }
            guard let connection, let user = try? connection.peerUser, user == CurrentUser.id
            else { continue }
            // Where there is no thread for it, it ends here, and its program sees that.
            _ = BlockingThread.start { server.serve(connection) }
        }
    }

    /// Locks if time says so, before anything is answered.
    private func look(at server: AgentServer) -> SessionWatch.Action {
        let reading = clock.read()
        let action = watch.withLock { $0.check(reading) }
        if action != .none { server.lock() }
        return action
    }

    func willAnswer(_ request: AgentRequest, _ server: AgentServer) {
        _ = look(at: server)
        // Asking how it is does not keep it alive.
        if case .status = request { return }
        let reading = clock.read()
        watch.withLock { $0.used(reading) }
    }

    func didAnswer(_ request: AgentRequest) {
        guard case .stop = request else { return }
        isStopping.store(true, ordering: .releasing)
        listener.end()
    }

    var idleSecondsLeft: UInt32 {
        let reading = clock.read()
        let left = watch.withLock { $0.idleLeft(reading) }
        return left.map { UInt32(clamping: max(1, $0.components.seconds)) } ?? 0
    }
}
