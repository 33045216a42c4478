internal import CLinux
internal import Glibc

extension OutputFile {
    /// The end of a complete output: a new file appears under its name, data and name on the disk.
    ///
    /// Permissions: `mode` where given; else those of the file that is replaced; else 0600, as
    /// containers and what comes out of them concern their owner. A replaced file's owner and group
    /// are kept where the system allows; where it does not, group and others get nothing. The
    /// modification time is set where given. A FIFO, device or standard output is only flushed.
    ///
    /// Called once; without it a new file never was.
    ///
    /// - Throws: ``FileError/exists(_:)`` if the target appeared meanwhile and `replacing` is off.
    package func commit(
        mode: UInt32? = nil, modificationNanoseconds: Int64? = nil
    ) throws(FileError) {
        guard let temporary else { return try flushStraight() }
        _ = try settle(temporary, mode: mode, modificationNanoseconds: modificationNanoseconds)
        try temporary.publish(replacing: replacing)
    }

    /// XFS reserves nothing beyond the end of files that are smaller.
    private static let reservingByteCount: UInt64 = 64 << 10

    /// Everything of that but the name and the disk.
    func settle(
        _ temporary: TemporaryFile, mode: UInt32?, modificationNanoseconds: Int64?
    ) throws(FileError) -> FileStatus {
        let number = temporary.descriptor.number
        var permissions = (mode ?? replaced?.mode ?? 0o600) & 0o777
        var found: FileStatus?
        try translating { () throws(SystemError) in
            let status = try temporary.descriptor.status()
            // Cutting at the size gives back what was reserved beyond it; for a small file nothing is.
            guard
                status.byteCount < Self.reservingByteCount
                    || ftruncate(number, off_t(clamping: status.byteCount)) == 0
            else { throw .last }
            if let replaced, replaced.owner != status.owner || replaced.group != status.group,
                fchown(number, replaced.owner, replaced.group) != 0
            {
                permissions &= 0o700
            }
            guard fchmod(number, permissions) == 0 else { throw .last }
            if let modificationNanoseconds {
                try temporary.descriptor.setModification(nanoseconds: modificationNanoseconds)
            }
            found = status
        }
        guard let found else { preconditionFailure("output: settled without a status") }
        return found
    }
}

extension Descriptor {
    /// Sets the modification time, and leaves the access time.
    func setModification(nanoseconds: Int64) throws(SystemError) {
        let billion: Int64 = 1_000_000_000
        let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: billion)
        let borrow: Int64 = rest < 0 ? 1 : 0
        let times = [
            timespec(tv_sec: 0, tv_nsec: coffer_utime_omit),
            timespec(tv_sec: Int(seconds - borrow), tv_nsec: Int(rest + borrow * billion)),
        ]
        guard unsafe futimens(number, times) == 0 else { throw .last }
    }
}
