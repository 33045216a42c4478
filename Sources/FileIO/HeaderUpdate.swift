internal import CLinux
internal import Glibc
internal import Synchronization

/// Replaces the first bytes of a container while the rest stays: what rewrap does to the disk.
///
/// At every instant, kill -9 and power cuts included, the path holds the old or the new container
/// whole, or a damaged head with the old header beside it in `FILE.coffer-header` (R21; container
/// specification, 3.11). Holds a lock on the file while it lives, so that two of them never meet.
///
/// Whoever begins looks at ``savedHeader(limit:)`` first: if the file's own header is good, what is
/// saved is a remnant and goes with the next update; if not, ``restore(_:)`` comes first.
package final class HeaderUpdate: Sendable {
    /// How an update reached the disk.
    package enum Method: Equatable, Sendable {
        /// The header was overwritten where it is.
        case inPlace
        /// A new file shares the payload's blocks with the old one, which it replaced.
        case clone
        /// A new file with a copied payload replaced the old one.
        case copy
    }

    package static let savedHeaderSuffix = ".coffer-header"

    /// The file itself, for reading the header by position.
    package let input: InputFile

    /// The file behind symbolic links.
    let path: FilePath
    let status: FileStatus
    let directory: OutputDirectory
    private let isWritable: Bool

    /// Devices whose file systems did not make a clone: not asked once for each file of a tree.
    private static let cloneless = Mutex<Set<UInt64>>([])

    /// Opens and locks the container at `path`. A symbolic link is followed where somebody named it,
    /// and is not where it was found in a tree.
    ///
    /// - Throws: ``FileError/locked(_:)`` while another process updates it;
    ///   ``FileError/notRegular(_:)``; ``FileError/cannotOpen(_:_:)``.
    package init(path: FilePath, followingLinks: Bool = true) throws(FileError) {
        do throws(SystemError) {
            let opened = try LockedFile(path, followingLinks: followingLinks)
            guard opened.status.kind == .regular else { throw SystemError(ENXIO) }
            directory = try OutputDirectory(opened.path.directory)
            self.path = opened.path
            status = opened.status
            isWritable = opened.isWritable
            input = try opened.intoInput(name: .path(path))
        } catch {
            switch error.number {
            case EWOULDBLOCK: throw .locked(path)
            case ENXIO: throw .notRegular(.path(path))
            case ELOOP where !followingLinks: throw .notRegular(.path(path))
            case EISDIR: throw .isDirectory(.path(path))
            default: throw .cannotOpen(.path(path), error)
            }
        }
    }

    /// Puts `new` in the place of `old`, with which the file has to begin.
    ///
    /// A header of the same length is written on a clone of the file where the filesystem makes
    /// clones, and in place elsewhere; another length needs a copy, which leaves other hard links with
    /// the old file. Mode, owner and group stay. Called once: afterwards `input` may be the old file.
    ///
    /// - Throws: ``FileError/changedMeanwhile(_:)`` if the file does not begin with `old`;
    ///   ``FileError/cannotKeepOwner(_:_:)`` if only a copy would do and it would be another's.
    @discardableResult
    package func replace(_ old: [UInt8], with new: [UInt8]) throws(FileError) -> Method {
        guard try begins(with: old) else { throw .changedMeanwhile(path) }
        try removeSavedHeader()
        let fits = old.count == new.count
        // A clone would take one of several names away from the others.
        if fits && status.linkCount == 1 || fits && !isWritable {
            if try publishClone(with: new) { return .clone }
        }
        guard fits && isWritable else {
            try publishCopy(with: new, payloadOffset: UInt64(old.count))
            return .copy
        }
        try TemporaryRegistry.shared.shielding { () throws(FileError) in
            try saveHeader(old)
            try overwriteHeader(with: new, orElse: old)
            try removeSavedHeader()
        }
        return .inPlace
    }

    func begins(with header: [UInt8]) throws(FileError) -> Bool {
        var current = [UInt8](repeating: 0, count: header.count)
        var span = current.mutableSpan
        var bytes = unsafe span.mutableBytes
        guard case .regular(let byteCount) = input.kind, byteCount >= UInt64(header.count) else {
            return false
        }
        try input.read(into: &bytes, at: 0)
        return current == header
    }

    private func publishClone(with header: [UInt8]) throws(FileError) -> Bool {
        let device = status.identity.device
        guard !Self.cloneless.withLock({ $0.contains(device) }) else { return false }
        let copy = try makeTemporary()
        guard copy.descriptor.clone(input.descriptor) else {
            Self.cloneless.withLock { _ = $0.insert(device) }
            return false
        }
        guard giveOwner(to: copy) == nil else { return false }
        try writing { () throws(SystemError) in try copy.descriptor.writeHead(header) }
        try publish(copy)
        return true
    }

    private func publishCopy(with header: [UInt8], payloadOffset: UInt64) throws(FileError) {
        let copy = try makeTemporary()
        if let error = giveOwner(to: copy) { throw .cannotKeepOwner(path, error) }
        try writing { () throws(SystemError) in
            try copy.descriptor.writeHead(header)
            guard lseek(copy.descriptor.number, off_t(header.count), SEEK_SET) >= 0 else {
                throw .last
            }
            try copy.descriptor.append(input.descriptor, from: payloadOffset)
        }
        try publish(copy)
    }

    private func makeTemporary() throws(FileError) -> TemporaryFile {
        do throws(SystemError) {
            return try TemporaryFile(target: path)
        } catch {
            throw .creating(path, error)
        }
    }

    private func giveOwner(to copy: TemporaryFile) -> SystemError? {
        let number = copy.descriptor.number
        if let made = try? copy.descriptor.status(), made.owner == status.owner,
            made.group == status.group
        {
            return nil
        }
        return fchown(number, status.owner, status.group) == 0 ? nil : .last
    }

    private func publish(_ copy: TemporaryFile) throws(FileError) {
        try writing { () throws(SystemError) in
            // After the owner: changing that drops some mode bits.
            guard fchmod(copy.descriptor.number, status.mode) == 0 else { throw .last }
        }
        try copy.publish(replacing: true)
    }

    func writing(_ body: () throws(SystemError) -> Void) throws(FileError) {
        do throws(SystemError) {
            try body()
        } catch {
            throw .writing(.path(path), error)
        }
    }
}

extension Descriptor {
    /// Overwrites the first bytes.
    func writeHead(_ header: [UInt8]) throws(SystemError) {
        unsafe try header.span.bytes.withUnsafeBytes { (buffer) throws(SystemError) in
            unsafe try write(buffer, at: 0)
        }
    }
}
