import FileIO
import Foundation
import Testing

@Suite(.enabled(if: Machine.canMount, "needs root and mount(8)"))
struct FullDiskTests {
    @Test("A full disk is told as such and leaves nothing", arguments: [false, true])
    func full(named: Bool) throws {
        let sandbox = Sandbox()
        let directory = sandbox.text(sandbox.directory)
        try #require(Shell.run("mount -t tmpfs -o size=64k tmpfs \"$1\"", directory).status == 0)
        defer { _ = try? Shell.run("umount \"$1\"", directory) }
        do {
            let path = sandbox.path("f")
            let output = try OutputFile(path: path, replacing: false, named: named)
            #expect(throws: FileError.noSpace(.path(path))) {
                for _ in 0..<100 { try output.write(pattern(4096)) }
            }
        }
        #expect(try sandbox.names() == [])
        let used = try Shell.run("df --output=used \"$1\" | tail -1", directory).output
        #expect(used.trimmingCharacters(in: .whitespacesAndNewlines) == "0")
    }
}
