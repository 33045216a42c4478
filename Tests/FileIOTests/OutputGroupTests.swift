import Foundation
import Synchronization
import Testing

@testable import FileIO

@Suite struct OutputGroupTests {
    private let sandbox = Sandbox()

    /// What a group said of its files.
    private final class Told: Sendable {
        let answers = Mutex<[(name: String, error: FileError?)]>([])

        var names: [String] { answers.withLock { $0.filter { $0.error == nil }.map(\.name) } }
        var errors: [FileError] { answers.withLock { $0.compactMap(\.error) } }
    }

    private func add(
        _ name: String, to group: OutputGroup, in directories: OutputDirectories, _ told: Told,
        replacing: Bool = false, mode: UInt32? = nil
    ) throws {
        let path = sandbox.path(name)
        let output = try OutputFile(
            path: path, in: directories.directory(of: path), replacing: replacing)
        try output.write(Array(name.utf8))
        try group.add(output, mode: mode, modificationNanoseconds: 1_000_000_001) { error in
            told.answers.withLock { $0.append((name, error)) }
        }
    }

    @Test("No file has its name before the group is durable, and all have it then, whole")
    func together() throws {
        let (group, directories, told) = (OutputGroup(), OutputDirectories(), Told())
        let names = (0..<50).map { "f\($0)" }
        for name in names {
            try add(name, to: group, in: directories, told, mode: name == "f7" ? 0o640 : nil)
        }
        #expect(try sandbox.names() == [])
        #expect(told.answers.withLock { $0.isEmpty })
        group.finish()
        #expect(try sandbox.names() == names.sorted())
        #expect(told.names == names)
        for name in names { #expect(try sandbox.read(name) == Array(name.utf8)) }
        #expect(try sandbox.mode("f7") == 0o640)
        #expect(try sandbox.mode("f8") == 0o600)
        let directory = try directories.directory(of: sandbox.path("f7"))
        #expect(try directory.modificationNanoseconds(of: sandbox.path("f7")) == 1_000_000_001)
        #expect(try directory.modificationNanoseconds(of: sandbox.path("none")) == nil)
        // Again there is nothing.
        group.finish()
        #expect(told.answers.withLock { $0.count } == 50)
    }

    @Test("A full group does not wait for the end")
    func full() throws {
        let (group, directories, told) = (OutputGroup(fileLimit: 3), OutputDirectories(), Told())
        for number in 0..<7 { try add("f\(number)", to: group, in: directories, told) }
        #expect(try sandbox.names() == ["f0", "f1", "f2", "f3", "f4", "f5"])
        group.finish()
        #expect(try sandbox.names().count == 7)
    }

    @Test("A file whose name was taken meanwhile fails alone, and what took it stays")
    func taken() throws {
        let (group, directories, told) = (OutputGroup(), OutputDirectories(), Told())
        for name in ["a", "b", "c"] { try add(name, to: group, in: directories, told) }
        try sandbox.write("b", [9])
        group.finish()
        #expect(told.names == ["a", "c"])
        #expect(told.errors == [.exists(sandbox.path("b"))])
        #expect(try sandbox.read("b") == [9])
        // The same output of two inputs: the first stays.
        let again = Told()
        for _ in 0..<2 { try add("d", to: group, in: directories, again) }
        group.finish()
        #expect(again.names == ["d"] && again.errors == [.exists(sandbox.path("d"))])
    }

    @Test("What is replaced is so when the group is durable, and a link goes itself")
    func replacing() throws {
        let (group, directories, told) = (OutputGroup(), OutputDirectories(), Told())
        try sandbox.write("old", [1], mode: 0o644)
        try sandbox.write("kept", [2])
        try sandbox.link("link", to: "kept")
        #expect(throws: FileError.exists(sandbox.path("link"))) {
            try add("link", to: group, in: directories, told)
        }
        for name in ["old", "link"] {
            try add(name, to: group, in: directories, told, replacing: true)
        }
        #expect(try sandbox.read("old") == [1])
        group.finish()
        #expect(told.errors == [])
        #expect(try sandbox.read("old") == Array("old".utf8))
        #expect(try sandbox.mode("old") == 0o644)
        #expect(try sandbox.read("link") == Array("link".utf8))
        #expect(try sandbox.read("kept") == [2])
        #expect(try sandbox.names() == ["kept", "link", "old"])
    }

    @Test("A group that is dropped leaves nothing")
    func dropped() throws {
        do {
            let (group, directories, told) = (OutputGroup(), OutputDirectories(), Told())
            for number in 0..<5 { try add("f\(number)", to: group, in: directories, told) }
        }
        #expect(try sandbox.names() == [])
    }

    @Test("Threads that add at once lose no file, and each is told of once")
    func threads() throws {
        let (group, directories, told) = (OutputGroup(fileLimit: 7), OutputDirectories(), Told())
        let failures = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: 200) { number in
            do { try add("f\(number)", to: group, in: directories, told) } catch {
                failures.withLock { $0 += 1 }
            }
        }
        group.finish()
        #expect(failures.withLock { $0 } == 0 && told.names.count == 200)
        #expect(Set(told.names).count == 200)
        #expect(try sandbox.names().count == 200)
    }
}

@Suite struct OutputDirectoriesTests {
    private let sandbox = Sandbox()

    private func status(_ name: String) -> Int? { try? sandbox.mode(name) }

    @Test(
        "A path below another root keeps its components, and nothing leads out",
        arguments: [
            ("a/b/c", "a/b/c"), ("/a/b", "a/b"), ("./a//b/./c", "a/b/c"), ("a", "a"),
            ("..", nil), ("a/../b", nil), ("/..", nil), ("a/..b/c", "a/..b/c"), (".", ""),
        ] as [(String, String?)])
    func places(path: String, expected: String?) throws {
        let components = FilePath(text: path).componentsBelow
        let joined = components?.map { String(decoding: $0.bytes, as: UTF8.self) }
            .joined(separator: "/")
        #expect(joined == expected)
        let directories = try OutputDirectories(root: sandbox.path("out"))
        let place = directories.place(of: FilePath(text: path))
        let wanted = expected.map { $0.isEmpty ? sandbox.path("out") : sandbox.path("out/\($0)") }
        #expect(place == wanted)
        #expect(OutputDirectories().place(of: FilePath(text: path)) == FilePath(text: path))
    }

    @Test("Directories are made with the permissions of those they are made after")
    func made() throws {
        for (name, mode) in [("in", 0o755), ("in/private", 0o700), ("in/private/odd", 0o250)] {
            try FileManager.default.createDirectory(
                atPath: sandbox.text(name), withIntermediateDirectories: true)
            try FileManager.default.setAttributes(
                [.posixPermissions: mode], ofItemAtPath: sandbox.text(name))
        }
        let directories = try OutputDirectories(root: sandbox.path("out"))
        let source = sandbox.path("in/private/odd/f")
        let opened = try directories.directory(of: source)
        #expect(try directories.directory(of: sandbox.path("in/private/odd/g")) === opened)
        let place = "out" + sandbox.text("in/private")
        #expect(status(place) == 0o700)
        #expect(status(place + "/odd") == 0o750)
    }

    @Test("A link below the root is not followed, whoever made it")
    func links() throws {
        let directories = try OutputDirectories(root: sandbox.path("out"))
        try sandbox.link("out/away", to: "..")
        try sandbox.write("out/file", [])
        #expect(throws: FileError.self) {
            try directories.directory(of: FilePath(text: "away/f"))
        }
        #expect(throws: FileError.self) {
            try directories.directory(of: FilePath(text: "file/f"))
        }
        #expect(try sandbox.names() == ["out"])
    }

    @Test("Many directories are opened without keeping them all")
    func many() throws {
        let directories = try OutputDirectories(root: sandbox.path("out"))
        for number in 0..<200 {
            _ = try directories.directory(of: FilePath(text: "d\(number)/f"))
        }
        let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").filter {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)"))?
                .hasPrefix(sandbox.text("out/d")) == true
        }
        #expect(open.count <= 32)
        let made = try FileManager.default.contentsOfDirectory(atPath: sandbox.text("out"))
        #expect(made.count == 200)
    }
}
