import ArchiveIO
import ContainerFormat
import FileIO
import Foundation
import Glibc
import Synchronization
import Testing

@testable import Envelope

/// Archives from somebody who may encrypt to you and means you harm: one fault each.
@Suite(.serialized) struct HostileArchiveTests {
    private typealias Kind = Member.Kind

    private static func member(
        _ path: String, _ kind: Member.Kind = .regular, _ content: String = "", target: String = "",
        mode: UInt32 = 0o644
    ) -> [UInt8] {
        var member = Member(
            path: Array(path.utf8), kind: kind, mode: mode, owner: getuid(), group: getgid())
        member.byteCount = UInt64(content.utf8.count)
        // With nanoseconds, so that there is an extended header.
        member.setTime(seconds: 1, nanoseconds: 1)
        member.linkTarget = Array(target.utf8)
        var bytes = PaxHeader.encode(member) ?? []
        bytes += Array(content.utf8)
        PaxHeader.pad(&bytes)
        return bytes
    }

    /// What is left of an archive: names below the folder that it was restored to, and refusals.
    private struct Restored {
        var names: [String]
        var refusals: [RestoreRefusal]
        var report: RestoreReport
    }

    /// Restores `members` beside a folder `outside` that nothing may reach.
    private static func restore(
        _ members: [[UInt8]], end: [UInt8] = [UInt8](repeating: 0, count: 1024),
        _ change: (inout RestoreOptions) -> Void = { _ in }
    ) throws -> Restored {
        let tar = members.flatMap(\.self) + end
        let container = try Container(tar, to: [TestKeys.file("a")]) {
            var metadata = Metadata()
            metadata.isArchive = true
            $0.metadata = metadata
        }
        return try Scratch.withFolder { folder in
            let outside = folder.appending(component: "outside")
            try outside.makeDirectory()
            try Scratch.write(Array("untouched".utf8), to: outside.appending(component: "file"))
            let input = folder.appending(component: "in")
            try Scratch.write(container.bytes, to: input)
            let target = folder.appending(component: "target")
            var options = RestoreOptions()
            change(&options)
            let refusals = Mutex<[RestoreRefusal]>([])
            let restore = ArchiveRestore(
                into: try StagingFolder(in: folder, after: target.lastComponent), options: options
            ) { refusal in refusals.withLock { $0.append(refusal) } }
            do {
                _ = try Decryption(keys: [TestKeys.file("a")], options: .init())
                    .run(InputFile(path: input), progress: Progress()) { head in
                        #expect(head.metadata?.isArchive == true)
                        return .consumer(restore)
                    }
            } catch {
                restore.abandon()
                throw error
            }
            let report = try restore.finish()
            try restore.folder.publish(as: target, replacing: false)
            #expect(
                try Scratch.read(outside.appending(component: "file")) == Array("untouched".utf8))
            let text = try #require(folder.utf8Text)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: text).sorted()
                    == ["in", "outside", "target"])
            let names = FileManager.default.enumerator(atPath: text + "/target")?
                .compactMap { $0 as? String }
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: text + "/outside") == ["file"])
            return Restored(
                names: (names ?? []).sorted(), refusals: refusals.withLock { $0 }, report: report)
        }
    }

    @Test(
        "A name that leads out of the folder is left out, and the others are restored",
        arguments: [
            "../outside/evil", "/tmp/coffer-evil", "a/../../outside/evil", "..", "a//b", "./evil",
            "a/./b", "a/..",
        ])
    func unsafeName(_ name: String) throws {
        let found = try Self.restore([
            Self.member("before"), Self.member(name, .regular, "evil"), Self.member("after"),
        ])
        #expect(found.refusals.map(\.reason) == [.unsafeName])
        #expect(found.names == ["after", "before"])
        #expect(found.report.refusedCount == 1 && !found.report.isWhole)
    }

    @Test("Nothing is written through a symbolic link, wherever it leads")
    func throughLink() throws {
        for target in ["../outside", "/tmp", "."] {
            let found = try Self.restore([
                Self.member("link", .symbolicLink, target: target),
                Self.member("link/evil", .regular, "evil"),
                Self.member("link/sub", .directory, mode: 0o755),
                Self.member("link/file", .symbolicLink, target: "x"),
            ])
            #expect(found.refusals.map(\.reason) == [.conflict, .conflict, .conflict])
            #expect(found.names == ["link"])
        }
    }

    @Test("A large file is not written through a link either")
    func largeThroughLink() throws {
        let large = String(repeating: "x", count: 300_000)
        let found = try Self.restore([
            Self.member("file", .symbolicLink, target: "../outside/file"),
            Self.member("file", .regular, large), Self.member("d/file", .regular, large),
        ])
        #expect(found.names == ["d", "d/file", "file"])
    }

    @Test("A link does not take the name of a directory")
    func linkForDirectory() throws {
        let found = try Self.restore([
            Self.member("d", .directory, mode: 0o755),
            Self.member("d", .symbolicLink, target: "../outside"),
            Self.member("d/file", .regular, "evil"),
        ])
        #expect(found.refusals.map(\.reason) == [.conflict])
        #expect(found.names == ["d", "d/file"])
    }

    @Test("A file has nothing below it")
    func belowFile() throws {
        let found = try Self.restore([
            Self.member("f", .regular, String(repeating: "x", count: 200_000)),
            Self.member("f/x", .regular, "evil"),
        ])
        #expect(found.refusals.map(\.reason) == [.conflict])
        #expect(found.names == ["f"])
    }

    @Test(
        "A hard link leads to nothing but a member that was restored",
        arguments: [
            "../outside/file", "/etc/passwd", "a/../../outside/file", "link/file", "d", "x/y", "",
        ])
    func hardLink(_ target: String) throws {
        let found = try Self.restore([
            Self.member("d", .directory, mode: 0o755),
            Self.member("link", .symbolicLink, target: "../outside"),
            Self.member("hard", .hardLink, target: target),
        ])
        #expect(found.names == ["d", "link"])
        #expect(found.report.refusedCount == 1)
    }

    @Test("A hard link with content does not overwrite what it links to")
    func hardLinkWithContent() throws {
        let found = try Self.restore([
            Self.member("a", .regular, "good"), Self.member("b", .hardLink, "evil", target: "a"),
        ])
        #expect(found.names == ["a"])
        #expect(found.refusals.map(\.reason) == [.unsafeLink])
    }

    @Test(
        "A name with control characters is left out, unless all is to be kept",
        arguments: ["a\nb", "\u{1B}[2J", "d/\u{7F}"])
    func controlCharacters(_ name: String) throws {
        let members = [Self.member(name, .regular, "x")]
        #expect(try Self.restore(members).refusals.map(\.reason) == [.controlCharacters])
        let kept = try Self.restore(members) { $0.preservesAll = true }
        #expect(kept.names.contains(name) && kept.report.isWhole)
    }

    @Test("Set-user-ID and set-group-ID bits of files go, unless all is to be kept")
    func setID() throws {
        let members = [Self.member("s", .regular, "x", mode: 0o6755)]
        #expect(try Self.restore(members).report.droppedSetIDCount == 1)
        #expect(try Self.restore(members) { $0.preservesAll = true }.report.droppedSetIDCount == 0)
    }

    @Test("A name that no file system takes is told, and the others are restored")
    func longName() throws {
        let found = try Self.restore([
            Self.member(String(repeating: "n", count: 5000)), Self.member("after"),
        ])
        #expect(found.names == ["after"])
        #expect(found.report.refusedCount == 1)
    }

    @Test("Two members of one name leave one file")
    func twice() throws {
        let found = try Self.restore((0..<50).map { Self.member("same", .regular, "\($0)") })
        #expect(found.names == ["same"])
    }

    @Test("Leading parts are stripped before a name is judged")
    func stripped() throws {
        let found = try Self.restore([
            Self.member("a/b/c", .regular, "x"), Self.member("a/d", .regular, "x"),
            Self.member("a/../../x", .regular, "x"), Self.member("a/l", .hardLink, target: "a/d"),
        ]) { $0.strippedComponentCount = 1 }
        #expect(found.names == ["b", "b/c", "d", "l"])
        #expect(found.refusals.map(\.reason) == [.unsafeName])
    }

    @Test("Bytes that are no tar of ours stop the restore, and nothing of it stays")
    func malformed() throws {
        let good = Self.member("good", .regular, "content")
        var checksum = good
        checksum[148] ^= 1
        var size = good
        for position in 124..<135 { size[position] = UInt8(ascii: "7") }
        var record = good
        record[512] = UInt8(ascii: "9")
        var number = good
        number[124] = 0xFF
        let cases: [[UInt8]] = [
            checksum, size, record,
            [UInt8](repeating: 0x41, count: 2048), number,
        ]
        for (position, bytes) in cases.enumerated() {
            #expect(throws: ArchiveError.self, "case \(position)") {
                _ = try Self.restore(
                    [good, bytes], end: position == 1 ? [] : [UInt8](repeating: 0, count: 1024))
            }
        }
    }

    @Test("An archive that ends inside a member stops the restore", arguments: [512, 600, 1100])
    func cut(_ byteCount: Int) throws {
        let members = Self.member("file", .regular, String(repeating: "x", count: 2000))
        #expect(throws: ArchiveError.self) {
            _ = try Self.restore([Array(members.prefix(byteCount))], end: [])
        }
    }

    @Test("A sparse map that lies does not make a file larger than its header says")
    func sparseLies() throws {
        for map in ["1\n9223372036854775807\n9\n", "1\n-5\n10\n", "99999999999\n", "1\n0\n99999\n"]
        {
            var member = Member(
                path: Array("s".utf8), kind: .regular, mode: 0o644, owner: 0, group: 0)
            member.byteCount = 1 << 20
            member.segments = [.init(offset: 0, byteCount: 512)]
            var bytes = PaxHeader.encode(member) ?? []
            let start = bytes.count - 512
            for (offset, byte) in (Array(map.utf8) + [0, 0, 0, 0]).enumerated() {
                bytes[start + offset] = byte
            }
            bytes += [UInt8](repeating: 7, count: 512)
            do {
                let found = try Self.restore([bytes])
                #expect(found.report.byteCount <= 1 << 20)
            } catch is ArchiveError {}
        }
    }

    @Test("The index has to say what the tar says, byte for byte")
    func index() throws {
        let tar = Self.member("a", .regular, "x")
        let entry = IndexedMember(
            offset: 0, byteCount: 1, seconds: 1, nanoseconds: 1, owner: getuid(), group: getgid(),
            mode: 0o644, kind: .regular, path: [0x61])
        func plaintext(_ change: (inout IndexedMember) -> Void) -> [UInt8] {
            var member = entry
            change(&member)
            let index = MemberIndexFooter.mark + member.encoded
            let padding = MemberIndexFooter.paddingByteCount(afterIndexBytes: UInt64(index.count))
            let footer = MemberIndexFooter(indexOffset: UInt64(tar.count + 1024), memberCount: 1)
            return tar + [UInt8](repeating: 0, count: 1024) + index
                + [UInt8](repeating: 0, count: padding) + footer.encoded
        }
        #expect(try Self.check(plaintext { _ in }) == 1)
        #expect(throws: MemberIndexError.self) { try Self.check(plaintext { $0.byteCount = 2 }) }
        #expect(throws: MemberIndexError.self) { try Self.check(plaintext { $0.path = [0x62] }) }
        #expect(throws: MemberIndexError.self) { try Self.check(plaintext { $0.mode = 0o755 }) }
        #expect(throws: MemberIndexError.self) { try Self.check(plaintext { $0.seconds = 2 }) }
        #expect(throws: MemberIndexError.self) { try Self.check(tar + plaintext { _ in }) }
        #expect(throws: MemberIndexError.self) {
            try Self.check(tar + [UInt8](repeating: 0, count: 1024))
        }
    }

    private static func check(_ plaintext: [UInt8]) throws -> UInt64 {
        let container = try Container(plaintext, to: [TestKeys.file("a")])
        return try Scratch.withFolder { folder in
            let input = folder.appending(component: "in")
            try Scratch.write(container.bytes, to: input)
            let check = MemberCheck()
            do {
                _ = try Decryption(keys: [TestKeys.file("a")], options: .init())
                    .run(InputFile(path: input), progress: Progress()) { _ in .consumer(check) }
            } catch {
                check.abandon()
                throw error
            }
            return try check.finish()
        }
    }
}
