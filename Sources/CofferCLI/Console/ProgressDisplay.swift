import Dispatch
import Envelope
import FileIO
import Glibc
import Synchronization

/// Shows on standard error how far the work is: bytes, rate, time left, ratio.
///
/// On a terminal it begins after a second, so that quick work shows nothing. A queue of its own
/// only reads the counters; the pipeline never waits for it.
final class ProgressDisplay: Sendable {
    let progress = Progress()
    private let name: String
    private let mode: Mode
    /// `always`: the last state stays.
    private let keepsLine: Bool
    private let started = DispatchTime.now().uptimeNanoseconds
    private let queue = DispatchQueue(label: "coffer.progress")
    private let isShown = Atomic<Bool>(false)
    private let isFinished = Atomic<Bool>(false)

    private enum Mode { case none, line, json }

    init(_ console: Console, name: String) {
        self.name = name
        let isTerminal = Terminal.isTerminal(STDERR_FILENO)
        mode =
            switch console.progress {
            case .never: .none
            case .json: .json
            case .always: .line
            case .auto: isTerminal && !console.isQuiet && !console.isJSON ? .line : .none
            }
        keepsLine = console.progress == .always
        guard mode != .none else {
            isFinished.store(true, ordering: .relaxed)
            return
        }
        schedule(after: keepsLine ? .milliseconds(200) : .seconds(1))
    }

    /// Takes the line away; what follows starts at the left. The second call does nothing.
    func finish() {
        guard !isFinished.exchange(true, ordering: .sequentiallyConsistent) else { return }
        // One that is being shown now comes to its end first.
        queue.sync {}
        if mode == .json { emit(isFinal: true) }
        if keepsLine {
            show()
            StandardStreams.writeError("\n")
        } else if isShown.load(ordering: .relaxed) {
            StandardStreams.writeError("\r\u{1B}[K")
        }
    }

    private func schedule(after delay: DispatchTimeInterval) {
        queue.asyncAfter(deadline: .now() + delay) { [weak self] in
            guard let self, !isFinished.load(ordering: .sequentiallyConsistent) else { return }
            show()
            schedule(after: mode == .json ? .seconds(1) : .milliseconds(200))
        }
    }

    private func show() {
        if mode == .json { return emit(isFinal: false) }
        isShown.store(true, ordering: .relaxed)
        StandardStreams.writeError("\r\(line)\u{1B}[K")
    }

    private var elapsedMilliseconds: UInt64 {
        max(1, (DispatchTime.now().uptimeNanoseconds - started) / 1_000_000)
    }

    private var line: String {
        let read = progress.bytesRead
        let rate = read * 1000 / elapsedMilliseconds
        var parts = ["\(name): \(ByteCount.text(read))"]
        if let expected = progress.bytesExpected {
            parts[0] += " of \(ByteCount.text(expected)) (\(min(100, read * 100 / expected)) %)"
        }
        parts.append("\(ByteCount.text(rate))/s")
        if let expected = progress.bytesExpected, rate > 0, expected > read {
            parts.append("\(Self.duration((expected - read) / rate)) left")
        }
        if read > 0 { parts.append("ratio \(Self.ratio(progress.bytesWritten, read))") }
        let text = parts.joined(separator: ", ")
        guard let width = Terminal.width(STDERR_FILENO), text.count >= width else { return text }
        return String(text.prefix(max(0, width - 1)))
    }

    private func emit(isFinal: Bool) {
        let read = progress.bytesRead
        let event = JSONValue.object([
            ("event", .text("progress")), ("file", .text(name)),
            ("bytes_read", .number(read)), ("bytes_written", .number(progress.bytesWritten)),
            ("bytes_expected", .optional(progress.bytesExpected)),
            ("elapsed_ms", .number(elapsedMilliseconds)),
            ("bytes_per_second", .number(read * 1000 / elapsedMilliseconds)),
            ("final", .flag(isFinal)),
        ])
        StandardStreams.writeError(event.encoded + "\n")
    }

    static func duration(_ seconds: UInt64) -> String {
        func two(_ number: UInt64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let minutes = "\(two(seconds / 60 % 60)):\(two(seconds % 60))"
        return seconds >= 3600 ? "\(seconds / 3600):\(minutes)" : minutes
    }

    /// Output over input with three decimals.
    static func ratio(_ part: UInt64, _ whole: UInt64) -> String {
        guard whole > 0 else { return "1.000" }
        let scaled = part.multipliedReportingOverflow(by: 1000)
        let thousandths = scaled.overflow ? part / (whole / 1000) : scaled.partialValue / whole
        let fraction = String(thousandths % 1000)
        let zeros = String(repeating: "0", count: 3 - fraction.utf8.count)
        return "\(thousandths / 1000).\(zeros)\(fraction)"
    }
}
