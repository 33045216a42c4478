internal import CLinux
internal import Glibc

/// Randomness from the operating system, and from nowhere else.
package enum SystemRandom {
    /// Fills `bytes`. The kernel's generator does not fail once seeded; a kernel without
    /// getrandom(2) is no machine to make keys on, so that stops the program.
    package static func fill(_ bytes: inout MutableRawSpan) {
        unsafe bytes.withUnsafeMutableBytes { buffer in
            var filled = 0
            while filled < buffer.count {
                let count = unsafe getrandom(
                    buffer.baseAddress?.advanced(by: filled), buffer.count - filled, 0)
                if count > 0 {
                    filled += count
                } else if errno != EINTR {
                    preconditionFailure("random: getrandom failed with errno \(errno)")
                }
            }
        }
    }

    /// Public random bytes: salts and identifiers.
    package static func bytes(count: Int) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: count)
        var span = result.mutableSpan
        var bytes = unsafe span.mutableBytes
        fill(&bytes)
        return result
    }
}
