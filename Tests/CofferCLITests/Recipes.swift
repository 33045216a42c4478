import Foundation

/// How the recipes of coffer-recipes(7) are run.
enum Recipes {
    static let isPossible: Bool = {
        let step = Transcript.Step(
            line: 0,
            command: "command -v rclone restic borg systemd-analyze "
                + "&& ls /usr/lib/postgresql/*/bin/initdb "
                + "&& \(Confinement.python) -c 'import moto.server, awscli' "
                + "&& ls \"$(dirname \(Confinement.python))/weed\"")
        return (try? TranscriptRunner().run(step).status) == 0
    }()

    /// Runs a script in a folder with a key file `key`, which COFFER_KEYS names.
    static func run(
        _ script: String, with helper: String = "bash -c",
        _ runner: borrowing TranscriptRunner
    ) throws -> TranscriptRunner.Outcome {
        let quoted = script.replacing("'", with: "'\\''")
        let step = Transcript.Step(
            line: 0,
            command: "test -e key || coffer key create -q --file key; "
                + "export COFFER_KEYS=keyfile:$PWD/key; \(helper) 'set -e; \(quoted)'")
        return try runner.run(step)
    }

    /// A PostgreSQL with an empty database `shop`.
    static let postgres = "\"$TRANSCRIPTS/../with-postgres.sh\""

    /// `moto` or `seaweedfs`, with an empty bucket `backups`.
    static func s3(_ service: String) -> String {
        "\(Confinement.python) \"$TRANSCRIPTS/../with-s3.py\" \(service)"
    }

    /// The examples of coffer-recipes(7), as who reads the page gets them.
    static func examples() throws -> [[String]] {
        let page = Transcript.folder.appendingPathComponent(
            "../../../Formats/man/coffer-recipes.7")
        var examples: [[String]] = []
        var isExample = false
        for line in try String(contentsOf: page, encoding: .utf8).components(separatedBy: "\n") {
            switch line {
            case ".Bd -literal -offset indent":
                isExample = true
                examples.append([])
            case ".Ed": isExample = false
            default:
                guard isExample else { continue }
                examples[examples.count - 1].append(line.replacing("\\e", with: "\\"))
            }
        }
        return examples
    }
}
