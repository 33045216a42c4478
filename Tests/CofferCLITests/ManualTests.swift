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

    private struct Verb {
        let name: String
        let type: any ParsableCommand.Type
    }

    /// Every verb that is shown, with the words that name it.
    private func verbs() -> [Verb] {
        var found = [Verb(name: "", type: CofferCommand.self)]
        var next = 0
        while next < found.count {
            let verb = found[next]
            next += 1
            for type in verb.type.configuration.subcommands {
                let configuration = type.configuration
                guard configuration.shouldDisplay, let word = configuration.commandName else {
                    continue
                }
                found.append(
                    Verb(name: verb.name.isEmpty ? word : "\(verb.name) \(word)", type: type))
            }
        }
        return found
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
        var known: Set<String> = []
        for verb in verbs() { known.formUnion(options(verb.type)) }
        let documented = try documented()
        #expect(known.count > 60)
        #expect(known.subtracting(documented).sorted() == [])
        #expect(documented.subtracting(known).sorted() == [])
    }

    /// A part of coffer(1) under a heading of its own: the options that are explained there, and the
    /// parts that it refers to.
    private struct Part {
        let verbs: [String]
        var options: Set<String> = []
        var references: Set<String> = []
    }

    /// By heading; what several verbs share is there under the name of each.
    private func parts() throws -> [String: Part] {
        var parts: [String: Part] = [:]
        var names: [String] = []
        for line in try page("coffer.1") {
            let words = line.split(separator: " ").map(String.init)
            switch words.first {
            case ".Sh": names = []
            case ".Ss":
                names = words.dropFirst().joined(separator: " ").components(separatedBy: " , ")
                for name in names { parts[name] = Part(verbs: names) }
            case ".Sx":
                let end = words.last.map { ",;.".contains($0) } == true ? 1 : 0
                let title = words.dropFirst().dropLast(end).joined(separator: " ")
                for name in names { parts[name]?.references.insert(title) }
            case ".It":
                for (word, next) in zip(words, words.dropFirst()) where word == "Fl" {
                    for name in names { parts[name]?.options.insert("-" + next) }
                }
            default: break
            }
        }
        return parts
    }

    @Test("Every verb has a part of coffer(1) with all of its options, and with no others")
    func optionsOfVerbs() throws {
        let parts = try parts()
        let known = verbs().filter { $0.type.configuration.subcommands.isEmpty }
            .reduce(into: [:]) { $0[$1.name] = options($1.type).union(["-h", "--help"]) }
        #expect(known.count > 25)
        for (verb, options) in known {
            let part = try #require(parts[verb], "\(verb)")
            var documented = part.options.union(["-h", "--help"])
            for title in part.references { documented.formUnion(parts[title]?.options ?? []) }
            #expect(options.subtracting(documented).sorted() == [], "\(verb)")
            // Each of several verbs may lack what is another one's.
            let all = part.verbs.reduce(into: Set<String>()) { $0.formUnion(known[$1] ?? []) }
            #expect(documented.subtracting(all).sorted() == [], "\(verb)")
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
