internal import CLinux
internal import Glibc

extension Descriptor {
    /// Makes `self`, a new empty file, share all blocks of `source`; false where the filesystem has
    /// no such thing or the two lie apart.
    func clone(_ source: borrowing Descriptor) -> Bool {
        coffer_clone_file(number, source.number) == 0
    }

    /// Appends everything in `source` from byte `offset` on: inside the kernel where it can.
    func append(_ source: borrowing Descriptor, from offset: UInt64) throws(SystemError) {
        var position = Int64(clamping: offset)
        while true {
            let count = unsafe coffer_copy_range(source.number, &position, number, 1 << 30)
            if count > 0 { continue }
            // 0 is the end, or a file that only read(2) can read; reading tells them apart. Any error
            // (two filesystems, an appending output, an old kernel) comes again by hand if it is real.
            if count < 0 && errno == EINTR { continue }
            break
        }
        try appendByHand(source, from: UInt64(position))
    }

    private func appendByHand(
        _ source: borrowing Descriptor, from offset: UInt64
    ) throws(SystemError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
        defer { unsafe buffer.deallocate() }
        var position = offset
        while true {
            let count = unsafe try source.read(into: buffer, at: position)
            if count == 0 { return }
            unsafe try write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            position += UInt64(count)
        }
    }
}
