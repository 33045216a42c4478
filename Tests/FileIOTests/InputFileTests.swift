import FileIO
import Foundation
import Glibc
import Synchronization
import Testing

@Suite struct InputFileTests {
    private let sandbox = Sandbox()

    @Test(
        "A regular file is read whole by reads of any size",
        arguments: [1, 2, 999, 1000, 1001, 2000], [0, 1, 999, 1000, 1001])
    func oddSizes(step: Int, byteCount: Int) throws {
        let content = pattern(byteCount)
        let input = try InputFile(path: try sandbox.write("f", content))
        #expect(input.kind == (byteCount > 0 ? .regular(byteCount: UInt64(byteCount)) : .stream))
        #expect(try input.everything(step: step) == content)
    }

    @Test(
        "A small file that is held is the one that was opened, and a larger one is not held",
        arguments: [(999, true), (1000, true), (1001, false)])
    func held(byteCount: Int, isHeld: Bool) throws {
        let content = pattern(byteCount)
        let path = try sandbox.write("f", content)
        let input = try InputFile(path: path, holding: 1000)
        let handle = try #require(FileHandle(forWritingAtPath: sandbox.text("f")))
        try handle.write(contentsOf: Data(repeating: 0xFF, count: 4))
        try handle.close()
        let changed = Array(repeating: UInt8(0xFF), count: 4) + content.dropFirst(4)
        #expect(try input.bytes(0..<byteCount) == (isHeld ? content : changed))
        #expect(try input.bytes(7..<100) == Array(content[7..<100]))
        #expect(try input.everything(step: 17) == (isHeld ? content : changed))
    }

    @Test("What was found as a file and is none any more is refused, and not waited for")
    func found() throws {
        try sandbox.write("f", [1])
        try sandbox.link("link", to: "f")
        #expect(unsafe mkfifo(sandbox.text("fifo"), 0o600) == 0)
        #expect(try InputFile(found: sandbox.path("f"), holding: 9).bytes(0..<1) == [1])
        for name in ["link", "fifo"] {
            #expect(throws: FileError.notRegular(.path(sandbox.path(name)))) {
                try InputFile(found: sandbox.path(name))
            }
        }
    }

    @Test("A pipe is read whole though it comes in pieces")
    func pieces() throws {
        let result = try Shell.run(
            "(printf abc; sleep 0.1; printf def; sleep 0.1; printf g) | \"$1\" skim", Shell.probe)
        #expect(result == .init(output: "abcdefg", status: 0))
    }

    @Test("Standard input is read from the offset at which it comes")
    func offset() throws {
        try sandbox.write("f", Array("0123456789".utf8))
        let result = try Shell.run(
            "(head -c 4 >/dev/null; \"$1\" skim) < \"$2\"; dd if=\"$2\" bs=1 count=0 2>/dev/null",
            Shell.probe, sandbox.text("f"))
        // head may have read ahead; dd reads exactly.
        let exact = try Shell.run(
            "exec < \"$2\"; dd bs=1 count=4 of=/dev/null 2>/dev/null; \"$1\" skim",
            Shell.probe, sandbox.text("f"))
        #expect(result.status == 0)
        #expect(exact == .init(output: "456789", status: 0))
    }

    @Test("Closed standard input is an error, not an empty input")
    func closedInput() throws {
        let result = try Shell.run("\"$1\" skim <&-", Shell.probe)
        #expect(result.status == 1)
        #expect(result.output.contains("readFailed"))
    }

    @Test("A file of /proc that says it is empty is a stream with its contents")
    func procFile() throws {
        let input = try InputFile(path: FilePath(text: "/proc/self/status"))
        #expect(input.kind == .stream)
        #expect(try input.everything(step: 100).starts(with: Array("Name:".utf8)))
    }

    @Test("A directory is refused, by name and as what it is")
    func directory() {
        let path = sandbox.directory
        #expect(throws: FileError.isDirectory(.path(path))) { _ = try InputFile(path: path) }
    }

    @Test("A missing file is named with the system's reason")
    func missing() {
        let path = sandbox.path("absent")
        #expect(throws: FileError.cannotOpen(.path(path), .noSuchFile)) {
            _ = try InputFile(path: path)
        }
    }

    @Test("A FIFO is read as a stream")
    func fifo() throws {
        let path = sandbox.path("fifo")
        #expect(try Shell.run("mkfifo \"$1\"", sandbox.text("fifo")).status == 0)
        // Each end waits for the other to open.
        Thread.detachNewThread {
            let writer = try? OutputFile(path: path, replacing: false)
            try? writer?.write(Array("hello".utf8))
        }
        let input = try InputFile(path: path)
        #expect(input.kind == .stream)
        #expect(try input.everything(step: 3) == Array("hello".utf8))
    }

    @Test("A file cut after it was opened is an error that says where it ends now")
    func shrinks() throws {
        let path = try sandbox.write("f", pattern(1000))
        let input = try InputFile(path: path)
        #expect(try input.bytes(0..<1000) == pattern(1000))
        try sandbox.truncate("f", to: 600)
        let shrank = FileError.shrank(.path(path), expected: 1000, endedAt: 600)
        #expect(throws: shrank) { _ = try input.bytes(500..<700) }
        #expect(throws: shrank) { _ = try input.everything(step: 400) }
        #expect(try !input.hasGrown())
    }

    @Test("A file that grows is read to the size it had, and the growth is seen")
    func grows() throws {
        let path = try sandbox.write("f", pattern(1000))
        let input = try InputFile(path: path)
        #expect(try !input.hasGrown())
        try sandbox.truncate("f", to: 1500)
        #expect(try input.everything(step: 300) == pattern(1000))
        #expect(try input.hasGrown())
    }

    @Test("Reads by position from several threads return each its own bytes")
    func threads() throws {
        let content = pattern(1 << 20)
        let input = try InputFile(path: try sandbox.write("f", content))
        DispatchQueue.concurrentPerform(iterations: 64) { index in
            let start = (index * 7919) % (content.count - 20000)
            let bytes = try? input.bytes(start..<(start + 20000))
            #expect(bytes.map { $0 == Array(content[start..<(start + 20000)]) } == true)
        }
    }

    @Test(
        "What was looked at of a stream is read again, once and in its place",
        arguments: [0, 1, 999, 1000, 1001, 3000], [1, 999, 1000, 1001])
    func peeking(byteCount: Int, step: Int) throws {
        let reader = try endedPipe(pattern(byteCount))
        #expect(try reader.peek(byteCount: 1000) == Array(pattern(byteCount).prefix(1000)))
        #expect(try reader.everything(step: step) == pattern(byteCount))
    }

    private func endedPipe(_ content: [UInt8]) throws -> InputFile {
        let (reader, writer) = try Pipe.make()
        try writer.write(content)
        return reader
    }

    @Test("A read that waits for a producer ends when reads are cancelled, and so do all after it")
    func cancellation() throws {
        let ends = try Pipe.make()
        let waiting = DispatchSemaphore(value: 0)
        let result = Mutex<FileError?>(nil)
        let reader = ends.reader
        Thread.detachNewThread {
            do throws(FileError) {
                _ = try reader.everything(step: 10)
            } catch { result.withLock { $0 = error } }
            waiting.signal()
        }
        reader.cancelReads()
        #expect(waiting.wait(timeout: .now() + 60) == .success)
        let failure = FileError.readFailed(.standardInput, SystemError(ECANCELED))
        #expect(result.withLock { $0 } == failure)
        #expect(throws: failure) { _ = try reader.everything(step: 10) }
        withExtendedLifetime(ends.writer) {}
    }

    @Test("A stream refuses positions")
    func streamPositions() throws {
        let input = try InputFile(path: FilePath(text: "/dev/zero"))
        #expect(throws: FileError.notSeekable(input.name)) { _ = try input.bytes(0..<1) }
    }

    @Test("Permissions and time of the file are known")
    func attributes() throws {
        let path = try sandbox.write("f", [1], mode: 0o640)
        #expect(try InputFile(path: path).mode == 0o640)
        #expect(try Shell.run("touch -d @12.5 \"$1\"", sandbox.text("f")).status == 0)
        #expect(try InputFile(path: path).modificationNanoseconds == 12_500_000_000)
    }

    @Test(
        "A file that others could change, or read, is not trusted",
        arguments: [
            (0o600, true, true), (0o644, true, false), (0o664, false, false), (0o602, false, false),
        ])
    func protection(mode: Int, unwritable: Bool, unreadable: Bool) throws {
        let path = try sandbox.write("f", [1], mode: mode)
        let input = try InputFile(path: path)
        let loose = FileError.loosePermissions(path, mode: UInt32(mode))
        func check(_ protection: Protection, _ allowed: Bool) {
            if allowed {
                #expect(throws: Never.self) { try input.require(protection) }
            } else {
                #expect(throws: loose) { try input.require(protection) }
            }
        }
        check(.othersCannotWrite, unwritable)
        check(.othersCannotRead, unreadable)
    }

    @Test("A file of another user is not trusted", .enabled(if: geteuid() == 0, "needs root"))
    func otherOwner() throws {
        let path = try sandbox.write("f", [1], mode: 0o600)
        #expect(try Shell.run("chown 1234 \"$1\"", sandbox.text("f")).status == 0)
        #expect(throws: FileError.notOwner(path, owner: 1234)) {
            try InputFile(path: path).require(.othersCannotWrite)
        }
    }
}

extension Sandbox {
    func truncate(_ name: String, to byteCount: UInt64) throws {
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: text(name)))
        try handle.truncate(atOffset: byteCount)
        try handle.close()
    }
}
