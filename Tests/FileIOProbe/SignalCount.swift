import FileIO
import Synchronization

/// How many signals came.
final class SignalCount: SignalReceiver {
    private let count = Mutex(0)

    var value: Int { count.withLock { $0 } }

    func received(_ signal: Int32, isFromTerminal: Bool) { count.withLock { $0 += 1 } }
}
