import Foundation
import Testing

/// Sessions with `coffer` and an agent that holds a key file (AgentProbe), in place of Vault.
@Suite("The program and its agent")
struct AgentTests {
    @Test("A container is made and opened through the agent of the session, which is then stopped")
    func session() throws {
        let agent = try SessionAgent()
        try agent.run("coffer encrypt -q -k vault:test/a data -o a.coffer", 0)
        try agent.run("coffer decrypt -q -k vault:test/a a.coffer -o out; cmp data out", 0)
        try agent.run("coffer decrypt -q -k vault:test/b a.coffer -o -", 67)
        try agent.run("coffer-agent status | grep -q requests", 0)
        try agent.run("coffer-agent lock", 0)
        try agent.run(
            "coffer-agent stop; for _ in $(seq 600); do test -e $SOCKET || exit 0; sleep 0.1; done; exit 1",
            0)
        try agent.run("coffer-agent status", 69)
    }

    @Test("The PIN comes from a descriptor, a file or the environment, and a wrong one is refused")
    func pins() throws {
        let agent = try SessionAgent()
        try agent.run("coffer encrypt -q -k vault:test/pin-a data -o a.coffer", 77)
        let wrong = "COFFER_PIN=9 coffer encrypt -q -k vault:test/pin-a data -o a.coffer"
        #expect(try agent.run(wrong, 77).contains { $0.contains("is wrong") })
        try agent.run(
            "coffer encrypt -q --pin-fd 5 -k vault:test/pin-a data -o a.coffer 5< <(echo 1234)", 0)
        try agent.run("coffer-agent lock", 0)
        try agent.run(
            "COFFER_PIN=1234 coffer decrypt -q -k vault:test/pin-a a.coffer -o out", 0)
    }

    @Test(
        "What the service says has its exit code",
        arguments: [("denied", 77), ("away", 69), ("a/nothing", 0)] as [(String, Int32)])
    func codes(name: String, status: Int32) throws {
        let agent = try SessionAgent()
        try agent.run("coffer encrypt -q -k vault:test/\(name) data -o a.coffer", status)
    }

    @Test("coffer starts its agent, and a service that is not configured is an ordinary error")
    func started() throws {
        let runner = try TranscriptRunner()
        let outcome = try runner.run(
            Transcript.Step(
                line: 0, command: "echo d > data; coffer encrypt -k vault:test/a data -o a.coffer"))
        #expect(outcome.status == 78)
        #expect(outcome.errors.contains { $0.contains("VAULT_ADDR") })
        #expect(try runner.files() == ["data"])
    }

    @Test("An agent that is started for the session answers where it says, and only its user")
    func start() throws {
        let runner = try TranscriptRunner()
        let step = """
            export XDG_RUNTIME_DIR=$PWD; eval "$(coffer-agent start --idle 60)"
            test "$(stat -c %a "$(dirname "$COFFER_AGENT_SOCKET")")" = 700 || exit 3
            coffer-agent status | grep -q 'ends when idle in' || exit 4
            PID=$(coffer-agent status | sed 's/process \\([0-9]*\\),.*/\\1/')
            grep -q 'Max core file size *0 *0' /proc/$PID/limits || exit 5
            coffer-agent stop || exit 6
            for _ in $(seq 600); do test -e "$COFFER_AGENT_SOCKET" || exit 0; sleep 0.1; done
            exit 7
            """
        let outcome = try runner.run(Transcript.Step(line: 0, command: step))
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    @Test(
        "A PKCS#11 module is named by the command line or the user's own configuration only",
        arguments: [
            "COFFER_KEYS='pkcs11:token=a?module-path=/tmp/x.so' coffer encrypt data -o a.coffer",
            "echo 'pkcs11:token=a?module-name=x' > k; coffer encrypt -K k data -o a.coffer",
            """
            mkdir -p .config/coffer; echo '{"services":{"pkcs11:":{"module":"/tmp/x.so"}}}' \
            > .config/coffer/config.json; chmod 666 .config/coffer/config.json
            coffer encrypt -k pkcs11:token=a data -o a.coffer
            """,
        ])
    func modules(command: String) throws {
        let runner = try TranscriptRunner()
        let outcome = try runner.run(
            Transcript.Step(line: 0, command: "echo d > data\n" + command))
        #expect(outcome.status == 78, "\(outcome.errors)")
    }
}

/// The probe as the agent of a session; ended with this.
private final class SessionAgent {
    private let runner: TranscriptRunner
    private let socket: String

    init() throws {
        runner = try TranscriptRunner()
        let step = Transcript.Step(
            line: 0,
            // Foundation takes a program for running while anybody has its descriptors.
            command: "echo data > data; (for n in {3..255}; do eval \"exec $n>&-\"; done; "
                + "AgentProbe listen \"$PWD\" > socket &); "
                + "for _ in $(seq 600); do grep -q socket socket && break; sleep 0.1; done; "
                + "sed 's/socket //' socket")
        socket = try #require(try runner.run(step).output.first)
    }

    deinit {
        let step = Transcript.Step(
            line: 0, command: "COFFER_AGENT_SOCKET=\(socket) coffer-agent stop")
        // A test may have stopped it already.
        _ = try? runner.run(step)
    }

    @discardableResult
    func run(_ command: String, _ status: Int32) throws -> [String] {
        let step = Transcript.Step(
            line: 0,
            command: "export COFFER_AGENT_SOCKET=\(socket) SOCKET=\(socket)\n" + command)
        let outcome = try runner.run(step)
        #expect(outcome.status == status, "\(command)\n\(outcome.errors)")
        return outcome.errors
    }
}
