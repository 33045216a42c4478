import Foundation
import Testing

/// What the program asks the kernel for, seen by strace.
@Suite(
    "Confinement",
    .enabled(if: Confinement.isPossible, "needs strace, and a Python with cryptography"))
struct ConfinementTests {
    @Test(
        "R12: what only the container names is not connected to, opened, loaded or run",
        arguments: [
            ("coffer encrypt -q -k keyfile:key data -o own.coffer", 0),
            ("coffer encrypt -q data -o own.coffer", 0),
            ("coffer inspect mixed.coffer foreign.coffer", 0),
            ("coffer inspect -k keyfile:key mixed.coffer", 0),
            ("coffer verify -k keyfile:key mixed.coffer", 0),
            ("coffer decrypt -k keyfile:key mixed.coffer -o out", 0),
            ("coffer decrypt -k keyfile:key foreign.coffer -o -", 67),
            ("coffer decrypt foreign.coffer -o -", 67),
            ("coffer decrypt -k vault:transit/mine foreign.coffer -o -", 67),
            ("coffer decrypt -k aws-kms:arn:aws:kms:eu-west-1:1:key/mine foreign.coffer -o -", 67),
            ("coffer verify -k vault:transit/mine -k keyfile:key mixed.coffer", 0),
            ("coffer rewrap -k keyfile:key mixed.coffer --add-key alias/default", 0),
            ("coffer inspect -R .", 0),
            ("coffer verify --each-key -k keyfile:key mixed.coffer", 0),
            ("coffer rewrap -R . -k keyfile:key --complete", 1),
            ("coffer rewrap foreign.coffer --add-key alias/default", 67),
            ("coffer reencrypt -q mixed.coffer --old-key keyfile:key -k alias/default", 0),
            ("coffer cat mixed.coffer --range 0:4 -k keyfile:key", 0),
        ])
    func foreignNames(command: String, status: Int32) throws {
        let runner = try Confinement.foreignContainers()
        // Whatever the build itself is linked with.
        let linked = try Confinement.trace("coffer version", 0, runner).libraries
        let calls = try Confinement.trace(command, status, runner)
        #expect(!calls.lines.isEmpty)
        #expect(calls.lines.filter { $0.contains("connect(") } == [])
        #expect(calls.lines.filter { $0.contains("socket(AF_INET") } == [])
        #expect(calls.lines.filter { $0.contains("elsewhere") } == [])
        #expect(calls.lines.filter { $0.contains("execve(") }.count == 1)
        #expect(calls.libraries.subtracting(linked) == [])
    }

    @Test(
        "OpenSSL reads no configuration and loads no module, whatever the environment names",
        arguments: [
            "coffer encrypt -q --passphrase-file pass data -o own.coffer",
            "coffer decrypt -q --passphrase-file pass sealed.coffer -o out",
            "coffer key list",
            "coffer decrypt -q mine.coffer -o out",
        ])
    func opensslConfiguration(command: String) throws {
        let runner = try TranscriptRunner()
        try Confinement.run(
            "echo secret > pass; coffer key init -q --root-passphrase-file pass 2> log; "
                + "export COFFER_ROOT_PASSPHRASE_FILE=pass; echo data > data; "
                + "coffer encrypt -q data -o mine.coffer 2> log; "
                + "coffer encrypt -q data -o sealed.coffer --passphrase-file pass 2> log",
            0, runner)
        let calls = try Confinement.trace(
            "env COFFER_ROOT_PASSPHRASE_FILE=pass OPENSSL_CONF=elsewhere.cnf "
                + "OPENSSL_MODULES=elsewhere OPENSSL_ENGINES=elsewhere " + command, 0, runner)
        #expect(!calls.lines.isEmpty)
        #expect(
            calls.lines.filter {
                !$0.contains("execve(") && ($0.contains("elsewhere") || $0.contains("openssl.cnf"))
            } == [])
    }

    @Test(
        "The same names, once the command line says them too: agent, connection and module are seen"
    )
    func namedByCommandLine() throws {
        let runner = try Confinement.foreignContainers()
        let module = "pkcs11:token=elsewhere?module-path=/tmp/elsewhere.so"
        let calls = try Confinement.trace(
            "env VAULT_ADDR=http://127.0.0.1:9 VAULT_TOKEN=none coffer decrypt foreign.coffer -o - "
                + "-k vault:elsewhere/key -k '\(module)'", 69, runner)
        #expect(calls.lines.contains { $0.contains("execve(") && $0.contains("coffer-agent") })
        #expect(
            calls.lines.contains { $0.contains("connect(") && $0.contains("sin_port=htons(9)") })
        #expect(calls.libraries.contains("/tmp/elsewhere.so"))
    }

    @Test(
        "R12: a key that is at hand is asked where it is, and nowhere that the container says",
        .enabled(if: KeyServices.isPossible, Comment(rawValue: KeyServices.missing)))
    func ownServices() throws {
        let services = try KeyServices(["moto", "softhsm"])
        let port = try #require(
            services.environment["AWS_ENDPOINT_URL_KMS"]?.split(separator: ":").last)
        let runner = try Confinement.foreignContainers()
        let keys = "-k aws-kms:alias/backup -k '\(KeyServices.tokenKey)'"
        try Confinement.run(
            services.exports() + "strace -f -qq -s 4096 -e signal=none -e trace=%file,%network "
                + "-o trace coffer decrypt foreign.coffer -o - \(keys)", 67, runner)
        let calls = try Confinement.calls(runner)
        let connections = calls.lines.filter { $0.contains("connect(") && $0.contains("AF_INET") }
        #expect(!connections.isEmpty)
        #expect(connections.allSatisfy { $0.contains("sin_port=htons(\(port))") })
        #expect(calls.lines.filter { $0.contains("elsewhere") } == [])
        #expect(calls.libraries.contains("/usr/lib/softhsm/libsofthsm2.so"))
        #expect(calls.lines.filter { $0.contains("execve(") }.count == 2)
    }

    @Test("The check sees a connection, a foreign name, a program and a library")
    func alarms() throws {
        let runner = try TranscriptRunner()
        let calls = try Confinement.trace(
            "bash -c 'true < /tmp/elsewhere; cat /dev/null; true < /tmp/x.so; "
                + "true < /dev/tcp/127.0.0.1/9' 2> log", 1, runner)
        #expect(calls.lines.contains { $0.contains("socket(AF_INET") })
        #expect(calls.lines.contains { $0.contains("connect(") })
        #expect(calls.lines.contains { $0.contains("elsewhere") })
        #expect(calls.lines.filter { $0.contains("execve(") }.count == 2)
        #expect(calls.libraries.contains("/tmp/x.so"))
    }
}

enum Confinement {
    struct Calls {
        let lines: [String]

        /// Shared objects that were opened or looked for.
        var libraries: Set<String> {
            Set(
                lines.flatMap { $0.split(separator: "\"") }.map(String.init)
                    .filter { $0.hasSuffix(".so") || $0.contains(".so.") })
        }
    }

    static let python = ProcessInfo.processInfo.environment["COFFER_TEST_PYTHON"] ?? "python3"

    static let isPossible: Bool = {
        let step = Transcript.Step(
            line: 0,
            command: "strace -o log true && \(python) -c 'import cryptography, zstandard'")
        return (try? TranscriptRunner().run(step).status) == 0
    }()

    /// The calls that name files, programs or addresses, of all threads and children.
    static func trace(
        _ command: String, _ status: Int32, _ runner: borrowing TranscriptRunner
    ) throws -> Calls {
        try run(
            "strace -f -qq -s 4096 -e signal=none -e trace=%file,%network -o trace \(command)",
            status, runner)
        return try calls(runner)
    }

    static func calls(_ runner: borrowing TranscriptRunner) throws -> Calls {
        let text = try String(
            contentsOf: runner.directory.appendingPathComponent("trace"), encoding: .utf8)
        return Calls(lines: text.split(separator: "\n").map(String.init))
    }

    /// mixed.coffer, which the key file opens, and foreign.coffer; a keystore, and data.
    static func foreignContainers() throws -> TranscriptRunner {
        let runner = try TranscriptRunner()
        try run(
            "coffer key create -q --file key; coffer key init -q 2> log; echo data > data; "
                + "\(python) -B \"$TRANSCRIPTS/../foreign-recipients.py\" key",
            0, runner)
        return runner
    }

    static func run(
        _ command: String, _ status: Int32, _ runner: borrowing TranscriptRunner
    ) throws {
        let outcome = try runner.run(Transcript.Step(line: 0, command: command))
        #expect(
            outcome.status == status, "\(command)\n\(outcome.errors.joined(separator: "\n"))")
    }
}
