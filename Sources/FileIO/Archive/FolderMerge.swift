internal import CLinux
internal import Glibc

/// Moves what a staging folder holds into a folder that has things of its own: each file in one step,
/// directories that are there stay and get the restored ones' owner, mode and time.
package struct FolderMerge: Sendable {
    private let replacing: Bool
    private let keeping: Set<FilePath>

    /// - Parameters:
    ///   - replacing: whether files that are there may go.
    ///   - keeping: directories of which only the name was restored: those that are there stay as
    ///     they are.
    package init(replacing: Bool, keeping: Set<FilePath>) {
        self.replacing = replacing
        self.keeping = keeping
    }

    /// - Throws: ``FileError/exists(_:)`` for the first name that is taken, before anything is moved.
    /// - Returns: what could not take its place, as it is a directory and the other is none.
    package func run(_ staged: StagingFolder, into target: FilePath) throws(FileError) -> [FilePath]
    {
        var taken: FilePath?
        do throws(SystemError) {
            let folder = try Descriptor(opening: target, flags: O_RDONLY | O_DIRECTORY)
            if !replacing {
                taken = try firstTaken(staged.descriptor, folder, FilePath(bytes: []))
            }
            guard taken == nil else { throw .alreadyExists }
            var left: [FilePath] = []
            try move(staged.descriptor, folder, FilePath(bytes: []), &left)
            try folder.synchronize()
            return left.map { target.appending(component: $0) }
        } catch {
            if let taken { throw .exists(target.appending(component: taken)) }
            throw .creating(target, error)
        }
    }

    private func firstTaken(
        _ source: borrowing Descriptor, _ target: borrowing Descriptor, _ path: FilePath
    ) throws(SystemError) -> FilePath? {
        for name in try Self.names(source) {
            guard let there = try Self.status(name, target) else { continue }
            let own = path.bytes.isEmpty ? name : path.appending(component: name)
            guard there.kind == .directory,
                try FileStatus(name, in: source.number, followingLinks: false).kind == .directory
            else { return own }
            if let taken = try firstTaken(
                try Self.open(name, source), try Self.open(name, target), own)
            {
                return taken
            }
        }
        return nil
    }

    private func move(
        _ source: borrowing Descriptor, _ target: borrowing Descriptor, _ path: FilePath,
        _ left: inout [FilePath]
    ) throws(SystemError) {
        for name in try Self.names(source) {
            let own = path.bytes.isEmpty ? name : path.appending(component: name)
            let status = try FileStatus(name, in: source.number, followingLinks: false)
            let there = try Self.status(name, target)
            let areDirectories = (status.kind == .directory, there?.kind == .directory)
            switch areDirectories {
            case (true, true):
                let inner = try Self.open(name, target)
                let outer = try Self.open(name, source)
                // Names are moved out of it, which its restored mode may forbid.
                guard fchmod(outer.number, status.mode | 0o700) == 0 else { throw .last }
                try move(outer, inner, own, &left)
                if !keeping.contains(own) { try Self.copyStatus(status, to: inner) }
            case (true, false) where there != nil, (false, true): left.append(own)
            default:
                unsafe try DirectoryMove.rename(name, in: source.number, to: name) {
                    unsafe renameat(source.number, $0, target.number, $1)
                }
            }
        }
    }

    private static func copyStatus(
        _ status: FileStatus, to directory: borrowing Descriptor
    ) throws(SystemError) {
        // Only root may, and others keep what is there.
        _ = fchown(directory.number, status.owner, status.group)
        guard fchmod(directory.number, status.mode) == 0 else { throw .last }
        let times = [
            timespec(tv_sec: 0, tv_nsec: coffer_utime_omit),
            timespec(
                tv_sec: Int(status.times.modification.seconds),
                tv_nsec: Int(status.times.modification.nanoseconds)),
        ]
        guard unsafe futimens(directory.number, times) == 0 else { throw .last }
    }

    private static func open(
        _ name: FilePath, _ directory: borrowing Descriptor
    ) throws(SystemError) -> Descriptor {
        try Descriptor(
            opening: name, in: directory.number, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    }

    private static func status(
        _ name: FilePath, _ directory: borrowing Descriptor
    ) throws(SystemError) -> FileStatus? {
        do throws(SystemError) {
            return try FileStatus(name, in: directory.number, followingLinks: false)
        } catch {
            guard error == .noSuchFile else { throw error }
            return nil
        }
    }

    private static func names(
        _ directory: borrowing Descriptor
    ) throws(SystemError) -> [FilePath] {
        var reader = try DirectoryReader(directory)
        var names: [FilePath] = []
        while let entries = try reader.next() { names += entries.map(\.name) }
        return names
    }
}
