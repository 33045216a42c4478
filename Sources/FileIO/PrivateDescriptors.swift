internal import Glibc

/// Descriptors that were handed to this program alone.
package enum PrivateDescriptors {
    /// Keeps `number` from every program that is started from now on.
    package static func keep(_ number: Int32) {
        // Fails for one that is not open, and there is nothing to keep then.
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
    }

    /// The descriptor that a name such as `/dev/fd/3` stands for.
    package static func number(_ path: FilePath) -> Int32? {
        for folder in ["/dev/fd/", "/proc/self/fd/"] where path.bytes.starts(with: folder.utf8) {
            let digits = path.bytes.dropFirst(folder.utf8.count)
            return Int32(String(decoding: digits, as: UTF8.self))
        }
        return nil
    }
}
