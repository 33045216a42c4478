import Dispatch
import Foundation
import Synchronization
import Testing

@testable import FileIO

@Suite struct HeaderUpdateTests {
    private let sandbox = Sandbox()
    private let old = pattern(4096)
    private let new = pattern(4096).map { ~$0 }
    private let payload = pattern(300_000)

    private func container() throws -> FilePath {
        try sandbox.write("c", old + payload, mode: 0o640)
    }

    @Test("A header of the same length takes the old one's place, and nothing else changes")
    func sameLength() throws {
        let update = try HeaderUpdate(path: try container())
        try update.replace(old, with: new)
        #expect(try sandbox.read("c") == new + payload)
        #expect(try sandbox.names() == ["c"])
        #expect(try sandbox.mode("c") == 0o640)
    }

    @Test("A header of another length comes with a copy of the payload", arguments: [100, 9000])
    func otherLength(byteCount: Int) throws {
        let update = try HeaderUpdate(path: try container())
        #expect(try update.replace(old, with: pattern(byteCount)) == .copy)
        #expect(try sandbox.read("c") == pattern(byteCount) + payload)
        #expect(try sandbox.names() == ["c"])
        #expect(try sandbox.mode("c") == 0o640)
    }

    @Test("An update in place leaves all names of the file with the new header")
    func hardLinks() throws {
        _ = try container()
        try FileManager.default.linkItem(atPath: sandbox.text("c"), toPath: sandbox.text("d"))
        #expect(try HeaderUpdate(path: sandbox.path("c")).replace(old, with: new) == .inPlace)
        #expect(try sandbox.read("d") == new + payload)
    }

    @Test("A link stays a link, and its target is updated")
    func links() throws {
        _ = try container()
        try sandbox.link("link", to: "c")
        try HeaderUpdate(path: sandbox.path("link")).replace(old, with: pattern(10))
        #expect(try sandbox.read("c") == pattern(10) + payload)
        #expect(try sandbox.names() == ["c", "link"])
    }

    @Test("A link that was found in a tree is not followed")
    func foundLink() throws {
        _ = try container()
        try sandbox.link("link", to: "c")
        #expect(throws: FileError.notRegular(.path(sandbox.path("link")))) {
            try HeaderUpdate(path: sandbox.path("link"), followingLinks: false)
        }
        try HeaderUpdate(path: sandbox.path("c"), followingLinks: false).replace(old, with: new)
        #expect(try sandbox.read("c") == new + payload)
    }

    @Test("Many updates at once leave every file with its new header")
    func concurrent() throws {
        let paths = try (0..<64).map { try sandbox.write("c\($0)", old + payload) }
        let failures = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: paths.count) { index in
            do {
                try HeaderUpdate(path: paths[index]).replace(old, with: new)
            } catch { failures.withLock { $0 += 1 } }
        }
        #expect(failures.withLock { $0 } == 0)
        for index in paths.indices { #expect(try sandbox.read("c\(index)") == new + payload) }
        #expect(try sandbox.names().count == paths.count)
    }

    @Test(
        "Owner and group stay", .enabled(if: geteuid() == 0, "needs root"), arguments: [4096, 10])
    func owner(byteCount: Int) throws {
        _ = try container()
        #expect(try Shell.run("chown 1234:1235 \"$1\"", sandbox.text("c")).status == 0)
        try HeaderUpdate(path: sandbox.path("c")).replace(old, with: pattern(byteCount))
        let seen = try Shell.run("stat -c %u:%g:%a \"$1\"", sandbox.text("c"))
        #expect(seen.output == "1234:1235:640\n")
    }

    @Test("A file that no longer begins with the old header is left as it is")
    func changed() throws {
        let path = try container()
        let update = try HeaderUpdate(path: path)
        #expect(throws: FileError.changedMeanwhile(path)) { try update.replace(new, with: old) }
        #expect(try sandbox.read("c") == old + payload)
    }

    @Test("Two updates never meet")
    func locked() throws {
        let path = try container()
        do {
            let first = try HeaderUpdate(path: path)
            #expect(throws: FileError.locked(path)) { _ = try HeaderUpdate(path: path) }
            try first.replace(old, with: new)
        }
        #expect(throws: Never.self) { _ = try HeaderUpdate(path: path) }
    }

    @Test("Only a regular file is updated")
    func kinds() throws {
        #expect(try Shell.run("mkfifo \"$1\"", sandbox.text("fifo")).status == 0)
        let fifo = sandbox.path("fifo")
        #expect(throws: FileError.notRegular(.path(fifo))) { _ = try HeaderUpdate(path: fifo) }
        let directory = sandbox.directory
        #expect(throws: FileError.isDirectory(.path(directory))) {
            _ = try HeaderUpdate(path: directory)
        }
        let absent = sandbox.path("absent")
        #expect(throws: FileError.cannotOpen(.path(absent), .noSuchFile)) {
            _ = try HeaderUpdate(path: absent)
        }
    }

    @Test("Killed after saving: the container is the old one, and the remnant goes (R21)")
    func crashAfterSaving() throws {
        let path = try container()
        try HeaderUpdate(path: path).saveHeader(old)
        #expect(try sandbox.read("c") == old + payload)
        #expect(try sandbox.names() == ["c", "c.coffer-header"])
        #expect(try sandbox.mode("c.coffer-header") == 0o640)

        try HeaderUpdate(path: path).replace(old, with: new)
        #expect(try sandbox.read("c") == new + payload)
        #expect(try sandbox.names() == ["c"])
    }

    @Test("Killed while overwriting: the saved header restores the old container (R21)")
    func crashWhileOverwriting() throws {
        let path = try container()
        do {
            let update = try HeaderUpdate(path: path)
            try update.saveHeader(old)
            try update.input.descriptor.writeHead(Array(new.prefix(1000)))
        }
        #expect(try HeaderUpdate.savedHeader(beside: path, limit: 1 << 20) == old)

        let next = try HeaderUpdate(path: path)
        let saved = try #require(try next.savedHeader(limit: 1 << 20))
        try next.restore(saved)
        #expect(try sandbox.read("c") == old + payload)
        #expect(try sandbox.names() == ["c"])
    }

    @Test("Killed after overwriting: the container is the new one, and the remnant goes (R21)")
    func crashAfterOverwriting() throws {
        let path = try container()
        do {
            let update = try HeaderUpdate(path: path)
            try update.saveHeader(old)
            try update.overwriteHeader(with: new, orElse: old)
        }
        #expect(try sandbox.read("c") == new + payload)
        try HeaderUpdate(path: path).replace(new, with: old)
        #expect(try sandbox.read("c") == old + payload)
        #expect(try sandbox.names() == ["c"])
    }

    @Test("A half-written remnant is handed over as it is, to be judged by its MAC")
    func halfWrittenRemnant() throws {
        let path = try container()
        try sandbox.write("c.coffer-header", Array(old.prefix(17)))
        #expect(try HeaderUpdate.savedHeader(beside: path, limit: 4096)?.count == 17)
    }

    @Test("A link, a FIFO or a huge file in the remnant's place is not believed")
    func forgedRemnant() throws {
        let path = try container()
        #expect(try HeaderUpdate.savedHeader(beside: path, limit: 4096) == nil)
        try sandbox.link("c.coffer-header", to: "c")
        #expect(try HeaderUpdate.savedHeader(beside: path, limit: 1 << 20) == nil)
        let script = "rm \"$1\"; mkfifo \"$1\""
        #expect(try Shell.run(script, sandbox.text("c.coffer-header")).status == 0)
        #expect(try HeaderUpdate.savedHeader(beside: path, limit: 1 << 20) == nil)
        try FileManager.default.removeItem(atPath: sandbox.text("c.coffer-header"))
        try sandbox.write("c.coffer-header", pattern(5000))
        #expect(try HeaderUpdate.savedHeader(beside: path, limit: 4096) == nil)
    }
}
