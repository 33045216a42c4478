import Dispatch
import Synchronization

/// What a run has done so far, for its last line.
final class WorkTally: Sendable {
    struct Counts: Equatable {
        var files: UInt64 = 0
        var failed: UInt64 = 0
        /// Of many files: there was nothing to do any more.
        var already: UInt64 = 0
        /// Found, and passed over by the rules of the verb; not one of the files.
        var leftOut: UInt64 = 0
        var bytesRead: UInt64 = 0
        var bytesWritten: UInt64 = 0
        var warnings: UInt64 = 0
        /// Data went through, however much; a look at headers has its own last line.
        var hasData = false
        /// Somebody saw how it went on, and wants to see how it ended.
        var wasShown = false
    }

    private let counts = Mutex(Counts())
    private let start = DispatchTime.now().uptimeNanoseconds

    func add(read: UInt64, written: UInt64, wasShown: Bool) {
        counts.withLock { counts in
            counts.hasData = true
            counts.bytesRead += read
            counts.bytesWritten += written
            counts.wasShown = counts.wasShown || wasShown
        }
    }

    func done() { counts.withLock { $0.files += 1 } }

    func failed() {
        counts.withLock { counts in
            counts.files += 1
            counts.failed += 1
        }
    }

    func already() {
        counts.withLock { counts in
            counts.files += 1
            counts.already += 1
        }
    }

    func leftOut() { counts.withLock { $0.leftOut += 1 } }

    func warned() { counts.withLock { $0.warnings += 1 } }

    var current: Counts { counts.withLock { $0 } }

    /// Says it where somebody wants to know.
    func summarize(_ console: Console) {
        let counts = counts.withLock { $0 }
        let elapsed = DispatchTime.now().uptimeNanoseconds - start
        guard counts.files > 0, counts.hasData else { return }
        if console.progress == .json {
            StandardStreams.writeError(Self.event(counts, elapsed).encoded + "\n")
        } else if !console.isJSON, console.progress != .never,
            // Of one that failed there is an error to read instead.
            counts.files > 1 || counts.wasShown && counts.failed == 0,
            counts.wasShown || console.isVerbose
        {
            StandardStreams.writeError(Self.text(counts, elapsed) + "\n")
        }
    }

    static func text(_ counts: Counts, _ nanoseconds: UInt64) -> String {
        var parts = [counts.files == 1 ? "1 file" : "\(counts.files) files"]
        if counts.failed > 0 { parts.append("\(counts.failed) failed") }
        parts.append("\(ByteCount.text(counts.bytesRead)) in")
        parts.append("\(ByteCount.text(counts.bytesWritten)) out")
        parts.append("ratio \(ProgressMeter.ratio(counts.bytesWritten, counts.bytesRead))")
        parts.append("\(ByteCount.text(ProgressMeter.rate(counts.bytesRead, nanoseconds)))/s")
        parts.append("in \(ProgressMeter.duration(nanoseconds / ProgressMeter.second))")
        if counts.warnings > 0 {
            parts.append(counts.warnings == 1 ? "1 warning" : "\(counts.warnings) warnings")
        }
        return "done: " + parts.joined(separator: ", ")
    }

    static func event(_ counts: Counts, _ nanoseconds: UInt64) -> JSONValue {
        .object([
            ("event", .text("summary")), ("files", .number(counts.files)),
            ("failed", .number(counts.failed)), ("bytes_read", .number(counts.bytesRead)),
            ("bytes_written", .number(counts.bytesWritten)),
            ("ratio", .decimal(ProgressMeter.ratio(counts.bytesWritten, counts.bytesRead))),
            ("elapsed_ms", .number(max(1, nanoseconds / 1_000_000))),
            ("bytes_per_second", .number(ProgressMeter.rate(counts.bytesRead, nanoseconds))),
            ("warnings", .number(counts.warnings)),
        ])
    }
}
