internal import CLinux
internal import Glibc

/// A regular file that is being restored and has no more to it than content, owner, mode and time.
///
/// Made in some six calls, where a library that asks the kernel about each directory on the way needs
/// twenty. openat2(2) looks at the whole way at once: no link on it is followed.
package struct PlainFile: Sendable {
    package enum Attribute: Sendable {
        case owner, mode, time
    }

    private let path: FilePath
    private let mode: UInt32
    private let owner: (user: UInt32, group: UInt32)?
    private let time: FileTime

    /// - Parameters:
    ///   - mode: the permission bits, without set-user-ID and its like.
    ///   - owner: nil leaves it to the kernel.
    package init(
        _ path: FilePath, mode: UInt32, owner: (user: UInt32, group: UInt32)?, time: FileTime
    ) {
        precondition(mode & ~0o777 == 0, "plain file: bits that it has no rule for")
        self.path = path
        self.mode = mode
        self.owner = owner
        self.time = time
    }

    /// Makes it below `folder` and returns what it could not be given; nil where there is no such file
    /// now, as its name is taken, its directory cannot be reached so, or the kernel is older than 5.6.
    package func make(
        _ content: RawSpan, in folder: StagingFolder
    ) throws(SystemError) -> [Attribute]? {
        let number = unsafe path.withCString {
            unsafe coffer_create_beneath(folder.descriptor.number, $0, mode)
        }
        guard number >= 0 else { return nil }
        let file = Descriptor(owning: number)
        do throws(SystemError) {
            unsafe try content.withUnsafeBytes { (bytes) throws(SystemError) in
                unsafe try file.write(bytes)
            }
            return try attributesMissing(file)
        } catch {
            // In part is worse than not at all.
            _ = unsafe path.withCString { unsafe unlinkat(folder.descriptor.number, $0, 0) }
            throw error
        }
    }

    private func attributesMissing(_ file: borrowing Descriptor) throws(SystemError) -> [Attribute]
    {
        var missing: [Attribute] = []
        let status = try file.status()
        if let owner, owner != (status.owner, status.group),
            fchown(file.number, owner.user, owner.group) != 0
        {
            missing.append(.owner)
        }
        // The umask took something away, or an ACL that its directory hands on.
        if status.mode != mode, fchmod(file.number, mode) != 0 { missing.append(.mode) }
        let times = [
            timespec(tv_sec: 0, tv_nsec: coffer_utime_omit),
            timespec(tv_sec: Int(time.seconds), tv_nsec: Int(time.nanoseconds)),
        ]
        if unsafe futimens(file.number, times) != 0 { missing.append(.time) }
        return missing
    }
}
