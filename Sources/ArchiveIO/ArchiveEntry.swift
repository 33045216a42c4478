internal import CLibArchive
internal import Glibc

/// A member's header as libarchive holds it: read from a tar, looked at and changed here, written to
/// the disk. Used by one thread at a time.
@safe
package final class ArchiveEntry {
    let entry: OpaquePointer

    /// Takes over a library object.
    init(owning entry: OpaquePointer) { unsafe self.entry = entry }

    deinit { unsafe archive_entry_free(entry) }

    /// A copy of its own, for another thread.
    package func copy() throws(ArchiveError) -> ArchiveEntry {
        guard let copy = unsafe archive_entry_clone(entry) else {
            throw .libraryFailure("archive_entry_clone")
        }
        return unsafe ArchiveEntry(owning: copy)
    }

    /// Nil for what no member of ours is.
    package var kind: Member.Kind? {
        if unsafe archive_entry_hardlink(entry) != nil { return .hardLink }
        return switch unsafe archive_entry_filetype(entry) & S_IFMT {
        case S_IFREG: .regular
        case S_IFLNK: .symbolicLink
        case S_IFCHR: .characterDevice
        case S_IFBLK: .blockDevice
        case S_IFDIR: .directory
        case S_IFIFO: .fifo
        default: nil
        }
    }

    /// Without the slash at the end of a directory's name.
    package var path: [UInt8] {
        get {
            var path = unsafe Self.bytes(archive_entry_pathname(entry))
            if path.count > 1, path.last == UInt8(ascii: "/") { path.removeLast() }
            return path
        }
        set {
            unsafe Self.withCString(newValue) { unsafe archive_entry_copy_pathname(entry, $0) }
        }
    }

    /// Of a hard link a path, of a symbolic link its text.
    package var linkTarget: [UInt8] {
        if let target = unsafe archive_entry_hardlink(entry) { return unsafe Self.bytes(target) }
        return unsafe Self.bytes(archive_entry_symlink(entry))
    }

    package func setHardLink(_ path: [UInt8]) {
        unsafe Self.withCString(path) { unsafe archive_entry_copy_hardlink(entry, $0) }
    }

    package var byteCount: UInt64 { UInt64(max(0, unsafe archive_entry_size(entry))) }

    /// The permission bits as the kernel shows them: with an ACL those of the group are its mask,
    /// where libarchive has what the ACL says of the group itself.
    package var mode: UInt32 {
        let mode = unsafe archive_entry_perm(entry) & 0o7777
        guard let mask = accessMask else { return mode }
        return mode & ~0o070 | mask << 3
    }

    package var hasACL: Bool { unsafe archive_entry_acl_types(entry) != 0 }

    /// Whether the kernel keeps nothing of it but content, owner, mode and time.
    package var isPlainFile: Bool {
        unsafe kind == .regular && archive_entry_acl_types(entry) == 0
            && archive_entry_xattr_count(entry) == 0 && archive_entry_sparse_count(entry) == 0
            && archive_entry_perm(entry) & 0o7000 == 0
    }

    package var hasSetID: Bool { unsafe archive_entry_perm(entry) & 0o6000 != 0 }

    package func dropSetID() {
        unsafe archive_entry_set_perm(entry, archive_entry_perm(entry) & 0o1777)
    }

    private var accessMask: UInt32? {
        guard unsafe archive_entry_acl_reset(entry, ARCHIVE_ENTRY_ACL_TYPE_ACCESS) > 0 else {
            return nil
        }
        var (type, permissions, tag, number) = (Int32(0), Int32(0), Int32(0), Int32(0))
        var name: UnsafePointer<CChar>?
        while unsafe archive_entry_acl_next(
            entry, ARCHIVE_ENTRY_ACL_TYPE_ACCESS, &type, &permissions, &tag, &number, &name)
            == ARCHIVE_OK
        {
            if tag == ARCHIVE_ENTRY_ACL_MASK { return UInt32(permissions & 7) }
        }
        return nil
    }

    package var owner: Int64 {
        get { unsafe archive_entry_uid(entry) }
        set { unsafe archive_entry_set_uid(entry, newValue) }
    }

    package var group: Int64 {
        get { unsafe archive_entry_gid(entry) }
        set { unsafe archive_entry_set_gid(entry, newValue) }
    }

    package var ownerName: [UInt8] { unsafe Self.bytes(archive_entry_uname(entry)) }
    package var groupName: [UInt8] { unsafe Self.bytes(archive_entry_gname(entry)) }
    package var seconds: Int64 { Int64(unsafe archive_entry_mtime(entry)) }
    package var nanoseconds: UInt32 { UInt32(clamping: unsafe archive_entry_mtime_nsec(entry)) }

    /// libarchive reads `-1.25` as 0.25 s after -1 s.
    func correctTime() {
        guard seconds < 0, nanoseconds > 0 else { return }
        unsafe archive_entry_set_mtime(entry, Int(seconds - 1), 1_000_000_000 - Int(nanoseconds))
    }

    package var isSparse: Bool { unsafe archive_entry_sparse_count(entry) > 0 }

    private static func bytes(_ text: UnsafePointer<CChar>?) -> [UInt8] {
        guard let text = unsafe text else { return [] }
        return unsafe Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
    }

    private static func withCString(_ bytes: [UInt8], _ body: (UnsafePointer<CChar>?) -> Void) {
        let characters = bytes.map { CChar(bitPattern: $0) } + [0]
        unsafe characters.span.withUnsafeBufferPointer { unsafe body($0.baseAddress) }
    }
}
