import FileIO
import Glibc
import ServiceLifecycle

/// SIGTERM and SIGINT let a service end what it has begun; the others end the process as ever.
///
/// Not by the signals that the group itself can trap: it would wait for them beside the thread of
/// ``SignalCleanup``, and whichever comes first takes them.
final class OrderlyStop: SignalReceiver {
    private let group: ServiceGroup

    init(of group: ServiceGroup) { self.group = group }

    func received(_ signal: Int32, isFromTerminal: Bool) {
        guard signal == SIGTERM || signal == SIGINT else { SignalCleanup.end(by: signal) }
        Task { [group] in await group.triggerGracefulShutdown() }
    }
}
