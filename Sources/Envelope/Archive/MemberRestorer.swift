internal import ArchiveIO
internal import ContainerFormat
internal import FileIO
internal import Glibc

/// Makes files of members, in a folder that nobody sees yet and that is the working directory.
///
/// A hostile archive leads nowhere: a name is relative and without `..`; what it lies in is a
/// directory made here, never a link; a directory's name goes to nothing else. libarchive checks the
/// same once more. Memory: the names of the directories, and ``SmallFileWriters``.
///
/// Used by one thread.
final class MemberRestorer {
    private let folder: StagingFolder
    private let options: RestoreOptions
    private let names: OwnerNames
    private let disk: DiskWriter
    /// Nil where one thread does it all.
    private let files: SmallFileWriters?
    private let refuse: @Sendable (RestoreRefusal) -> Void
    private let takesACLs: Bool
    private var directories: Set<[UInt8]> = [MemberPath.here]
    private var report = RestoreReport()

    init(
        _ folder: StagingFolder, _ options: RestoreOptions, usesThreads: Bool,
        refuse: @escaping @Sendable (RestoreRefusal) -> Void
    ) throws {
        var writing = DiskWriter.Options()
        writing.setsOwner = options.setsOwners
        self.folder = folder
        self.options = options
        self.refuse = refuse
        takesACLs = folder.takesACLs
        names = OwnerNames()
        disk = try DiskWriter(writing)
        files =
            usesThreads
            ? SmallFileWriters(
                folder, threadCount: max(1, options.workerCount), options: writing, refuse: refuse)
            : nil
    }

    /// Restores all members of `reader`; `rename` gives each its name, or nil to leave it out.
    func restore(
        _ reader: ArchiveReader, rename: (ArchiveEntry) throws -> [UInt8]?
    ) throws -> RestoreReport {
        do {
            while let entry = try reader.next() {
                guard let given = try rename(entry) else { continue }
                guard
                    let path = MemberPath.stripping(
                        given == MemberPath.here ? 0 : options.strippedComponentCount, of: given)
                else { continue }
                do {
                    try restore(entry, as: path, reader)
                } catch let error as ArchiveError { note(try Self.refusal(error, path)) }
            }
            try files?.drain()
        } catch {
            _ = files?.close()
            throw error
        }
        let small = files?.close() ?? RestoreReport()
        report.memberCount += small.memberCount
        report.byteCount += small.byteCount
        report.refusedCount += small.refusedCount
        report.losses.merge(small.losses, uniquingKeysWith: +)
        report.add(try disk.close())
        return report
    }

    private func restore(
        _ entry: ArchiveEntry, as path: [UInt8], _ reader: ArchiveReader
    ) throws {
        if let reason = try objection(entry, path) {
            return note(RestoreRefusal(path: path, reason: reason))
        }
        prepare(entry, path)
        switch entry.kind {
        case .regular:
            try restoreFile(entry, path, reader)
        case .directory:
            report.add(try disk.begin(entry))
            report.add(try disk.finish())
            directories.insert(path)
            report.impliedDirectories.remove(path)
            report.memberCount += 1
        case .hardLink:
            // What it links to may still be on its way.
            try files?.drain()
            fallthrough
        default:
            report.add(try disk.begin(entry))
            report.add(try disk.finish())
            report.memberCount += 1
        }
    }

    private func restoreFile(
        _ entry: ArchiveEntry, _ path: [UInt8], _ reader: ArchiveReader
    ) throws {
        let count = entry.byteCount
        if let files, count <= SmallFileWriters.largestByteCount, !entry.isSparse {
            var content: [UInt8] = []
            content.reserveCapacity(Int(count))
            while let block = unsafe try reader.nextBlock() {
                unsafe content.append(contentsOf: block.bytes)
            }
            guard UInt64(content.count) == count else {
                throw ArchiveError.malformed("a file of another length than its header says")
            }
            return try files.write(entry, content, path: path)
        }
        report.add(try disk.begin(entry))
        while let block = unsafe try reader.nextBlock() {
            report.add(unsafe try disk.write(block.bytes, at: block.offset))
        }
        report.add(try disk.finish())
        report.memberCount += 1
        report.byteCount += count
    }

    // What is checked before.

    private func objection(
        _ entry: ArchiveEntry, _ path: [UInt8]
    ) throws -> RestoreRefusal.Reason? {
        guard MemberPath.isContained(path) else { return .unsafeName }
        guard options.preservesAll || !MemberPath.hasControlBytes(path) else {
            return .controlCharacters
        }
        guard let kind = entry.kind else { return .unknownKind }
        if kind == .hardLink, let reason = try objection(link: entry) { return reason }
        guard kind == .directory || !directories.contains(path) else { return .conflict }
        return try makeParents(of: path) ? nil : .conflict
    }

    private func objection(link entry: ArchiveEntry) throws -> RestoreRefusal.Reason? {
        guard entry.byteCount == 0,
            let target = MemberPath.stripping(
                options.strippedComponentCount, of: entry.linkTarget),
            MemberPath.isContained(target), !directories.contains(target),
            directories.contains(
                MemberPath.directory(of: target).map(Array.init) ?? MemberPath.here)
        else { return .unsafeLink }
        entry.setHardLink(target)
        return nil
    }

    /// Whether what `path` lies in is, or now became, a directory made here.
    private func makeParents(of path: [UInt8]) throws -> Bool {
        guard let parent = MemberPath.directory(of: path).map(Array.init),
            !directories.contains(parent)
        else { return true }
        guard try makeParents(of: parent),
            try folder.makeDirectory(FilePath(bytes: parent))
        else { return false }
        directories.insert(parent)
        report.impliedDirectories.insert(parent)
        return true
    }

    /// Names, owners and bits as the options want them.
    private func prepare(_ entry: ArchiveEntry, _ path: [UInt8]) {
        entry.path = path
        if !takesACLs, entry.hasACL { report.add(.acl) }
        if !options.preservesAll, entry.kind == .regular, entry.hasSetID {
            entry.dropSetID()
            report.droppedSetIDCount += 1
        }
        guard options.setsOwners, !options.usesNumericOwners else { return }
        if let number = names.userNumber(entry.ownerName) { entry.owner = Int64(number) }
        if let number = names.groupNumber(entry.groupName) { entry.group = Int64(number) }
    }

    private func note(_ refusal: RestoreRefusal) {
        report.refusedCount += 1
        refuse(refusal)
    }

    /// What is wrong with one member, and no reason to stop.
    static func refusal(_ error: ArchiveError, _ path: [UInt8]) throws -> RestoreRefusal {
        guard case .cannotWrite(let number, let text) = error,
            number != ENOSPC, number != EDQUOT, number != EIO
        else { throw error }
        return RestoreRefusal(path: path, reason: .failed(number, text))
    }
}
