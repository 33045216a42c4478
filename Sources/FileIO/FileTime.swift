internal import CLinux
internal import Glibc

/// A time as files have it: nanoseconds after whole seconds since 1970.
package struct FileTime: Hashable, Sendable {
    package let seconds: Int64
    /// 0…999,999,999, also before 1970.
    package let nanoseconds: UInt32

    package init(seconds: Int64, nanoseconds: UInt32) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    init(_ raw: timespec) {
        self.init(seconds: Int64(raw.tv_sec), nanoseconds: UInt32(clamping: raw.tv_nsec))
    }
}
