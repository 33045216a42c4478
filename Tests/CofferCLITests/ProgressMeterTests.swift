import Testing

@testable import CofferCLI

/// Time is an argument: nothing here waits.
@Suite struct ProgressMeterTests {
    private let second = ProgressMeter.second
    private let mebibyte: UInt64 = 1 << 20

    private func meter(
        _ style: ProgressMeter.Style, insistent: Bool = false
    ) -> ProgressMeter {
        ProgressMeter(name: "'f'", style: style, isInsistent: insistent, at: 100 * second)
    }

    private func sample(_ read: UInt64, of expected: UInt64? = nil) -> ProgressMeter.Sample {
        .init(bytesRead: read, bytesWritten: read / 4, bytesExpected: expected)
    }

    @Test("Work of less than a second shows nothing")
    func quick() {
        var meter = meter(.line)
        #expect(meter.tick(sample(mebibyte), at: 100 * second + second - 1) == nil)
        #expect(meter.finish(sample(mebibyte), at: 100 * second + second - 1) == nil)
        #expect(!meter.hasSpoken)
    }

    @Test("On a terminal: bytes, rate, time left and ratio, drawn over and taken away")
    func line() {
        var meter = meter(.line)
        let part = sample(10 * mebibyte, of: 40 * mebibyte)
        #expect(
            meter.tick(part, at: 102 * second)
                == "\r'f': 10 MiB of 40 MiB (25 %), 5 MiB/s, 00:06 left, ratio 0.250\u{1B}[K")
        #expect(meter.tick(part, at: 102 * second + second / 10) == nil)
        #expect(meter.tick(part, at: 102 * second + second / 5) != nil)
        #expect(meter.finish(part, at: 103 * second) == "\r\u{1B}[K")
    }

    @Test("A line is cut to the terminal's width, as one that wraps cannot be drawn over")
    func width() {
        var meter = meter(.line)
        #expect(meter.tick(sample(mebibyte), width: 10, at: 102 * second) == "\r'f': 1 Mi\u{1B}[K")
    }

    @Test("Nothing is said of the length of a stream")
    func stream() {
        var meter = meter(.line)
        #expect(
            meter.tick(sample(3 * mebibyte), at: 101 * second)
                == "\r'f': 3 MiB, 3 MiB/s, ratio 0.250\u{1B}[K")
    }

    @Test("The time left is reckoned with the last seconds' rate, and is not said of a standstill")
    func recent() {
        var meter = meter(.line)
        let expected = 1000 * mebibyte
        for time in UInt64(1)...20 {
            _ = meter.tick(sample(time * 10 * mebibyte, of: expected), at: (100 + time) * second)
        }
        // 1 MiB a second from here on.
        var text: String?
        for time in UInt64(1)...15 {
            text = meter.tick(
                sample((200 + time) * mebibyte, of: expected), at: (120 + time) * second)
        }
        #expect(text?.contains(", 1 MiB/s, 13:05 left,") == true, "\(text ?? "")")
        for time in UInt64(16)...30 {
            text = meter.tick(sample(215 * mebibyte, of: expected), at: (120 + time) * second)
        }
        #expect(text?.contains(", 0 B/s, ratio") == true, "\(text ?? "")")
    }

    @Test("Where there is no terminal: plain lines, one every ten seconds, and the last state")
    func plain() {
        var meter = meter(.plain, insistent: true)
        var lines: [String] = []
        for time in UInt64(1)...25 {
            if let line = meter.tick(sample(time * mebibyte), at: (100 + time) * second) {
                lines.append(line)
            }
        }
        #expect(lines.count == 3)
        #expect(
            lines.allSatisfy { $0.hasSuffix("\n") && !$0.contains("\u{1B}") && !$0.contains("\r") })
        #expect(
            meter.finish(sample(25 * mebibyte), at: 125 * second)
                == "'f': 25 MiB, 1 MiB/s, in 00:25, ratio 0.250\n")
    }

    @Test("Events have these names, one a second, and one that is final even of quick work")
    func events() {
        var meter = meter(.events)
        #expect(meter.tick(sample(1), at: 100 * second + second / 2) == nil)
        #expect(
            meter.tick(sample(mebibyte, of: 4 * mebibyte), at: 101 * second)
                == #"{"event":"progress","file":"'f'","bytes_read":1048576,"bytes_written":262144,"#
                + #""bytes_expected":4194304,"elapsed_ms":1000,"bytes_per_second":1048576,"#
                + #""seconds_left":3,"ratio":0.250,"final":false}"# + "\n")
        #expect(meter.tick(sample(mebibyte), at: 101 * second + second / 2) == nil)
        #expect(
            meter.finish(sample(mebibyte), at: 101 * second + second / 2)?
                .hasSuffix(#""seconds_left":0,"ratio":0.250,"final":true}"# + "\n") == true)
    }

    @Test("Who asks gets a line whatever the style, on a line of its own")
    func status() {
        var silent = meter(.silent)
        #expect(
            silent.status(sample(mebibyte), at: 101 * second)
                == "'f': 1 MiB, 1 MiB/s, ratio 0.250\n")
        #expect(silent.finish(sample(mebibyte), at: 101 * second) == nil)
        var line = meter(.line)
        _ = line.tick(sample(mebibyte), at: 101 * second)
        #expect(line.status(sample(mebibyte), at: 102 * second).hasPrefix("\r\u{1B}[K'f'"))
        var events = meter(.events)
        #expect(
            events.status(sample(mebibyte), at: 101 * second).hasPrefix(#"{"event":"progress""#))
    }

    @Test("Nothing and everything are no trouble")
    func extremes() {
        var meter = meter(.line, insistent: true)
        #expect(
            meter.finish(sample(0, of: 0), at: 100 * second)
                == "\r'f': 0 B, 0 B/s, in 00:00\u{1B}[K\n")
        let text = meter.status(sample(.max, of: .max), at: .max)
        #expect(text.contains("(100 %)"))
    }

    @Test("Whether a line, lines, events or nothing is shown")
    func styles() {
        var console = Console()
        console.progress = .auto
        #expect(ProgressDisplay.style(console, isTerminal: true) != .silent)
        #expect(ProgressDisplay.style(console, isTerminal: false) == .silent)
        console.isQuiet = true
        #expect(ProgressDisplay.style(console, isTerminal: true) == .silent)
        console.progress = .always
        #expect(ProgressDisplay.style(console, isTerminal: false) == .plain)
        console.progress = .json
        #expect(ProgressDisplay.style(console, isTerminal: true) == .events)
        console.progress = .never
        #expect(ProgressDisplay.style(console, isTerminal: true) == .silent)
    }

    @Test("The last line sums up files, bytes, ratio, rate, time and warnings")
    func summary() {
        var counts = WorkTally.Counts()
        counts.files = 3
        counts.bytesRead = 30 * mebibyte
        counts.bytesWritten = 10 * mebibyte
        #expect(
            WorkTally.text(counts, 10 * second)
                == "done: 3 files, 30 MiB in, 10 MiB out, ratio 0.333, 3 MiB/s, in 00:10")
        counts.files = 1
        counts.failed = 1
        counts.warnings = 2
        #expect(
            WorkTally.text(counts, 10 * second)
                == "done: 1 file, 1 failed, 30 MiB in, 10 MiB out, ratio 0.333, 3 MiB/s, in 00:10, 2 warnings"
        )
        #expect(
            WorkTally.event(counts, 10 * second).encoded
                == #"{"event":"summary","files":1,"failed":1,"bytes_read":31457280,"#
                + #""bytes_written":10485760,"ratio":0.333,"elapsed_ms":10000,"#
                + #""bytes_per_second":3145728,"warnings":2}"#)
    }
}
