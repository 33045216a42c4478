internal import CLinux
internal import Glibc

/// Keeps this process's memory out of core files and away from other processes of the user.
package enum ProcessProtection {
    /// Core dumps off, and not traceable by the user's other processes. Called first in `main`.
    ///
    /// Neither call can fail with these arguments on a kernel that has them.
    package static func forbidDumps() {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        _ = coffer_set_not_dumpable()
    }

    /// No trace of this process's memory on the terminal: Swift's runtime prints what lies near the
    /// registers when a program crashes, and that may be a key. The crash itself stays a crash.
    package static func forbidBacktraces() {
        for signal in [SIGILL, SIGTRAP, SIGABRT, SIGFPE, SIGBUS, SIGSEGV] {
            _ = coffer_signal_default(signal)
        }
    }
}
