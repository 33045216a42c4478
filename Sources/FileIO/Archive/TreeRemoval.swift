internal import Glibc

/// Removes a directory with everything in it.
enum TreeRemoval {
    /// Nobody is told of what stays: it is removed when a program ends, or after another took its
    /// place. Somebody may still be writing into it, so it is tried more than once.
    static func remove(_ name: FilePath, in directory: Int32) {
        for _ in 0..<3 where !removeOnce(name, in: directory) {}
    }

    private static func removeOnce(_ name: FilePath, in directory: Int32) -> Bool {
        do throws(SystemError) {
            let descriptor = try Descriptor(
                opening: name, in: directory, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
            // A restored directory may forbid its owner to write.
            _ = fchmod(descriptor.number, 0o700)
            var reader = try DirectoryReader(descriptor)
            while let entries = try reader.next() {
                for entry in entries where unlink(entry.name, in: descriptor.number, 0) != 0 {
                    remove(entry.name, in: descriptor.number)
                }
            }
        } catch { return error == .noSuchFile }
        return unlink(name, in: directory, AT_REMOVEDIR) == 0
    }

    private static func unlink(_ name: FilePath, in directory: Int32, _ flags: Int32) -> Int32 {
        unsafe name.withCString { unsafe unlinkat(directory, $0, flags) }
    }
}
