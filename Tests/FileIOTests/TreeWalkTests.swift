import Foundation
import Synchronization
import Testing

@testable import FileIO

@Suite struct TreeWalkTests {
    private let sandbox = Sandbox()

    private final class Found: Sendable {
        let findings = Mutex<[TreeWalk.Finding]>([])
        let workers = Mutex<Set<Int>>([])
    }

    private func walk(_ roots: [FilePath], workers: Int = 3) -> [TreeWalk.Finding] {
        let found = Found()
        TreeWalk(roots, workerCount: workers).run { finding, worker in
            found.findings.withLock { $0.append(finding) }
            found.workers.withLock { _ = $0.insert(worker) }
        }
        #expect(found.workers.withLock { $0.allSatisfy { (0..<workers).contains($0) } })
        return found.findings.withLock { $0 }
    }

    /// The paths of files, below the sandbox.
    private func files(_ findings: [TreeWalk.Finding]) -> [String] {
        let prefix = sandbox.text(sandbox.directory) + "/"
        return findings.compactMap { finding in
            guard case .file(let path, isNamed: _) = finding else { return nil }
            return String(sandbox.text(path).dropFirst(prefix.count))
        }.sorted()
    }

    private func makeDirectory(_ name: String) throws {
        try FileManager.default.createDirectory(
            atPath: sandbox.text(name), withIntermediateDirectories: true)
    }

    @Test("Every file of a tree is found once, whatever the number of threads and of files")
    func all() throws {
        var expected: [String] = []
        for directory in ["t", "t/a", "t/a/b", "t/c"] {
            try makeDirectory(directory)
            // More than one buffer of getdents64 holds in one of them.
            for number in 0..<(directory == "t/c" ? 3000 : 17) {
                let name = "\(directory)/\(number)-\(String(repeating: "n", count: number % 200))"
                try sandbox.write(name, [])
                expected.append(name)
            }
        }
        for workers in [1, 2, 16] {
            #expect(files(walk([sandbox.path("t")], workers: workers)) == expected.sorted())
        }
    }

    @Test("A directory that is left out is not entered, by whatever name it is found")
    func excluded() throws {
        for name in ["t/a", "t/out/b"] { try makeDirectory(name) }
        for name in ["t/a/f", "t/out/f", "t/out/b/f", "t/f"] { try sandbox.write(name, []) }
        let out = try FileStatus(sandbox.path("t/out"), followingLinks: true).identity
        let found = Found()
        TreeWalk([sandbox.path("t")], workerCount: 2, excluding: out).run { finding, _ in
            found.findings.withLock { $0.append(finding) }
        }
        #expect(files(found.findings.withLock { $0 }) == ["t/a/f", "t/f"])
    }

    @Test("Without entering directories every name is visited, there or not")
    func names() throws {
        try makeDirectory("t")
        try sandbox.write("t/f", [])
        let found = Found()
        let names = [sandbox.path("t"), sandbox.path("none"), sandbox.path("t/f")]
        TreeWalk(names, workerCount: 2, entersDirectories: false).run { finding, _ in
            found.findings.withLock { $0.append(finding) }
        }
        let expected = names.map { TreeWalk.Finding.file($0, isNamed: true) }
        #expect(found.findings.withLock { $0 } == expected)
    }

    @Test("Links in a tree are not followed, FIFOs not waited for, and a named link is followed")
    func special() throws {
        try makeDirectory("t/real")
        try sandbox.write("t/real/f", [1])
        try sandbox.link("t/link", to: "real")
        try sandbox.link("t/loop", to: "..")
        try sandbox.link("t/file", to: "real/f")
        #expect(unsafe mkfifo(sandbox.text("t/fifo"), 0o600) == 0)
        #expect(files(walk([sandbox.path("t")])) == ["t/real/f"])
        #expect(files(walk([sandbox.path("t/link")])) == ["t/link/f"])
        #expect(walk([sandbox.path("t/file")]) == [.file(sandbox.path("t/file"), isNamed: true)])
        #expect(
            walk([sandbox.path("t/fifo")]) == [.failed(.notRegular(.path(sandbox.path("t/fifo"))))])
    }

    @Test("What is not there is told, and the rest is visited")
    func missing() throws {
        try makeDirectory("t")
        try sandbox.write("t/f", [])
        let nothing = sandbox.path("nothing")
        let found = walk([nothing, sandbox.path("t")])
        #expect(found.contains(.failed(.cannotOpen(.path(nothing), .noSuchFile))))
        #expect(files(found) == ["t/f"])
    }

    @Test("A directory that cannot be opened is told, and the rest is visited")
    func tooDeep() throws {
        try makeDirectory("t")
        try sandbox.write("t/f", [])
        // Deeper than a path may be long: rm goes down step by step, as the shell did.
        let descend = "cd \"$1\" && for i in $(seq 30); do mkdir $0 && cd $0 || exit; done"
        let name = String(repeating: "n", count: 200)
        #expect(try Shell.run("bash -c '\(descend)' \(name) \"$1\"", sandbox.text("t")).status == 0)
        defer { _ = try? Shell.run("rm -rf \"$1\"", sandbox.text("t")) }
        let found = walk([sandbox.path("t")])
        let isTold = found.contains { finding in
            guard case .failed(.cannotOpen(_, let reason)) = finding else { return false }
            return reason.number == ENAMETOOLONG
        }
        #expect(isTold && found.count == 2)
        #expect(files(found) == ["t/f"])
    }

    @Test("The head of a file is its first bytes, of a short file all of it, of a link nothing")
    func head() throws {
        let path = try sandbox.write("f", pattern(100))
        #expect(
            try FileHead.read(path, byteCount: 7)
                == FileHead(bytes: Array(pattern(100).prefix(7)), byteCount: 100))
        #expect(try FileHead.read(path, byteCount: 101)?.bytes == pattern(100))
        try sandbox.link("l", to: "f")
        #expect(try FileHead.read(sandbox.path("l"), byteCount: 7) == nil)
        #expect(try FileHead.read(sandbox.path("nothing"), byteCount: 7) == nil)
        #expect(unsafe mkfifo(sandbox.text("p"), 0o600) == 0)
        #expect(try FileHead.read(sandbox.path("p"), byteCount: 7) == nil)
    }
}
