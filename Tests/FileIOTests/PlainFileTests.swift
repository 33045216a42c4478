import Foundation
import Glibc
import Testing

@testable import FileIO

@Suite struct PlainFileTests {
    private let sandbox = Sandbox()
    private let time = FileTime(seconds: -3, nanoseconds: 250_000_000)

    private func make(
        _ name: String, _ content: [UInt8] = [1, 2, 3], mode: UInt32 = 0o640,
        in folder: StagingFolder
    ) throws -> [PlainFile.Attribute]? {
        try unsafe PlainFile(FilePath(text: name), mode: mode, owner: nil, time: time)
            .make(content.span.bytes, in: folder)
    }

    private func staged() throws -> StagingFolder {
        try StagingFolder(in: sandbox.directory, after: FilePath(text: "new"))
    }

    @Test(
        "A file has its content, mode and time, whatever the umask is",
        arguments: [0o600, 0o666, 0o444, 0o777, 0o000])
    func whole(mode: Int) throws {
        let folder = try staged()
        #expect(try folder.makeDirectory(FilePath(text: "d")))
        let content = pattern(100_000)
        #expect(try make("d/f", content, mode: UInt32(mode), in: folder) == [])
        try folder.publish(as: sandbox.path("new"), replacing: false)
        #expect(try sandbox.read("new/d/f") == content)
        #expect(try sandbox.mode("new/d/f") == mode)
        let status = try FileStatus(sandbox.path("new/d/f"), followingLinks: false)
        #expect(status.times.modification == time)
    }

    @Test("A name that is taken, by a file or by a link, is left as it is")
    func taken() throws {
        let folder = try staged()
        try sandbox.write("outside", [9])
        #expect(try make("f", in: folder) == [])
        #expect(try make("f", [7], in: folder) == nil)
        #expect(unsafe symlinkat(sandbox.text("outside"), folder.descriptor.number, "l") == 0)
        #expect(try make("l", [7], in: folder) == nil)
        try folder.publish(as: sandbox.path("new"), replacing: false)
        #expect(try sandbox.read("new/f") == [1, 2, 3])
        #expect(try sandbox.read("outside") == [9])
    }

    @Test(
        "No way leads out of the folder, and none through a link",
        arguments: ["../out", "d/../../out", "up/out", "here/out", "nothing/out"])
    func contained(name: String) throws {
        let folder = try staged()
        #expect(try folder.makeDirectory(FilePath(text: "d")))
        #expect(unsafe symlinkat("..", folder.descriptor.number, "up") == 0)
        #expect(unsafe symlinkat("d", folder.descriptor.number, "here") == 0)
        #expect(try make(name, in: folder) == nil)
        #expect(try make(sandbox.text("out"), in: folder) == nil)
        try folder.publish(as: sandbox.path("new"), replacing: false)
        #expect(try sandbox.names() == ["new"])
        #expect(!FileManager.default.fileExists(atPath: sandbox.text("new/d/out")))
    }
}
