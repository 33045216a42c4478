import FileIO
import Foundation
import Testing

@Suite struct SignalCleanupTests {
    private let sandbox = Sandbox()

    /// Begins an output in another process, sends it a signal, and tells how it ended.
    private func end(
        _ kind: String, by signal: String, setup: String = "", patience: Int = 60
    ) throws -> String {
        let script = """
            import os, signal, subprocess, sys
            \(setup)
            p = subprocess.Popen([sys.argv[1], "hold", sys.argv[2], sys.argv[3]],
                                 stdout=subprocess.PIPE)
            assert p.stdout.readline() == b"ready\\n"
            print(len(os.listdir(os.path.dirname(sys.argv[3]))), end=" ")
            p.send_signal(getattr(signal, sys.argv[4]))
            try: print(p.wait(timeout=\(patience)))
            except subprocess.TimeoutExpired: print("alive"); p.kill(); p.wait()
            """
        return try Shell.python(script, Shell.probe, kind, sandbox.text("f"), signal).output
    }

    @Test(
        "A signal removes the named temporary file and ends the process itself",
        arguments: [("SIGINT", 2), ("SIGTERM", 15), ("SIGHUP", 1), ("SIGQUIT", 3)])
    func named(signal: String, number: Int) throws {
        #expect(try end("named", by: signal) == "1 -\(number)\n")
        #expect(try sandbox.names() == [])
    }

    @Test(
        "A nameless file is never seen, and even kill -9 leaves nothing",
        arguments: [
            ("SIGINT", 2), ("SIGKILL", 9),
        ])
    func nameless(signal: String, number: Int) throws {
        #expect(try end("nameless", by: signal) == "0 -\(number)\n")
        #expect(try sandbox.names() == [])
    }

    @Test("The file that was to be replaced is still there after a signal")
    func replaced() throws {
        try sandbox.write("f", [9])
        #expect(try end("named", by: "SIGTERM") == "2 -15\n")
        #expect(try sandbox.read("f") == [9])
        #expect(try sandbox.names() == ["f"])
    }

    @Test("A signal that was ignored at the start stays ignored")
    func ignored() throws {
        let setup = "signal.signal(signal.SIGHUP, signal.SIG_IGN)"
        #expect(try end("named", by: "SIGHUP", setup: setup, patience: 1) == "1 alive\n")
    }

    @Test("Signals that came before have been given out when the program goes on")
    func settled() throws {
        #expect(
            try Shell.run("exec \"$1\" settle 200", Shell.probe)
                == Shell.Result(output: "200\n", status: 0))
    }

    @Test("The shell sees 130 for Ctrl-C and 143 for kill")
    func shellStatus() throws {
        let script = """
            "$1" hold named "$2" > "$3" & p=$!
            while ! grep -q ready "$3" 2>/dev/null; do sleep 0.02; done
            kill -TERM $p; wait $p; echo $?
            """
        let result = try Shell.run(
            script, Shell.probe, sandbox.text("f"), sandbox.text("log"))
        #expect(result.output == "143\n")
        #expect(try sandbox.names() == ["log"])
    }
}
