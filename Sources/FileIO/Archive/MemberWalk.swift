internal import CLinux
internal import Glibc

/// Visits trees in order, one member after the other: directories before what is in them, names
/// sorted by their bytes.
///
/// Every name is looked up in its directory's open descriptor and no symbolic link is followed, so a
/// tree that changes underneath leads nowhere else; only what a person named may lie behind links in
/// its directories. Memory: the names of the directories on the way down.
///
/// Used by one thread at a time.
package final class MemberWalk {
    package enum Step {
        /// `file` is open for a regular file and a directory; `location` names the others to the kernel.
        case member(TreeMember, file: TreeFile?, location: FilePath)
        /// It could not be opened or looked at.
        case failed(FilePath, SystemError)
        /// It was there when its directory was read, and is not any more.
        case vanished(FilePath)
        /// A directory of another file system, which was left alone.
        case otherFileSystem(FilePath)
    }

    package struct Root: Sendable {
        package let path: FilePath
        /// Whether what is in a directory belongs to it.
        package let isRecursive: Bool

        package init(_ path: FilePath, isRecursive: Bool) {
            self.path = path
            self.isRecursive = isRecursive
        }
    }

    /// A directory on the way down.
    private final class Level {
        let descriptor: Descriptor
        let path: FilePath
        let device: UInt64
        /// What is still to be visited, the next one last.
        var names: [FilePath]

        init(
            _ descriptor: consuming Descriptor, path: FilePath, device: UInt64, names: [FilePath]
        ) {
            self.descriptor = descriptor
            self.path = path
            self.device = device
            self.names = names
        }
    }

    private var roots: [Root]
    private let base: Descriptor
    private let excluded: [PathPattern]
    private let skipped: Set<FileIdentity>
    private let staysOnFileSystem: Bool
    private var levels: [Level] = []

    /// - Parameters:
    ///   - base: where relative names of roots begin.
    ///   - skipped: files that are left out without a word, such as the output itself.
    package init(
        _ roots: [Root], base: FilePath?, excluded: [PathPattern], skipped: Set<FileIdentity>,
        staysOnFileSystem: Bool
    ) throws(FileError) {
        self.roots = roots.reversed()
        self.excluded = excluded
        self.skipped = skipped
        self.staysOnFileSystem = staysOnFileSystem
        let folder = base ?? FilePath(text: ".")
        do throws(SystemError) {
            self.base = try Descriptor(
                opening: folder, flags: coffer_o_path | O_DIRECTORY)
        } catch { throw .cannotOpen(.path(folder), error) }
    }

    /// The next one; nil at the end.
    package func next() -> Step? {
        while true {
            if let level = levels.last {
                guard let name = level.names.popLast() else {
                    levels.removeLast()
                    continue
                }
                let path =
                    level.path.bytes == Self.here
                    ? name : level.path.appending(component: name)
                if isExcluded(path) { continue }
                if let step = visit(
                    name, in: level.descriptor.number, path: path, device: level.device)
                {
                    return step
                }
            } else if let root = roots.popLast() {
                let path = Self.memberPath(root.path)
                if isExcluded(path) { continue }
                if let step = visit(root, path) { return step }
            } else {
                return nil
            }
        }
    }

    private func visit(_ root: Root, _ path: FilePath) -> Step? {
        // A slash at the end would follow a link.
        var bytes = root.path.bytes
        while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
        return visit(
            FilePath(bytes: bytes), in: base.number, path: path, device: nil,
            descends: root.isRecursive)
    }

    private func isExcluded(_ path: FilePath) -> Bool {
        !excluded.isEmpty && excluded.contains { $0.fits(path) }
    }

    /// - Parameter device: of the directory that it is in; nil for a root.
    private func visit(
        _ name: FilePath, in directory: Int32, path: FilePath, device: UInt64?,
        descends: Bool = true
    ) -> Step? {
        do throws(SystemError) {
            var status = try FileStatus(name, in: directory, followingLinks: false)
            let location = FilePath(text: "/proc/self/fd/\(directory)").appending(component: name)
            guard status.kind == .regular || status.kind == .directory else {
                let target = status.kind == .symbolicLink ? try link(name, in: directory) : nil
                return TreeMember(path: path, status, linkTarget: target)
                    .map { .member($0, file: nil, location: location) }
            }
            if skipped.contains(status.identity) { return nil }
            if status.kind == .directory, staysOnFileSystem, let device,
                device != status.identity.device
            {
                return .otherFileSystem(path)
            }
            let descriptor = try Self.open(name, in: directory)
            status = try descriptor.status()
            guard let member = TreeMember(path: path, status) else { return nil }
            if status.kind == .directory, descends {
                levels.append(
                    Level(
                        try descriptor.duplicate(), path: path, device: status.identity.device,
                        names: try Self.names(in: descriptor)))
            }
            return .member(member, file: TreeFile(descriptor, status), location: location)
        } catch {
            guard error == .noSuchFile, device != nil else { return .failed(path, error) }
            return .vanished(path)
        }
    }

    /// Not as having been read, where the kernel lets its owner say so.
    private static func open(_ name: FilePath, in directory: Int32) throws(SystemError)
        -> Descriptor
    {
        let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK
        do throws(SystemError) {
            return try Descriptor(opening: name, in: directory, flags: flags | coffer_o_noatime)
        } catch {
            guard error == .notPermitted else { throw error }
            return try Descriptor(opening: name, in: directory, flags: flags)
        }
    }

    private static func names(in directory: borrowing Descriptor) throws(SystemError) -> [FilePath]
    {
        var reader = try DirectoryReader(directory)
        var names: [FilePath] = []
        while let entries = try reader.next() { names += entries.map(\.name) }
        names.sort { $1.bytes.lexicographicallyPrecedes($0.bytes) }
        return names
    }

    private func link(_ name: FilePath, in directory: Int32) throws(SystemError) -> FilePath {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = unsafe name.withCString { name in
            unsafe readlinkat(directory, name, &buffer, buffer.count)
        }
        guard count >= 0 else { throw .last }
        return FilePath(bytes: buffer[..<count].map { UInt8(bitPattern: $0) })
    }

    private static let here = Array(".".utf8)

    /// The name that the member has: relative, without `.` and doubled slashes; `.` for the base.
    package static func memberPath(_ path: FilePath) -> FilePath {
        let parts = path.bytes.split(separator: UInt8(ascii: "/")).filter {
            !$0.elementsEqual(here)
        }
        return FilePath(bytes: parts.isEmpty ? here : Array(parts.joined(separator: [0x2F])))
    }

    /// Whether a path climbs out by `..`, which no member may.
    package static func climbs(_ path: FilePath) -> Bool {
        path.bytes.split(separator: UInt8(ascii: "/")).contains { $0.elementsEqual("..".utf8) }
    }
}
