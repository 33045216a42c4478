import ArgumentParser
import Foundation
import Testing

@testable import CofferCLI

/// The manual pages against the program.
@Suite("Manual")
struct ManualTests {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Formats/man")

    private func page(_ name: String) throws -> [String] {
        try String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)
            .components(separatedBy: "\n")
    }

    /// What stands behind `Fl`, with its dashes: `-k`, `--key`.
    private func documented() throws -> Set<String> {
        var options: Set<String> = []
        for line in try page("coffer.1") where line.hasPrefix(".") {
            let words = line.dropFirst().split(separator: " ")
            for (word, next) in zip(words, words.dropFirst()) where word == "Fl" {
                options.insert("-" + next)
            }
        }
        return options
    }

    /// Every verb that is shown, with the words that name it.
    private func verbs(
        _ command: any ParsableCommand.Type = CofferCommand.self, _ path: [String] = []
    ) -> [(path: [String], command: any ParsableCommand.Type)] {
        let below = command.configuration.subcommands.filter(\.configuration.shouldDisplay)
        return [(path, command)]
            + below.flatMap { verbs($0, path + [$0.configuration.commandName ?? ""]) }
    }

    private func options(_ command: any ParsableCommand.Type) -> Set<String> {
        var options: Set<String> = []
        for line in command.helpMessage(columns: 100).components(separatedBy: "\n") {
            // An option's own line begins with two spaces, what is said of it with many.
            guard line.hasPrefix("  -"), !line.hasPrefix("   ") else { continue }
            for word in line.split(whereSeparator: { $0 == " " || $0 == "," }) {
                guard word.hasPrefix("-") else { break }
                options.insert(String(word))
            }
        }
        return options
    }

    @Test("Every option of a verb is in coffer(1), and every one that is there is a verb's")
    func options() throws {
        let known = verbs().reduce(into: Set<String>()) { $0.formUnion(options($1.command)) }
        let documented = try documented()
        #expect(known.count > 60)
        #expect(known.subtracting(documented).sorted() == [])
        #expect(documented.subtracting(known).sorted() == [])
    }

    @Test("Every verb is in coffer(1)")
    func everyVerb() throws {
        let text = try page("coffer.1").joined(separator: "\n")
        for (path, _) in verbs() where !path.isEmpty {
            let name = path.joined(separator: " ")
            #expect(text.contains("Cm \(name)") || text.contains("Cm \(path[0])\n"), "\(name)")
            #expect(text.contains(path.last ?? ""), "\(name)")
        }
    }

    @Test("Every code of a failure's exit is in coffer(1)")
    func exitCodes() throws {
        let lines = Set(try page("coffer.1"))
        for code in FailureCode.allCases where code != .brokenPipe {
            #expect(lines.contains(".It \(code.exitCode)"), "\(code)")
        }
    }

    @Test("mandoc finds nothing to warn of")
    func lint() throws {
        let runner = try TranscriptRunner()
        let step = Transcript.Step(
            line: 0, command: "mandoc -T lint -W warning '\(Self.folder.path)'/*.[157]")
        let outcome = try runner.run(step)
        #expect(outcome.output == [] && outcome.errors == [] && outcome.status == 0)
    }
}
