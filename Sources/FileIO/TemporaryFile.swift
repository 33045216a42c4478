internal import CLinux
internal import Glibc
internal import SecretMemory
internal import Synchronization

/// A file that becomes visible under its name when it is whole, and otherwise never was.
///
/// Where the filesystem has O_TMPFILE the file has no name at all until then, so that not even
/// kill -9 leaves anything. Elsewhere it is `.NAME.XXXXXXXXXXXX.coffer-tmp` beside its target, removed when
/// this object goes or a signal ends the program. Mode 0600 until it is published.
final class TemporaryFile: Sendable {
    let descriptor: Descriptor
    let directory: OutputDirectory
    private let target: FilePath
    private let targetName: FilePath

    /// The name that the file has now: none with O_TMPFILE, and none once it is published.
    private let entry: Mutex<TemporaryRegistry.Entry?>

    /// Beside `target`, whose last component is no symbolic link.
    convenience init(target: FilePath, named: Bool = false) throws(SystemError) {
        try self.init(target: target, in: OutputDirectory(target.directory), named: named)
    }

    /// The same in a directory that is open, whatever the path before the last component says.
    init(target: FilePath, in directory: OutputDirectory, named: Bool = false) throws(SystemError) {
        self.target = target
        targetName = target.lastComponent
        self.directory = directory
        if !named, let nameless = Self.nameless(in: directory) {
            descriptor = nameless
            entry = Mutex(nil)
        } else {
            // 60 random bits: no second try is needed.
            let entry = TemporaryRegistry.Entry(
                directory: directory.number, name: Self.temporaryName(after: targetName))
            descriptor = try Self.named(entry)
            self.entry = Mutex(entry)
        }
    }

    deinit {
        if let entry = entry.withLock({ $0 }) { TemporaryRegistry.shared.remove(entry) }
    }

    /// Gives the file its name. Its data is on the disk before, the name is afterwards.
    ///
    /// Without `replacing` a file that appeared meanwhile is left as it is.
    func publish(replacing: Bool) throws(FileError) {
        do throws(SystemError) {
            try descriptor.synchronize()
        } catch {
            throw .writing(.path(target), error)
        }
        try giveName(replacing: replacing)
        do throws(SystemError) {
            try directory.synchronize()
        } catch { throw .creating(target, error) }
    }

    /// The same without a word about the disk.
    func giveName(replacing: Bool) throws(FileError) {
        do throws(SystemError) {
            try entry.withLock { (entry) throws(SystemError) in
                if let named = entry {
                    try TemporaryRegistry.shared.publish(named) { () throws(SystemError) in
                        try rename(named.name, replacing: replacing)
                    }
                    entry = nil
                } else {
                    try TemporaryRegistry.shared.publish(nil) { () throws(SystemError) in
                        try linkNameless(replacing: replacing)
                    }
                }
            }
        } catch {
            throw error == .alreadyExists ? .exists(target) : .creating(target, error)
        }
    }

    private func rename(_ name: FilePath, replacing: Bool) throws(SystemError) {
        let number = directory.number
        if replacing {
            let result = unsafe name.withCString { old in
                unsafe targetName.withCString { unsafe renameat(number, old, number, $0) }
            }
            guard result == 0 else { throw .last }
            return
        }
        let result = unsafe name.withCString { old in
            unsafe targetName.withCString {
                unsafe coffer_rename_noreplace(number, old, number, $0)
            }
        }
        if result == 0 { return }
        // NFS and others cannot refuse to replace; a hard link refuses everywhere it exists.
        let error = SystemError.last
        guard error.number == EINVAL || error.number == ENOSYS else { throw error }
        let linked = unsafe name.withCString { old in
            unsafe targetName.withCString { unsafe linkat(number, old, number, $0, 0) }
        }
        guard linked == 0 else { throw .last }
        try directory.removeName(name)
    }

    private func linkNameless(replacing: Bool) throws(SystemError) {
        guard replacing else { return try link(as: targetName) }
        // linkat cannot replace: a name of its own first, for an instant that signals wait out.
        let name = Self.temporaryName(after: targetName)
        try link(as: name)
        do throws(SystemError) {
            try rename(name, replacing: true)
        } catch {
            try? directory.removeName(name)
            throw error
        }
    }

    private func link(as name: FilePath) throws(SystemError) {
        let result = unsafe Self.procName(descriptor.number).withCString { source in
            unsafe name.withCString {
                unsafe linkat(AT_FDCWD, source, directory.number, $0, AT_SYMLINK_FOLLOW)
            }
        }
        guard result == 0 else { throw .last }
    }

    /// Nil where the filesystem has no nameless files, or /proc is not there to name them later.
    private static func nameless(in directory: borrowing OutputDirectory) -> Descriptor? {
        let here = FilePath(text: ".")
        guard
            let file = try? Descriptor(
                opening: here, in: directory.number, flags: O_RDWR | coffer_o_tmpfile, mode: 0o600),
            hasProc(file.number)
        else { return nil }
        return file
    }

    /// Asked once: /proc does not come and go.
    private static func hasProc(_ number: Int32) -> Bool {
        proc.withLock { known in
            if let known { return known }
            let found = unsafe procName(number).withCString { unsafe access($0, F_OK) } == 0
            known = found
            return found
        }
    }

    private static let proc = Mutex<Bool?>(nil)

    /// Makes a named file under `name`, and has it removed if a signal ends the program.
    private static func named(
        _ entry: TemporaryRegistry.Entry
    ) throws(SystemError) -> Descriptor {
        try TemporaryRegistry.shared.create(entry) { () throws(SystemError) -> Descriptor in
            try Descriptor(
                opening: entry.name, in: entry.directory,
                flags: O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
        }
    }

    /// At most 255 bytes, the longest name a filesystem takes.
    static func temporaryName(after target: FilePath) -> FilePath {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
        let random = SystemRandom.bytes(count: 12).map { alphabet[Int($0 & 31)] }
        let suffix = Array(".".utf8) + random + Array(".coffer-tmp".utf8)
        let room = 255 - 1 - suffix.count
        return FilePath(bytes: Array(".".utf8) + target.bytes.prefix(room) + suffix)
    }

    private static func procName(_ number: Int32) -> FilePath {
        FilePath(text: "/proc/self/fd/\(number)")
    }
}
