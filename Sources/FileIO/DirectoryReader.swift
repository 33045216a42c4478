internal import CLinux
internal import Glibc

/// The names in an open directory, a buffer of them at a time, in the order of the file system.
///
///     u64 inode, u64 offset, u16 record length, u8 type, name and NUL      getdents64(2)
struct DirectoryReader: ~Copyable {
    struct Entry: Sendable {
        enum Kind: Sendable {
            case directory, regular, other
            /// The file system does not say: ask for the file's status.
            case unknown
        }

        let name: FilePath
        let kind: Kind
    }

    private static let bufferByteCount = 32 * 1024
    private static let typeOffset = 18
    private static let nameOffset = 19

    private let descriptor: Descriptor
    private var buffer = [UInt8](repeating: 0, count: Self.bufferByteCount)

    /// - Parameter followingLinks: whether a link to a directory is one.
    init(_ path: FilePath, followingLinks: Bool) throws(SystemError) {
        descriptor = try Descriptor(
            opening: path,
            flags: O_RDONLY | O_DIRECTORY | O_NONBLOCK | (followingLinks ? 0 : O_NOFOLLOW))
    }

    /// Of a directory that is open and stays so; from its beginning.
    init(_ directory: borrowing Descriptor) throws(SystemError) {
        let copy = try directory.duplicate()
        guard lseek(copy.number, 0, SEEK_SET) == 0 else { throw .last }
        descriptor = copy
    }

    func status() throws(SystemError) -> FileStatus { try descriptor.status() }

    /// Some more entries, without `.` and `..`; nil at the end.
    mutating func next() throws(SystemError) -> [Entry]? {
        while true {
            let count = unsafe coffer_read_directory(
                descriptor.number, &buffer, Self.bufferByteCount)
            guard count >= 0 else { throw .last }
            guard count > 0 else { return nil }
            let entries = entries(byteCount: count)
            if !entries.isEmpty { return entries }
        }
    }

    private func entries(byteCount: Int) -> [Entry] {
        var entries: [Entry] = []
        var start = 0
        while start + Self.nameOffset < byteCount {
            let length = Int(buffer[start + 16]) | Int(buffer[start + 17]) << 8
            precondition(
                length > Self.nameOffset && start + length <= byteCount,
                "directory reader: a record of getdents64 runs past its buffer")
            let name = buffer[start + Self.nameOffset..<start + length].prefix { $0 != 0 }
            if !name.elementsEqual(Self.own) && !name.elementsEqual(Self.parent) {
                entries.append(
                    Entry(
                        name: FilePath(bytes: Array(name)),
                        kind: Self.kind(buffer[start + Self.typeOffset])))
            }
            start += length
        }
        return entries
    }

    private static let own = Array(".".utf8)
    private static let parent = Array("..".utf8)

    private static func kind(_ type: UInt8) -> Entry.Kind {
        switch Int(type) {
        case Int(DT_DIR): .directory
        case Int(DT_REG): .regular
        case Int(DT_UNKNOWN): .unknown
        default: .other
        }
    }
}
