import FileIO

/// What is said of long work, and when. Time is nanoseconds of any clock that only goes forward.
///
///     line    one line of a terminal, drawn over again five times a second
///     plain   a line of its own every ten seconds, for files and pipes
///     events  one JSON object a second
///
/// Nothing is said before ``firstDelay``, so that quick work is silent; what is said at the end
/// depends on the style.
struct ProgressMeter {
    struct Sample: Equatable {
        var bytesRead: UInt64 = 0
        var bytesWritten: UInt64 = 0
        /// How many bytes there are to read, where that is known.
        var bytesExpected: UInt64?
    }

    enum Style: Equatable {
        case line, plain, events
        /// Only what is asked for.
        case silent
    }

    static let second: UInt64 = 1_000_000_000
    /// The rate that the time left is reckoned with is that of the last seconds.
    private static let window = 10 * second

    let name: String
    let style: Style
    /// Said even of quick work: the last state stays.
    let isInsistent: Bool
    private let start: UInt64
    private(set) var due: UInt64
    /// Something was drawn that has to be taken away.
    private(set) var isDrawn = false
    private(set) var hasSpoken = false
    private var recent: [(time: UInt64, bytes: UInt64)]

    init(name: String, style: Style, isInsistent: Bool, at now: UInt64) {
        self.name = name
        self.style = style
        self.isInsistent = isInsistent
        start = now
        due = now + Self.firstDelay(style, isInsistent)
        recent = [(now, 0)]
    }

    private static func firstDelay(_ style: Style, _ isInsistent: Bool) -> UInt64 {
        style == .line && isInsistent ? second / 5 : second
    }

    private var interval: UInt64 {
        switch style {
        case .line: Self.second / 5
        case .plain: 10 * Self.second
        case .events: Self.second
        case .silent: .max
        }
    }

    /// What to write to standard error now; nothing where it is not time yet.
    mutating func tick(_ sample: Sample, width: Int? = nil, at now: UInt64) -> String? {
        guard style != .silent, now >= due else { return nil }
        note(sample, now)
        due = now + interval
        hasSpoken = true
        switch style {
        case .line:
            isDrawn = true
            return "\r\(Self.cut(text(sample, now), width))\u{1B}[K"
        case .plain: return text(sample, now) + "\n"
        case .events: return event(sample, now, isFinal: false).encoded + "\n"
        case .silent: return nil
        }
    }

    /// What to write at the end. What follows starts at the left.
    mutating func finish(_ sample: Sample, width: Int? = nil, at now: UInt64) -> String? {
        note(sample, now)
        defer { isDrawn = false }
        switch style {
        case .line where isInsistent:
            hasSpoken = true
            return "\r\(Self.cut(text(sample, now, isDone: true), width))\u{1B}[K\n"
        case .line: return isDrawn ? "\r\u{1B}[K" : nil
        case .plain where isInsistent:
            hasSpoken = true
            return text(sample, now, isDone: true) + "\n"
        case .events:
            hasSpoken = true
            return event(sample, now, isFinal: true).encoded + "\n"
        case .plain, .silent: return nil
        }
    }

    /// A line for whoever asks (SIGUSR1), whatever the style.
    mutating func status(_ sample: Sample, at now: UInt64) -> String {
        note(sample, now)
        if style == .events { return event(sample, now, isFinal: false).encoded + "\n" }
        return (isDrawn ? "\r\u{1B}[K" : "") + text(sample, now) + "\n"
    }

    private mutating func note(_ sample: Sample, _ now: UInt64) {
        recent.append((now, sample.bytesRead))
        // One that is older stays, so that the window is full.
        while recent.count > 2, now - recent[1].time >= Self.window { recent.removeFirst() }
    }

    /// Bytes a second of late, 0 where none come any more.
    private func recentRate(_ sample: Sample, _ now: UInt64) -> UInt64 {
        let oldest = recent[0]
        return Self.rate(sample.bytesRead - min(oldest.bytes, sample.bytesRead), now - oldest.time)
    }

    static func rate(_ bytes: UInt64, _ nanoseconds: UInt64) -> UInt64 {
        let milliseconds = max(1, nanoseconds / 1_000_000)
        let (product, overflow) = bytes.multipliedReportingOverflow(by: 1000)
        return overflow ? bytes / milliseconds * 1000 : product / milliseconds
    }

    private func left(_ sample: Sample, _ now: UInt64) -> UInt64? {
        let rate = recentRate(sample, now)
        guard let expected = sample.bytesExpected, rate > 0, expected > sample.bytesRead else {
            return nil
        }
        return (expected - sample.bytesRead) / rate
    }

    private func text(_ sample: Sample, _ now: UInt64, isDone: Bool = false) -> String {
        let read = sample.bytesRead
        var parts = ["\(name): \(ByteCount.text(read))"]
        if !isDone, let expected = sample.bytesExpected, expected > 0 {
            let percent = Double(read) / Double(expected) * 100
            parts[0] += " of \(ByteCount.text(expected)) (\(Int(min(100, percent))) %)"
        }
        let rate = isDone ? Self.rate(read, now - start) : recentRate(sample, now)
        parts.append("\(ByteCount.text(rate))/s")
        if isDone {
            parts.append("in \(Self.duration((now - start) / Self.second))")
        } else if let left = left(sample, now) {
            parts.append("\(Self.duration(left)) left")
        }
        if read > 0 { parts.append("ratio \(Self.ratio(sample.bytesWritten, read))") }
        return parts.joined(separator: ", ")
    }

    private func event(_ sample: Sample, _ now: UInt64, isFinal: Bool) -> JSONValue {
        let milliseconds = max(1, (now - start) / 1_000_000)
        return .object([
            ("event", .text("progress")), ("file", .text(name)),
            ("bytes_read", .number(sample.bytesRead)),
            ("bytes_written", .number(sample.bytesWritten)),
            ("bytes_expected", .optional(sample.bytesExpected)),
            ("elapsed_ms", .number(milliseconds)),
            ("bytes_per_second", .number(Self.rate(sample.bytesRead, now - start))),
            ("seconds_left", .optional(isFinal ? 0 : left(sample, now))),
            ("ratio", .decimal(Self.ratio(sample.bytesWritten, sample.bytesRead))),
            ("final", .flag(isFinal)),
        ])
    }

    /// A line that wraps cannot be drawn over.
    private static func cut(_ text: String, _ width: Int?) -> String {
        guard let width, text.count >= width else { return text }
        return String(text.prefix(max(0, width - 1)))
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
