internal import Glibc

/// Descriptors 0, 1 and 2.
package enum StandardDescriptors {
    /// Fills those that the process was started without, so that no output of ours becomes standard
    /// error by chance. Using one still fails: what stands in for input cannot be read, and what
    /// stands in for output cannot be written. Called first in `main`.
    package static func fillMissing() {
        for number in STDIN_FILENO...STDERR_FILENO {
            guard fcntl(number, F_GETFD) < 0 else { continue }
            let flags = number == STDIN_FILENO ? O_WRONLY : O_RDONLY
            // The lowest free number is the missing one.
            let opened = unsafe open("/dev/null", flags)
            precondition(opened == number, "standard descriptors: /dev/null took \(opened)")
        }
    }
}
