import Foundation
import Testing

/// One file of Transcripts/: commands in one directory, and what each has to do.
///
///     # The claim that it proves
///     $ a command, for bash
///     < a line of its standard input
///     > a line of standard output
///     ! a line of standard error
///     = its exit code, if not 0
///     + the files that are there afterwards, if that is to be checked
///
/// In expected lines `[..]` stands for any text, and a line `...` for any number of lines.
struct Transcript: CustomTestStringConvertible, Sendable {
    struct Step: Sendable {
        let line: Int
        let command: String
        var input: [String] = []
        var output: [String] = []
        var errors: [String] = []
        var status: Int32 = 0
        var files: [String]?
    }

    let name: String
    let title: String
    let steps: [Step]

    /// It mounts file systems of its own, which not every machine lets a test do.
    var mounts: Bool { name.hasPrefix("mounted-") }

    var testDescription: String { "\(name): \(title)" }

    /// Read from the folder, so that none can be forgotten.
    static let all: [Transcript] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".txt") }.sorted().map { name in
            let url = folder.appendingPathComponent(name)
            let text = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
            return Transcript(name: name, text: text)
        }
    }()

    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Transcripts")

    init(name: String, text: String) {
        self.name = name
        var title = ""
        var steps: [Step] = []
        for (index, line) in text.components(separatedBy: "\n").enumerated() {
            let rest = String(line.dropFirst(2))
            guard let mark = line.first else { continue }
            let last = steps.count - 1
            switch (mark, last >= 0) {
            case ("#", _): if title.isEmpty { title = rest }
            case ("$", _): steps.append(Step(line: index + 1, command: rest))
            case ("<", true): steps[last].input.append(rest)
            case (">", true): steps[last].output.append(rest)
            case ("!", true): steps[last].errors.append(rest)
            case ("=", true): steps[last].status = Int32(rest) ?? -1
            case ("+", true): steps[last].files = rest.split(separator: " ").map(String.init)
            default: steps.append(Step(line: index + 1, command: "exit 99 # malformed: \(line)"))
            }
        }
        self.title = title
        self.steps = steps
    }
}
