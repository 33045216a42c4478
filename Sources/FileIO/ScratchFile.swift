internal import CLinux
internal import Glibc

/// A temporary file without a name, for what is too large to keep in memory and no secret.
package final class ScratchFile: Sendable {
    private static let name = FileName.path(FilePath(text: "(temporary file)"))
    private let descriptor: Descriptor

    /// In `TMPDIR`, or /tmp.
    package init() throws(FileError) {
        let folder = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
        let path = FilePath(text: folder)
        do throws(SystemError) {
            descriptor = try Descriptor(
                opening: path, flags: O_RDWR | coffer_o_tmpfile, mode: 0o600)
        } catch { throw .cannotCreate(path, error) }
    }

    package func append(_ bytes: [UInt8]) throws(FileError) {
        do throws(SystemError) {
            try unsafe bytes.span.bytes.withUnsafeBytes { (buffer) throws(SystemError) in
                try unsafe descriptor.write(buffer)
            }
        } catch { throw .writing(Self.name, error) }
    }

    package func read(offset: UInt64, count: Int) throws(FileError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        do throws(SystemError) {
            let done = try Self.fill(&bytes, from: descriptor, at: offset)
            precondition(done == count, "scratch file: shorter than what was written")
        } catch { throw .readFailed(Self.name, error) }
        return bytes
    }

    private static func fill(
        _ bytes: inout [UInt8], from descriptor: borrowing Descriptor, at offset: UInt64
    ) throws(SystemError) -> Int {
        var span = bytes.mutableSpan
        var raw = unsafe span.mutableBytes
        return unsafe try raw.withUnsafeMutableBytes { (buffer) throws(SystemError) -> Int in
            try unsafe descriptor.read(into: buffer, at: offset)
        }
    }
}
