import Foundation
import Testing

/// A `cofferd` of its own for each script: made, served, and ended with it.
///
/// A script says only what went wrong. It finds `$URL` and the credentials of the account's root in
/// AWS's variables, `$PYTHON`, `$SCRIPTS` (the folder Sessions), and these functions:
///
///     check STATUS COMMAND…   the command ends with this status; its output is in out and err
///     says TEXT…              in out or err
///     serve OPTION…           starts cofferd, whose process is $SERVER and its address $URL
///     stop                    SIGTERM, and waits
enum Daemon {
    static let python = ProcessInfo.processInfo.environment["COFFER_TEST_PYTHON"] ?? "python3"
    static let missing = "needs the packages of Scripts/python/requirements.txt"

    static let isPossible: Bool = (try? shell("\(python) -c 'import boto3, awscli'"))?.status == 0

    struct Outcome {
        let output: String
        let status: Int32
    }

    /// - Parameters:
    ///   - serves: `cofferd` is there when the script begins.
    ///   - mounts: what the script mounts is seen by it alone, and goes with it.
    static func run(serves: Bool = true, mounts: Bool = false, _ script: String) throws {
        let outcome = try shell(
            mounts: mounts,
            """
            URL= SERVER=
            for n in {3..255}; do eval "exec $n>&-"; done
            trap '[ -z "$SERVER" ] || { kill -9 $SERVER; wait $SERVER; } 2> /dev/null' EXIT
            check() {
                local want=$1 got; shift
                "$@" > out 2> err < /dev/null; got=$?
                [ $got = $want ] || { echo "FAILED: $got and not $want: $*"; cat out err; }
            }
            says() { for t in "$@"; do grep -qe "$t" out err || { echo "FAILED: no $t"; cat out err; }; done; }
            serve() {
                : > log
                cofferd serve --listen 127.0.0.1:0 "$@" 2>> log < /dev/null & SERVER=$!
                for _ in $(seq 2400); do
                    grep -q '^note: serving' log && break
                    kill -0 $SERVER 2> /dev/null || { echo "FAILED: not started"; cat log; break; }
                    sleep 0.05
                done
                URL=$(sed -n 's/^note: serving //p' log); export URL AWS_ENDPOINT_URL=$URL
                [ -n "$URL" ] || { echo "FAILED: not serving"; cat log; }
            }
            stop() {
                kill $SERVER; wait $SERVER; local got=$?; SERVER=
                [ $got = 0 ] || { echo "FAILED: stopped with $got"; cat log; }
            }
            init() { eval "$(cofferd init 2> err)" || { echo "FAILED: init"; cat err; }; }
            export PYTHON='\(python)' SCRIPTS='\(scripts.path)' AWS_EC2_METADATA_DISABLED=true
            aws() { "$(dirname "$PYTHON")/aws" "$@"; }
            \(serves ? "init; serve" : "")
            \(script)
            """)
        #expect(outcome.output == "")
        #expect(outcome.status == 0)
    }

    private static let scripts = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Sessions")

    /// Where the build has put the programs: beside the test bundle.
    private static let programs: URL = {
        let own =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? own
        return URL(fileURLWithPath: bundle).deletingLastPathComponent()
    }()

    /// The C compiler that comes with Swift.
    static let compiler: String? = (ProcessInfo.processInfo.environment["PATH"] ?? "")
        .split(separator: ":").map { $0 + "/clang" }
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    static let canMount: Bool =
        (try? shell(mounts: true, "mount -t tmpfs tmpfs . && test $(id -u) = 0"))?.status == 0

    static func shell(mounts: Bool = false, _ script: String) throws -> Outcome {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("cofferd-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: folder) }
        let process = Process()
        let command = (mounts ? ["unshare", "-m"] : []) + ["/bin/bash", "-c", script]
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.currentDirectoryURL = folder
        process.environment = [
            "PATH": programs.path + ":/usr/local/bin:/usr/bin:/bin", "HOME": folder.path,
            "COFFER_HOME": folder.appendingPathComponent("keystore").path,
            "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1",
        ]
        let output = folder.appendingPathComponent("said")
        _ = FileManager.default.createFile(atPath: output.path, contents: nil)
        let handle = try FileHandle(forWritingTo: output)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = handle
        process.standardError = handle
        try process.run()
        process.waitUntilExit()
        return Outcome(
            output: try String(contentsOf: output, encoding: .utf8),
            status: process.terminationStatus)
    }
}
