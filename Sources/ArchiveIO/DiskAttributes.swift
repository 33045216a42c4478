internal import CLibArchive
internal import Glibc

/// Asks the kernel for what a directory entry does not say: ACLs, extended attributes, holes.
///
/// Owns one library object, reused. Not for two threads at once.
@safe
package final class DiskAttributes {
    private let disk: OpaquePointer

    package init() throws(ArchiveError) {
        guard let disk = unsafe archive_read_disk_new() else {
            throw .libraryFailure("archive_read_disk_new")
        }
        unsafe self.disk = disk
    }

    deinit { unsafe _ = archive_read_free(disk) }

    /// Adds what is found to `member`.
    ///
    /// - Parameters:
    ///   - file: an open descriptor; nil for what cannot be opened, which `location` names.
    ///   - wantsHoles: whether the file takes less room than its length.
    /// - Returns: whether all of it could be read and can be kept.
    package func add(
        to member: inout Member, file: Int32?, location: [UInt8], wantsHoles: Bool
    ) throws(ArchiveError) -> Bool {
        guard let entry = unsafe archive_entry_new() else {
            throw .libraryFailure("archive_entry_new")
        }
        defer { unsafe archive_entry_free(entry) }
        var behavior = ARCHIVE_READDISK_NO_FFLAGS
        if !wantsHoles { behavior |= ARCHIVE_READDISK_NO_SPARSE }
        guard unsafe archive_read_disk_set_behavior(disk, Int32(behavior)) == ARCHIVE_OK else {
            throw .libraryFailure("archive_read_disk_set_behavior")
        }
        let path = location.map { CChar(bitPattern: $0) } + [0]
        unsafe path.span.withUnsafeBufferPointer {
            unsafe archive_entry_copy_sourcepath(entry, $0.baseAddress)
        }
        let result = unsafe archive_read_disk_entry_from_file(disk, entry, file ?? -1, nil)
        var isWhole = result == ARCHIVE_OK
        unsafe member.accessACL = Self.acl(entry, ARCHIVE_ENTRY_ACL_TYPE_ACCESS)
        unsafe member.defaultACL = Self.acl(entry, ARCHIVE_ENTRY_ACL_TYPE_DEFAULT)
        unsafe member.attributes = Self.attributes(entry, isWhole: &isWhole)
        if wantsHoles, member.kind == .regular {
            unsafe member.segments = Self.segments(entry, byteCount: member.byteCount)
        }
        return isWhole
    }

    private static func acl(_ entry: OpaquePointer, _ type: Int32) -> [UInt8] {
        guard unsafe archive_entry_acl_types(entry) & type != 0 else { return [] }
        let style = type | ARCHIVE_ENTRY_ACL_STYLE_SEPARATOR_COMMA
        guard let text = unsafe archive_entry_acl_to_text(entry, nil, style) else { return [] }
        defer { unsafe free(text) }
        return unsafe Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
    }

    private static func attributes(
        _ entry: OpaquePointer, isWhole: inout Bool
    ) -> [Member.ExtendedAttribute] {
        var found: [Member.ExtendedAttribute] = []
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var byteCount = 0
        _ = unsafe archive_entry_xattr_reset(entry)
        while unsafe archive_entry_xattr_next(entry, &name, &value, &byteCount) == ARCHIVE_OK {
            guard let name = unsafe name else { break }
            let bytes = unsafe Array(UnsafeRawBufferPointer(start: name, count: strlen(name)))
            // A pax record ends its keyword there.
            if bytes.contains(UInt8(ascii: "=")) {
                isWhole = false
                continue
            }
            found.append(
                Member.ExtendedAttribute(
                    name: bytes,
                    value: unsafe Array(UnsafeRawBufferPointer(start: value, count: byteCount))))
        }
        return found
    }

    /// Nil where the whole file is data. Holes at the end are an empty segment, as with GNU tar.
    private static func segments(_ entry: OpaquePointer, byteCount end: UInt64) -> [Member.Segment]?
    {
        guard unsafe archive_entry_sparse_reset(entry) > 0 else { return nil }
        var segments: [Member.Segment] = []
        var offset: la_int64_t = 0
        var byteCount: la_int64_t = 0
        while unsafe archive_entry_sparse_next(entry, &offset, &byteCount) == ARCHIVE_OK {
            guard offset >= 0, byteCount >= 0 else { return nil }
            let start = min(UInt64(offset), end)
            let count = min(UInt64(byteCount), end - start)
            if count > 0 { segments.append(Member.Segment(offset: start, byteCount: count)) }
        }
        if segments.last.map({ $0.offset + $0.byteCount < end }) ?? true {
            segments.append(Member.Segment(offset: end, byteCount: 0))
        }
        return segments
    }
}
