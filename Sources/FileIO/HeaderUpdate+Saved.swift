internal import CLinux
internal import Glibc

/// The old header beside the container, and the steps of an update in place. Each step is whole on
/// the disk before the next begins; the tests stop between them.
extension HeaderUpdate {
    /// The header that an interrupted update left beside `path`, for whoever only reads; nil if there
    /// is none. It may be cut or belong to an older container: believe it only by its MAC.
    package static func savedHeader(
        beside path: FilePath, limit: Int
    ) throws(FileError) -> [UInt8]? {
        let resolved = try OutputTarget.followingLinks(path)
        return try readSaved(resolved.appending(suffix: savedHeaderSuffix), limit: limit)
    }

    package func savedHeader(limit: Int) throws(FileError) -> [UInt8]? {
        try Self.readSaved(path.appending(suffix: Self.savedHeaderSuffix), limit: limit)
    }

    /// Removes what an update left that was interrupted after its new header was in place. The file's
    /// own header is known to be good.
    package func discardSavedHeader() throws(FileError) { try removeSavedHeader() }

    /// Finishes an interrupted update: the saved header goes back where it was.
    package func restore(_ header: [UInt8]) throws(FileError) {
        try TemporaryRegistry.shared.shielding { () throws(FileError) in
            try writing { () throws(SystemError) in
                try input.descriptor.writeHead(header)
                try input.descriptor.synchronize()
            }
            try removeSavedHeader()
        }
    }

    /// Step 1: the old header is beside the file, name and bytes on the disk.
    func saveHeader(_ header: [UInt8]) throws(FileError) {
        do throws(SystemError) {
            let saved = try Descriptor(
                opening: savedName, in: directory.number,
                flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
            do throws(SystemError) {
                try saved.writeHead(header)
                // Who may read the container may recover it. A failure narrows that, no more.
                _ = fchown(saved.number, status.owner, status.group)
                _ = fchmod(saved.number, status.mode & 0o666)
                try saved.synchronize()
                try directory.synchronize()
            } catch {
                try? directory.removeName(savedName)
                throw error
            }
        } catch {
            throw .creating(path.appending(suffix: Self.savedHeaderSuffix), error)
        }
    }

    /// Step 2: the new header is in its place; if that fails, the old one is again, or the saved one
    /// stays for the next command to find.
    func overwriteHeader(with new: [UInt8], orElse old: [UInt8]) throws(FileError) {
        do throws(SystemError) {
            try input.descriptor.writeHead(new)
            try input.descriptor.synchronize()
        } catch {
            try restore(old, after: error)
        }
    }

    private func restore(_ old: [UInt8], after error: SystemError) throws(FileError) {
        try writing { () throws(SystemError) in
            try input.descriptor.writeHead(old)
            try input.descriptor.synchronize()
        }
        try removeSavedHeader()
        throw .writing(.path(path), error)
    }

    /// Step 3: nothing is beside the file.
    func removeSavedHeader() throws(FileError) {
        do throws(SystemError) {
            try directory.removeName(savedName)
            try directory.synchronize()
        } catch {
            if error != .noSuchFile {
                throw .writeFailed(
                    .path(path.appending(suffix: Self.savedHeaderSuffix)), error)
            }
        }
    }

    private var savedName: FilePath {
        path.lastComponent.appending(suffix: Self.savedHeaderSuffix)
    }

    private static func readSaved(_ path: FilePath, limit: Int) throws(FileError) -> [UInt8]? {
        do throws(SystemError) {
            // Somebody may have put a FIFO or a link there: neither is waited for or followed.
            let file = try Descriptor(
                opening: path, flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
            let status = try file.status()
            guard status.kind == .regular, status.byteCount <= UInt64(limit) else { return nil }
            var bytes = [UInt8](repeating: 0, count: Int(status.byteCount))
            var span = bytes.mutableSpan
            var room = unsafe span.mutableBytes
            let count = unsafe try room.withUnsafeMutableBytes {
                (buffer) throws(SystemError) -> Int in
                unsafe try file.read(into: buffer)
            }
            return Array(bytes.prefix(count))
        } catch {
            if error == .noSuchFile || error.number == ELOOP { return nil }
            throw .cannotOpen(.path(path), error)
        }
    }
}
