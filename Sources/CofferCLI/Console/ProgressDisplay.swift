import Dispatch
import Envelope
import FileIO
import Glibc
import Synchronization

/// Shows on standard error how far the work is, as ``ProgressMeter`` says, and on SIGUSR1.
///
/// A queue of its own only reads the counters; the pipeline never waits for it.
final class ProgressDisplay: Sendable {
    let progress = Progress()
    private let console: Console
    private let meter: Mutex<ProgressMeter>
    /// The same bytes are gone through again afterwards, and counted then.
    private let isRehearsal: Bool
    private let queue = DispatchQueue(label: "coffer.progress")
    private let isFinished = Atomic<Bool>(false)

    init(_ console: Console, name: String, isRehearsal: Bool = false) {
        self.console = console
        self.isRehearsal = isRehearsal
        let style = Self.style(console, isTerminal: Terminal.isTerminal(STDERR_FILENO))
        meter = Mutex(
            ProgressMeter(
                name: name, style: style, isInsistent: console.progress == .always, at: Self.now))
        SignalCleanup.answer { [weak self] in self?.answer() }
        if style != .silent { schedule() }
    }

    static func style(_ console: Console, isTerminal: Bool) -> ProgressMeter.Style {
        let drawn: ProgressMeter.Style = isTerminal && console.canDraw ? .line : .plain
        return switch console.progress {
        case .never: .silent
        case .json: .events
        case .always: drawn
        case .auto: isTerminal && !console.isQuiet && !console.isJSON ? drawn : .silent
        }
    }

    /// Takes the line away; what follows starts at the left. The second call does nothing.
    func finish() {
        guard !isFinished.exchange(true, ordering: .sequentiallyConsistent) else { return }
        SignalCleanup.answer(nil)
        // Under the lock, so that one that is being shown now comes to its end first.
        let hasSpoken = meter.withLock { meter in
            if let text = meter.finish(sample, width: Self.width, at: Self.now) {
                StandardStreams.writeError(text)
            }
            return meter.hasSpoken
        }
        guard !isRehearsal else { return }
        console.tally.add(
            read: progress.bytesRead, written: progress.bytesWritten, wasShown: hasSpoken)
    }

    private func schedule() {
        queue.asyncAfter(deadline: .now() + .milliseconds(200)) { [weak self] in
            guard let self, !isFinished.load(ordering: .sequentiallyConsistent) else { return }
            meter.withLock { meter in
                guard !isFinished.load(ordering: .sequentiallyConsistent) else { return }
                if let text = meter.tick(sample, width: Self.width, at: Self.now) {
                    StandardStreams.writeError(text)
                }
            }
            schedule()
        }
    }

    private func answer() {
        meter.withLock { meter in
            guard !isFinished.load(ordering: .sequentiallyConsistent) else { return }
            StandardStreams.writeError(meter.status(sample, at: Self.now))
        }
    }

    private var sample: ProgressMeter.Sample {
        ProgressMeter.Sample(
            bytesRead: progress.bytesRead, bytesWritten: progress.bytesWritten,
            bytesExpected: progress.bytesExpected)
    }

    private static var now: UInt64 { DispatchTime.now().uptimeNanoseconds }

    private static var width: Int? { Terminal.width(STDERR_FILENO) }
}
