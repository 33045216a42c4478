import FileIO
import Foundation
import Testing

/// Each test gives the helper program a terminal of its own, made by Python, and plays the person.
@Suite struct TerminalTests {
    /// A small stage: `job` runs the helper as the foreground job of a new terminal; `t` is the
    /// person's side.
    private static let stage = #"""
        import os, pty, select, signal, sys, termios, time
        probe = sys.argv[1]
        pid, t = pty.fork()
        if pid == 0:
            # The session leader plays the shell: the job gets a process group of its own.
            signal.signal(signal.SIGTTOU, signal.SIG_IGN)
            job = os.fork()
            if job == 0:
                os.setpgid(0, 0)
                os.tcsetpgrp(0, os.getpgrp())
                signal.signal(signal.SIGTTOU, signal.SIG_DFL)
                os.execv(probe, [probe, "prompt"])
            while True:
                _, status = os.waitpid(job, os.WUNTRACED)
                if os.WIFSTOPPED(status):
                    os.write(1, b"[stopped]")
                    while not os.path.exists("/tmp/coffer-resume-%d" % os.getpid()): time.sleep(0.01)
                    os.unlink("/tmp/coffer-resume-%d" % os.getpid())
                    os.tcsetpgrp(0, job)
                    os.kill(job, signal.SIGCONT)
                    continue
                code = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
                os.write(1, b"[ended %d]" % code)
                time.sleep(5)
        def until(text):
            seen = b""
            while text not in seen:
                ready, _, _ = select.select([t], [], [], 10)
                assert ready, (text, seen)
                seen += os.read(t, 1000)
            return seen.decode().replace("\r\n", "|")
        def say(text): os.write(t, text)
        def echo(): return bool(termios.tcgetattr(t)[3] & termios.ECHO)
        def resume(): open("/tmp/coffer-resume-%d" % pid, "w").close()

        """#

    private func play(_ script: String) throws -> String {
        try Shell.python(Self.stage + script + "\nos.kill(pid, 9)\n", Shell.probe).output
    }

    @Test("A secret is typed unseen, and the echo comes back")
    func unseen() throws {
        let seen = try play(
            """
            until(b"secret: "); print(echo(), end=" ")
            say(b"hunXX\\x7f\\x7fter2\\n")
            print(until(b"[ended 0]"), echo())
            """)
        #expect(seen == "False |got <hunter2>|[ended 0] True\n")
    }

    @Test("Ctrl-C ends the program by the signal and brings the echo back")
    func interrupt() throws {
        let seen = try play(
            """
            until(b"secret: "); say(b"hun\\x03")
            print(until(b"[ended -2]").endswith("[ended -2]"), echo())
            """)
        #expect(seen == "True True\n")
    }

    @Test("Ctrl-Z gives the terminal back, and the question is asked again afterwards")
    func suspend() throws {
        let seen = try play(
            """
            until(b"secret: "); say(b"hun\\x1a")
            until(b"[stopped]"); print(echo(), end=" ")
            resume()
            until(b"secret: "); print(echo(), end=" ")
            say(b"later\\n")
            print(until(b"[ended 0]"), echo())
            """)
        #expect(seen == "True False |got <later>|[ended 0] True\n")
    }

    @Test("Ctrl-D on an empty line is an answer of its own, and brings the echo back")
    func end() throws {
        let seen = try play(
            """
            until(b"secret: "); say(b"\\x04")
            print("promptEnded" in until(b"[ended 1]"), echo())
            """)
        #expect(seen == "True True\n")
    }

    @Test("Without a terminal the question fails at once")
    func none() throws {
        let result = try Shell.run("setsid -w \"$1\" prompt", Shell.probe)
        #expect(result == .init(output: "error: noTerminal\n", status: 1))
    }

    @Test("A pipe is no terminal and has no width")
    func pipe() {
        let pipe = Pipe()
        let number = pipe.fileHandleForReading.fileDescriptor
        #expect(!Terminal.isTerminal(number))
        #expect(Terminal.width(number) == nil)
    }
}
