import Foundation
import Testing

@testable import FileIO

/// On an XFS of its own, as the usual filesystems of test machines make no clones.
@Suite(.enabled(if: Machine.canMakeXFS, "needs root, mount(8) and xfsprogs"))
struct CloneTests {
    @Test("Where the filesystem makes clones, a header of the same length comes on one")
    func clone() throws {
        let sandbox = Sandbox()
        let directory = sandbox.text(sandbox.directory)
        let setup = """
            truncate -s 320M "$1.img" && mkfs.xfs -q -m reflink=1 "$1.img" &&
                mount -o loop "$1.img" "$1"
            """
        defer { _ = try? Shell.run("umount \"$1\"; rm -f \"$1.img\"", directory) }
        try #require(try Shell.run(setup, directory).status == 0)

        let old = pattern(4096)
        let new = Array(old.reversed())
        let payload = pattern(3_000_000)
        let path = try sandbox.write("c", old + payload, mode: 0o640)
        let before = try InputFile(path: path)
        #expect(try HeaderUpdate(path: path).replace(old, with: new) == .clone)
        #expect(try sandbox.read("c") == new + payload)
        #expect(try before.bytes(0..<4096) == old)
        #expect(try sandbox.names() == ["c"])
        #expect(try sandbox.mode("c") == 0o640)
    }
}
