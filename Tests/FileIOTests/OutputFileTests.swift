import FileIO
import Foundation
import Testing

@Suite struct OutputFileTests {
    private let sandbox = Sandbox()

    @Test(
        "A new file appears at the commit, whole, and nothing beside it", arguments: [false, true])
    func appears(named: Bool) throws {
        let output = try OutputFile(path: sandbox.path("f"), replacing: false, named: named)
        try output.write([1, 2])
        try output.write([3], [4, 5])
        #expect(try sandbox.names().count == (named ? 1 : 0))
        #expect(try !sandbox.names().contains("f"))
        try output.commit()
        #expect(try sandbox.read("f") == [1, 2, 3, 4, 5])
        #expect(try sandbox.names() == ["f"])
        #expect(try sandbox.mode("f") == 0o600)
    }

    @Test("Without a commit nothing is left", arguments: [false, true])
    func dropped(named: Bool) throws {
        do {
            let output = try OutputFile(path: sandbox.path("f"), replacing: false, named: named)
            try output.write([1])
        }
        #expect(try sandbox.names() == [])
    }

    @Test("An existing file is refused before any work")
    func exists() throws {
        let path = try sandbox.write("f", [9])
        #expect(throws: FileError.exists(path)) { _ = try OutputFile(path: path, replacing: false) }
        #expect(try sandbox.read("f") == [9])
    }

    @Test("A file that appears meanwhile is left as it is", arguments: [false, true])
    func appearsMeanwhile(named: Bool) throws {
        let path = sandbox.path("f")
        do {
            let output = try OutputFile(path: path, replacing: false, named: named)
            try output.write([1])
            try sandbox.write("f", [9])
            #expect(throws: FileError.exists(path)) { try output.commit() }
        }
        #expect(try sandbox.read("f") == [9])
        #expect(try sandbox.names() == ["f"])
    }

    @Test(
        "Replacing keeps the old file until the commit, and its permissions",
        arguments: [false, true])
    func replaces(named: Bool) throws {
        try sandbox.write("f", [9], mode: 0o640)
        let output = try OutputFile(path: sandbox.path("f"), replacing: true, named: named)
        try output.write([1])
        #expect(try sandbox.read("f") == [9])
        try output.commit()
        #expect(try sandbox.read("f") == [1])
        #expect(try sandbox.mode("f") == 0o640)
        #expect(try sandbox.names() == ["f"])
    }

    @Test("Replacing keeps the owner", .enabled(if: geteuid() == 0, "needs root"))
    func keepsOwner() throws {
        try sandbox.write("f", [9], mode: 0o640)
        #expect(try Shell.run("chown 1234:1235 \"$1\"", sandbox.text("f")).status == 0)
        let output = try OutputFile(path: sandbox.path("f"), replacing: true)
        try output.commit()
        let seen = try Shell.run("stat -c %u:%g:%a \"$1\"", sandbox.text("f"))
        #expect(seen.output == "1234:1235:640\n")
    }

    @Test("Mode and time come as asked")
    func attributes() throws {
        let output = try OutputFile(path: sandbox.path("f"), replacing: false)
        try output.write([1])
        try output.commit(mode: 0o604, modificationNanoseconds: -1_500_000_000)
        #expect(try sandbox.mode("f") == 0o604)
        let written = try InputFile(path: sandbox.path("f"))
        #expect(written.modificationNanoseconds == -1_500_000_000)
    }

    @Test("An output that is an input is refused, replacing or not", arguments: [false, true])
    func sameFile(replacing: Bool) throws {
        let path = try sandbox.write("f", [9])
        try sandbox.link("link", to: "f")
        try FileManager.default.linkItem(atPath: sandbox.text("f"), toPath: sandbox.text("hard"))
        let input = try InputFile(path: path)
        for name in ["f", "link", "hard"] {
            let target = sandbox.path(name)
            #expect(throws: FileError.sameFile(target)) {
                _ = try OutputFile(path: target, replacing: replacing, inputs: [input.identity])
            }
        }
    }

    @Test("A link stays a link and its target is written", arguments: ["f", "absent", "chain"])
    func links(target: String) throws {
        try sandbox.write("f", [9])
        try sandbox.link("chain", to: sandbox.text("f"))
        try sandbox.link("link", to: target)
        let output = try OutputFile(path: sandbox.path("link"), replacing: true)
        try output.write([1])
        try output.commit()
        let kept = try FileManager.default.destinationOfSymbolicLink(atPath: sandbox.text("link"))
        #expect(kept == target)
        #expect(try sandbox.read(target == "chain" ? "f" : target) == [1])
    }

    @Test("A circle of links is an error")
    func circle() throws {
        try sandbox.link("a", to: "b")
        try sandbox.link("b", to: "a")
        #expect(throws: FileError.self) {
            _ = try OutputFile(path: sandbox.path("a"), replacing: true)
        }
    }

    @Test("A directory, and a name in none, are refused")
    func directories() {
        let path = sandbox.directory
        #expect(throws: FileError.isDirectory(.path(path))) {
            _ = try OutputFile(path: path, replacing: true)
        }
        for name in ["absent/f", "absent/"] {
            let lost = sandbox.path(name)
            #expect(throws: FileError.cannotCreate(lost, .noSuchFile)) {
                _ = try OutputFile(path: lost, replacing: true)
            }
        }
    }

    @Test("A device is written straight, and need not be replaced")
    func device() throws {
        let output = try OutputFile(path: FilePath(text: "/dev/null"), replacing: false)
        #expect(!output.takesPositions)
        try output.write([1])
        try output.commit(mode: 0)
        #expect(try Shell.run("stat -c %a /dev/null").output == "666\n")
    }

    @Test("A FIFO is written straight")
    func fifo() throws {
        let path = sandbox.path("fifo")
        #expect(try Shell.run("mkfifo \"$1\"", sandbox.text("fifo")).status == 0)
        // Each end waits for the other to open.
        Thread.detachNewThread {
            let writer = try? OutputFile(path: path, replacing: false)
            try? writer?.write([1, 2, 3])
            try? writer?.commit()
        }
        #expect(try InputFile(path: path).everything(step: 10) == [1, 2, 3])
        #expect(try sandbox.names() == ["fifo"])
    }

    @Test("Writes by position from several threads come out in their places")
    func positions() throws {
        let content = pattern(640_000)
        let output = try OutputFile(path: sandbox.path("f"), replacing: false)
        DispatchQueue.concurrentPerform(iterations: 64) { index in
            let start = (63 - index) * 10_000
            let word = Array(content[start..<(start + 4)])
            let body = Array(content[(start + 4)..<(start + 10_000)])
            #expect(throws: Never.self) {
                try output.write(word, body, at: UInt64(start))
            }
        }
        try output.commit()
        #expect(try sandbox.read("f") == content)
    }

    @Test("A copy of another file's tail arrives")
    func tail() throws {
        let content = pattern(3_000_000)
        let input = try InputFile(path: try sandbox.write("f", content))
        let output = try OutputFile(path: sandbox.path("g"), replacing: false)
        try output.write([1, 2])
        try output.append(input, from: 1_000_001)
        try output.write([3])
        try output.commit()
        #expect(try sandbox.read("g") == [1, 2] + content[1_000_001...] + [3])
    }

    @Test("The longest name a filesystem takes can be written", arguments: [false, true])
    func longName(named: Bool) throws {
        let name = String(repeating: "n", count: 255)
        let output = try OutputFile(path: sandbox.path(name), replacing: true, named: named)
        try output.commit()
        #expect(try sandbox.names() == [name])
    }
}
