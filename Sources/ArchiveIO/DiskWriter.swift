internal import CLibArchive
internal import Glibc

/// Writes members below the working directory, with all that their headers say.
///
/// libarchive refuses absolute names, `..` and ways through symbolic links; whoever calls has checked
/// the names before. Used by one thread at a time.
@safe
package final class DiskWriter {
    package struct Options: Sendable {
        /// Owners are set, which only root may.
        package var setsOwner = false

        package init() {}
    }

    /// What a member could not be given.
    package enum Loss: Hashable, Sendable, CaseIterable {
        case acl, extendedAttribute, owner, mode, time, other
    }

    private let disk: OpaquePointer

    package init(_ options: Options) throws(ArchiveError) {
        guard let disk = unsafe archive_write_disk_new() else {
            throw .libraryFailure("archive_write_disk_new")
        }
        unsafe self.disk = disk
        var flags =
            ARCHIVE_EXTRACT_TIME | ARCHIVE_EXTRACT_PERM | ARCHIVE_EXTRACT_ACL
            | ARCHIVE_EXTRACT_XATTR | ARCHIVE_EXTRACT_SPARSE
            | ARCHIVE_EXTRACT_SECURE_NODOTDOT | ARCHIVE_EXTRACT_SECURE_SYMLINKS
            | ARCHIVE_EXTRACT_SECURE_NOABSOLUTEPATHS
        if options.setsOwner { flags |= ARCHIVE_EXTRACT_OWNER }
        guard unsafe archive_write_disk_set_options(disk, Int32(flags)) == ARCHIVE_OK else {
            throw .libraryFailure("archive_write_disk_set_options")
        }
    }

    deinit { unsafe _ = archive_write_free(disk) }

    /// Makes the member; a regular file's content follows.
    package func begin(_ entry: ArchiveEntry) throws(ArchiveError) -> Loss? {
        unsafe try check(archive_write_header(disk, entry.entry))
    }

    package func write(
        _ bytes: UnsafeRawBufferPointer, at offset: UInt64
    ) throws(ArchiveError) -> Loss? {
        var result: la_ssize_t
        var done = 0
        repeat {
            result = unsafe archive_write_data_block(
                disk, bytes.baseAddress?.advanced(by: done), bytes.count - done,
                la_int64_t(clamping: offset + UInt64(done)))
            // It says how much, or only that all is well.
            if result <= 0 { break }
            done += result
        } while done < bytes.count
        return try check(Int32(clamping: min(result, 0)))
    }

    /// Gives the member its attributes, after its content.
    package func finish() throws(ArchiveError) -> Loss? {
        unsafe try check(archive_write_finish_entry(disk))
    }

    /// Gives the directories theirs, after everything in them.
    package func close() throws(ArchiveError) -> Loss? {
        unsafe try check(archive_write_close(disk))
    }

    private func check(_ result: Int32) throws(ArchiveError) -> Loss? {
        guard result != ARCHIVE_OK else { return nil }
        let text = unsafe archive_error_string(disk).map { unsafe String(cString: $0) } ?? ""
        let number = unsafe archive_errno(disk)
        guard result == ARCHIVE_WARN, number != ENOSPC, number != EDQUOT else {
            throw .cannotWrite(number: number, text)
        }
        return Self.loss(text)
    }

    /// By the words of libarchive, as it has no other way to say it.
    private static func loss(_ text: String) -> Loss {
        if text.contains("ACL") || text.contains("acl") { return .acl }
        if text.contains("extended attributes") { return .extendedAttribute }
        if text.contains("user=") { return .owner }
        if text.contains("permissions") || text.contains("bit") { return .mode }
        if text.contains("time") { return .time }
        return .other
    }
}
