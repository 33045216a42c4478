internal import CLinux
internal import Glibc

/// A program that nobody but this user, or root, can change or put another in the place of.
///
/// Every directory on the way to it, through symbolic links too, belongs to one of the two and is not
/// writable by others; where it has the sticky bit it may be, as what lies in it is then safe from
/// them. So nothing that is checked here can be changed by others before the program is started.
package struct ProtectedProgram: Sendable {
    private static let linkLimit = 40

    package let path: FilePath

    /// - Throws: ``FileError/notOwner(_:owner:)``, ``FileError/loosePermissions(_:mode:)`` with the
    ///   file or directory that others can write; ``FileError/cannotOpen(_:_:)``
    package init(_ path: FilePath) throws(FileError) {
        guard path.isAbsolute else { throw .cannotOpen(.path(path), SystemError(EINVAL)) }
        self.path = path
        var place = FilePath(text: "/")
        try Self.require(place, try Self.status(place))
        var rest = Self.components(path)
        var linkCount = 0
        while !rest.isEmpty {
            let name = rest.removeFirst()
            let next = place.appending(component: FilePath(bytes: name))
            let status = try Self.status(next)
            guard status.kind == .symbolicLink else {
                try Self.require(next, status)
                guard rest.isEmpty == (status.kind == .regular) else {
                    throw .notRegular(.path(next))
                }
                place = next
                continue
            }
            // Whose link it is counts where the directory is everybody's.
            guard Self.isTrusted(status.owner) else {
                throw .notOwner(next, owner: status.owner)
            }
            linkCount += 1
            guard linkCount <= Self.linkLimit else {
                throw .cannotOpen(.path(path), SystemError(ELOOP))
            }
            let target = try Self.target(next)
            if target.isAbsolute { place = FilePath(text: "/") }
            rest = Self.components(target) + rest
        }
        guard place.isExecutable else { throw .cannotOpen(.path(path), SystemError(EACCES)) }
    }

    private static func isTrusted(_ owner: UInt32) -> Bool { owner == geteuid() || owner == 0 }

    private static func require(_ path: FilePath, _ status: FileStatus) throws(FileError) {
        guard isTrusted(status.owner) else { throw .notOwner(path, owner: status.owner) }
        let isSticky = status.kind == .directory && status.mode & 0o1000 != 0
        guard isSticky || status.mode & Protection.othersCannotWrite.forbidden == 0 else {
            throw .loosePermissions(path, mode: status.mode)
        }
    }

    private static func status(_ path: FilePath) throws(FileError) -> FileStatus {
        do throws(SystemError) { return try FileStatus(path, followingLinks: false) } catch {
            throw .cannotOpen(.path(path), error)
        }
    }

    /// `..` stays a component: the directory that it leads to is checked like every other.
    private static func components(_ path: FilePath) -> [[UInt8]] {
        path.bytes.split(separator: UInt8(ascii: "/")).map(Array.init).filter { $0 != [0x2E] }
    }

    private static func target(_ link: FilePath) throws(FileError) -> FilePath {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = unsafe link.withCString { name in
            unsafe buffer.withUnsafeMutableBytes { bytes in
                let text = unsafe bytes.assumingMemoryBound(to: CChar.self)
                return unsafe text.baseAddress.map { unsafe readlink(name, $0, text.count) } ?? -1
            }
        }
        guard count > 0, count < buffer.count else {
            throw .cannotOpen(.path(link), count < 0 ? .last : SystemError(ENAMETOOLONG))
        }
        return FilePath(bytes: Array(buffer[..<count]))
    }
}
