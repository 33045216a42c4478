internal import CLinux
internal import Glibc

/// The first bytes of a regular file that was found in a tree, by one open and one read.
package struct FileHead: Equatable, Sendable {
    /// As many as were asked for, or the whole file.
    package let bytes: [UInt8]
    /// Of the whole file.
    package let byteCount: UInt64

    /// nil for what is no regular file any more. A link is not followed, a FIFO not waited for.
    package static func read(
        _ path: FilePath, byteCount: Int
    ) throws(FileError) -> FileHead? {
        do throws(SystemError) {
            let file = try Descriptor(
                opening: path, flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
            let status = try file.status()
            guard status.kind == .regular else { return nil }
            let wanted = Int(min(UInt64(byteCount), status.byteCount))
            var failure: SystemError?
            let bytes = unsafe [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
                do throws(SystemError) {
                    count = unsafe try file.read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
                } catch { failure = error }
            }
            if let failure { throw failure }
            return FileHead(bytes: bytes, byteCount: status.byteCount)
        } catch {
            if error == .noSuchFile || error.number == ELOOP { return nil }
            throw .cannotOpen(.path(path), error)
        }
    }
}
