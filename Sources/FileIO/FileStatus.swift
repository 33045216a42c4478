internal import CLinux
internal import Glibc

/// What the filesystem says about a file.
struct FileStatus: Sendable {
    enum Kind: Equatable, Sendable {
        case regular, directory, symbolicLink, characterDevice, other
    }

    let kind: Kind
    let identity: FileIdentity
    let byteCount: UInt64
    /// The permission bits, 0…0o7777.
    let mode: UInt32
    let owner: UInt32
    let group: UInt32
    let linkCount: UInt64
    let modificationNanoseconds: Int64
    /// Type and permissions as the kernel packs them.
    let rawMode: UInt32
    let allocatedByteCount: UInt64
    /// Of the device that a device node stands for.
    let special: (major: UInt32, minor: UInt32)
    /// When the content changed last, and when anything of the file did.
    let times: (modification: FileTime, change: FileTime)

    /// Of an open file.
    init(descriptor: Int32) throws(SystemError) {
        var raw = stat()
        guard unsafe fstat(descriptor, &raw) == 0 else { throw .last }
        self.init(raw)
    }

    /// Of a name, seen from `directory`.
    init(
        _ path: FilePath, in directory: Int32 = AT_FDCWD, followingLinks: Bool
    ) throws(SystemError) {
        var raw = stat()
        let flags = followingLinks ? 0 : AT_SYMLINK_NOFOLLOW
        let result = unsafe path.withCString { unsafe fstatat(directory, $0, &raw, flags) }
        guard result == 0 else { throw .last }
        self.init(raw)
    }

    private init(_ raw: stat) {
        kind =
            switch raw.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .directory
            case S_IFLNK: .symbolicLink
            case S_IFCHR: .characterDevice
            default: .other
            }
        identity = FileIdentity(device: UInt64(raw.st_dev), inode: UInt64(raw.st_ino))
        byteCount = UInt64(max(0, raw.st_size))
        mode = raw.st_mode & 0o7777
        owner = raw.st_uid
        group = raw.st_gid
        linkCount = UInt64(raw.st_nlink)
        rawMode = raw.st_mode
        allocatedByteCount = UInt64(max(0, raw.st_blocks)) * 512
        let device = UInt64(raw.st_rdev)
        special = (coffer_device_major(device), coffer_device_minor(device))
        times = (FileTime(raw.st_mtim), FileTime(raw.st_ctim))
        // Saturates in the year 2262 and before 1677, where 64 bits of nanoseconds end.
        let (seconds, overflow) = Int64(raw.st_mtim.tv_sec)
            .multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carried) = seconds.addingReportingOverflow(Int64(raw.st_mtim.tv_nsec))
        modificationNanoseconds =
            overflow || carried ? (raw.st_mtim.tv_sec < 0 ? .min : .max) : sum
    }
}
