import FileIO
import Foundation
import Testing

@Suite struct StandardOutputTests {
    private let sandbox = Sandbox()

    @Test("Output that is appended goes after what is there")
    func appends() throws {
        try sandbox.write("f", Array("old ".utf8))
        let script = "\"$1\" append new >> \"$2\""
        #expect(try Shell.run(script, Shell.probe, sandbox.text("f")).status == 0)
        #expect(try sandbox.read("f") == Array("old new".utf8))
    }

    @Test("Output that starts at an offset goes there, and what follows goes after it")
    func offset() throws {
        let script = "(printf 'one '; \"$1\" append two; printf ' three') > \"$2\""
        #expect(try Shell.run(script, Shell.probe, sandbox.text("f")).status == 0)
        #expect(try sandbox.read("f") == Array("one two three".utf8))
    }

    @Test("A reader that is gone is an error of its own, not a signal")
    func brokenPipe() throws {
        let status = try Shell.python(
            """
            import subprocess, sys
            p = subprocess.Popen([sys.argv[1], "flood"], stdout=subprocess.PIPE)
            p.stdout.read(1); p.stdout.close(); print(p.wait())
            """, Shell.probe)
        #expect(status.output == "141\n")
    }

    @Test("A full device is told as such")
    func fullDevice() throws {
        let path = FilePath(text: "/dev/full")
        let output = try OutputFile(path: path, replacing: false)
        #expect(throws: FileError.noSpace(.path(path))) { try output.write([1]) }
        let result = try Shell.run("\"$1\" append x > /dev/full; echo $?", Shell.probe)
        #expect(result.output.hasSuffix("1\n"))
    }

    @Test("A write past the size limit of the process is an error, not a signal")
    func sizeLimit() throws {
        let result = try Shell.run(
            "ulimit -f 1; \"$1\" flood > \"$2\"", Shell.probe, sandbox.text("f"))
        #expect(result.status == 1)
    }

    @Test("Standard output that is closed is an error")
    func closedOutput() throws {
        let result = try Shell.run("\"$1\" append x >&-; echo $?", Shell.probe)
        #expect(result.output == "1\n")
    }

    @Test("/dev/stdout is standard output, whatever it is")
    func anotherName() throws {
        let output = try OutputFile(path: FilePath(text: "/dev/stdout"), replacing: false)
        #expect(!output.takesPositions)
    }
}
