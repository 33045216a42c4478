internal import CLinux
internal import Glibc
internal import SecretMemory
internal import Synchronization

/// A folder under a temporary name, `.NAME.XXXXXXXXXXXX.coffer-tmp`, in which a restore is built before
/// anybody sees it. Removed with everything in it when this object goes or a signal ends the program.
package final class StagingFolder: Sendable {
    private static let privateMode: UInt32 = 0o700

    let parent: OutputDirectory
    let descriptor: Descriptor
    private let entry: Mutex<TemporaryRegistry.Entry?>

    /// Inside `directory`, named after `name`.
    package init(in directory: FilePath, after name: FilePath) throws(FileError) {
        do throws(SystemError) {
            let parent = try OutputDirectory(directory)
            let entry = TemporaryRegistry.Entry(
                directory: parent.number, name: Self.temporaryName(after: name))
            descriptor = try TemporaryRegistry.shared.create(entry) {
                () throws(SystemError) -> Descriptor in
                let made = unsafe entry.name.withCString {
                    unsafe mkdirat(entry.directory, $0, Self.privateMode)
                }
                guard made == 0 else { throw .last }
                return try Descriptor(
                    opening: entry.name, in: entry.directory,
                    flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
            }
            self.parent = parent
            self.entry = Mutex(entry)
        } catch { throw .creating(directory.appending(component: name), error) }
    }

    deinit {
        if let entry = entry.withLock({ $0 }) { TemporaryRegistry.shared.remove(entry) }
    }

    /// Runs `body` with the folder as the working directory.
    ///
    /// `isOwn`: of this thread alone, with a umask of its own. Where a sandbox forbids that it is the
    /// whole process's, so that nobody else may use relative names meanwhile, and one thread alone may
    /// make files.
    package func asWorkingDirectory<R>(_ body: (_ isOwn: Bool) throws -> R) throws -> R {
        let isOwn = coffer_unshare_working_directory() == 0
        let before = try Descriptor(
            opening: FilePath(text: "."), flags: coffer_o_path | O_DIRECTORY)
        guard fchdir(descriptor.number) == 0 else { throw SystemError.last }
        defer {
            let result = fchdir(before.number)
            precondition(result == 0, "staging folder: the way back is gone")
        }
        return try body(isOwn)
    }

    /// Whether the file system has ACLs: libarchive says nothing where it has none.
    package var takesACLs: Bool { coffer_has_acl_support(descriptor.number) != 0 }

    /// Makes a directory below the folder; false where something else has the name.
    package func makeDirectory(_ path: FilePath) throws(SystemError) -> Bool {
        let result = unsafe path.withCString { unsafe mkdirat(descriptor.number, $0, 0o777) }
        if result == 0 { return true }
        let error = SystemError.last
        guard error == .alreadyExists else { throw error }
        return try FileStatus(path, in: descriptor.number, followingLinks: false).kind == .directory
    }

    /// The directory `name`, if the folder holds that and nothing else.
    package func onlyDirectory(named name: FilePath) throws(FileError) -> FilePath? {
        do throws(SystemError) {
            var reader = try DirectoryReader(descriptor)
            var count = 0
            while let entries = try reader.next() { count += entries.count }
            guard count == 1 else { return nil }
            let status = try FileStatus(name, in: descriptor.number, followingLinks: false)
            return status.kind == .directory ? name : nil
        } catch {
            guard error == .noSuchFile else { throw .cannotOpen(.path(name), error) }
            return nil
        }
    }

    /// Everything in it is on the disk afterwards.
    package func synchronize() throws(SystemError) {
        guard coffer_synchronize_filesystem(descriptor.number) == 0 else { throw .last }
    }

    /// Makes the folder, or the one thing named `only` in it, visible as `target`, whose directory is
    /// the one it was made in.
    ///
    /// An existing folder with something in it is exchanged for it when `replacing`, and removed
    /// then; at any instant the target is the old one or the new one.
    package func publish(
        as target: FilePath, only: FilePath? = nil, replacing: Bool
    ) throws(FileError) {
        do throws(SystemError) {
            if only == nil { try openUp() }
            try entry.withLock { (entry) throws(SystemError) in
                guard let staged = entry else { return }
                let from = only == nil ? parent.number : descriptor.number
                let source = only ?? staged.name
                try rename(source, in: from, to: target.lastComponent, replacing: replacing)
                // What is left under the temporary name: nothing, the old folder, or the shell around
                // the one thing.
                TemporaryRegistry.shared.remove(staged)
                entry = nil
            }
            try parent.synchronize()
        } catch {
            throw error == .alreadyExists || error.number == ENOTEMPTY
                ? .exists(target) : .creating(target, error)
        }
    }

    /// Gives the folder the mode of a new one, unless the archive gave it one.
    private func openUp() throws(SystemError) {
        guard try descriptor.status().mode == Self.privateMode else { return }
        let mask = umask(0o077)
        _ = umask(mask)
        guard fchmod(descriptor.number, 0o777 & ~mask) == 0 else { throw .last }
    }

    private func rename(
        _ source: FilePath, in directory: Int32, to name: FilePath, replacing: Bool
    ) throws(SystemError) {
        // Takes the place of an empty directory, and of nothing else.
        if isEmptyDirectory(name) || !exists(name) {
            unsafe try DirectoryMove.rename(source, in: directory, to: name) {
                unsafe renameat(directory, $0, parent.number, $1)
            }
            return
        }
        guard replacing else { throw .alreadyExists }
        unsafe try DirectoryMove.rename(source, in: directory, to: name) {
            unsafe coffer_rename_exchange(directory, $0, parent.number, $1)
        }
    }

    private func exists(_ name: FilePath) -> Bool {
        (try? FileStatus(name, in: parent.number, followingLinks: false)) != nil
    }

    private func isEmptyDirectory(_ name: FilePath) -> Bool {
        guard
            let directory = try? Descriptor(
                opening: name, in: parent.number, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW),
            var reader = try? DirectoryReader(directory)
        else { return false }
        return (try? reader.next())?.map(\.isEmpty) ?? true
    }

    private static func temporaryName(after name: FilePath) -> FilePath {
        TemporaryFile.temporaryName(after: name)
    }
}
