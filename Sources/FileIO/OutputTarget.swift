internal import Glibc

/// Where a path leads, decided before any work is done.
enum OutputTarget {
    /// A name for a new file, every symbolic link followed; `replaced` is there now.
    case file(FilePath, replaced: FileStatus?)
    /// A FIFO or device that is written straight.
    case straight
    /// Another name of standard output.
    case standardOutput

    private static let linkLimit = 40

    static func resolve(
        _ path: FilePath, replacing: Bool, inputs: [FileIdentity]
    ) throws(FileError) -> OutputTarget {
        if path == FilePath(text: "/dev/stdout") { return .standardOutput }
        guard let status = try existing(path) else {
            // A name that ends in a slash can only be a directory that is not there.
            if path.lastComponent.bytes.isEmpty { throw .cannotCreate(path, .noSuchFile) }
            return .file(try followingLinks(path), replaced: nil)
        }
        switch status.kind {
        case .directory: throw .isDirectory(.path(path))
        case .characterDevice: return .straight
        case .regular, .symbolicLink, .other: break
        }
        if inputs.contains(status.identity) { throw .sameFile(path) }
        guard status.kind == .regular else { return .straight }
        guard replacing else { throw .exists(path) }
        return .file(try followingLinks(path), replaced: status)
    }

    private static func existing(_ path: FilePath) throws(FileError) -> FileStatus? {
        do throws(SystemError) {
            return try FileStatus(path, followingLinks: true)
        } catch {
            if error == .noSuchFile { return nil }
            throw .cannotCreate(path, error)
        }
    }

    /// The name behind symbolic links, so that a link stays a link and its target is written.
    static func followingLinks(_ path: FilePath) throws(FileError) -> FilePath {
        var current = path
        for _ in 0..<linkLimit {
            do throws(SystemError) {
                guard try FileStatus(current, followingLinks: false).kind == .symbolicLink else {
                    return current
                }
                current = current.directory.appending(component: try target(of: current))
            } catch {
                if error == .noSuchFile { return current }
                throw .cannotCreate(path, error)
            }
        }
        throw .cannotCreate(path, SystemError(ELOOP))
    }

    private static func target(of link: FilePath) throws(SystemError) -> FilePath {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = unsafe link.withCString { unsafe readlink($0, &buffer, buffer.count) }
        guard count >= 0 else { throw .last }
        return FilePath(bytes: buffer.prefix(count).map { UInt8(bitPattern: $0) })
    }
}
