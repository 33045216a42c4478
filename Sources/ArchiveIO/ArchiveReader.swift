internal import CLibArchive
internal import Glibc

/// Reads a tar member by member.
///
/// Only tar, and no compression, so that hostile bytes meet one parser of libarchive's and no other.
/// What that parser only warns of stops the work too: no encoder of ours writes it. Used by one
/// thread at a time.
@safe
package final class ArchiveReader {
    private let archive: OpaquePointer
    private let feed: Feed

    /// What the library's callback sees.
    private final class Feed {
        let input: any ArchiveInput
        var failure: (any Error)?

        init(_ input: any ArchiveInput) { self.input = input }
    }

    package init(_ input: any ArchiveInput) throws {
        guard let archive = unsafe archive_read_new() else {
            throw ArchiveError.libraryFailure("archive_read_new")
        }
        unsafe self.archive = archive
        feed = Feed(input)
        unsafe try check(archive_read_support_format_tar(archive))
        let context = unsafe Unmanaged.passUnretained(feed).toOpaque()
        unsafe try check(
            archive_read_open(
                archive, context, nil,
                { _, context, buffer in
                    guard let context = unsafe context, let buffer = unsafe buffer else {
                        return -1
                    }
                    let feed = unsafe Unmanaged<Feed>.fromOpaque(context).takeUnretainedValue()
                    do {
                        let bytes = unsafe try feed.input.next()
                        unsafe buffer.pointee = bytes.baseAddress
                        return bytes.count
                    } catch {
                        feed.failure = error
                        return -1
                    }
                }, nil))
    }

    deinit { unsafe _ = archive_read_free(archive) }

    /// The next member's header; nil at the end of the tar.
    package func next() throws -> ArchiveEntry? {
        guard let entry = unsafe archive_entry_new() else {
            throw ArchiveError.libraryFailure("archive_entry_new")
        }
        let owner = unsafe ArchiveEntry(owning: entry)
        let result = unsafe archive_read_next_header2(archive, entry)
        if result == ARCHIVE_EOF { return nil }
        if result != ARCHIVE_WARN || !isOfNames { try check(result) }
        owner.correctTime()
        return owner
    }

    /// Whether the warning is that names are no ASCII: the locale is always C, in which nothing else
    /// can be converted, and the library leaves names as they are.
    private var isOfNames: Bool {
        let text = unsafe archive_error_string(archive).map { unsafe String(cString: $0) }
        return text?.contains("can't be converted from UTF-8") == true
    }

    /// Where the member read last, or the end, begins.
    package var headerOffset: UInt64 {
        UInt64(max(0, unsafe archive_read_header_position(archive)))
    }

    /// The next stretch of the member's content and its offset in it; nil at the content's end.
    /// Holes are passed over. Stays as it is until the next call of anything here.
    package func nextBlock() throws -> (bytes: UnsafeRawBufferPointer, offset: UInt64)? {
        var start: UnsafeRawPointer?
        var byteCount = 0
        var offset: la_int64_t = 0
        let result = unsafe archive_read_data_block(archive, &start, &byteCount, &offset)
        if result == ARCHIVE_EOF { return nil }
        try check(result)
        guard offset >= 0 else { throw ArchiveError.malformed("a block before the beginning") }
        return unsafe (UnsafeRawBufferPointer(start: start, count: byteCount), UInt64(offset))
    }

    private func check(_ result: Int32) throws {
        guard result != ARCHIVE_OK else { return }
        if let failure = feed.failure { throw failure }
        let text = unsafe archive_error_string(archive).map { unsafe String(cString: $0) }
        throw ArchiveError.malformed(text ?? "error \(result)")
    }
}
