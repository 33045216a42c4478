internal import CLinux
internal import Glibc
internal import Synchronization

/// The directories of many outputs: each opened once for the files that come one after the other, and
/// below a root made where it is missing.
///
/// Nothing escapes the root: a path keeps its components and loses what would lead out of it, and a
/// link below the root is not followed.
package final class OutputDirectories: Sendable {
    /// How many stay open beside those that outputs hold.
    private static let limit = 32

    private struct State {
        var open: [FilePath: OutputDirectory] = [:]
        /// The oldest first.
        var order: [FilePath] = []
    }
    private let state = Mutex(State())
    private let root: (path: FilePath, directory: OutputDirectory)?

    /// Outputs lie beside their inputs.
    package init() { root = nil }

    /// Outputs lie below `root`, which is made if only its last component is missing.
    package init(root path: FilePath) throws(FileError) {
        do throws(SystemError) {
            let made = unsafe path.withCString { unsafe mkdir($0, 0o777) }
            guard made == 0 || errno == EEXIST else { throw .last }
            root = (path, try OutputDirectory(path))
        } catch { throw .cannotCreate(path, error) }
    }

    /// Of the root, so that whoever walks over a tree can leave it out.
    package var rootIdentity: FileIdentity? {
        get throws(FileError) {
            guard let root else { return nil }
            do throws(SystemError) {
                return try root.directory.descriptor.status().identity
            } catch { throw .cannotCreate(root.path, error) }
        }
    }

    /// Where the output that belongs to `path` lies, by name: with the same directory, or below the
    /// root with the path's components. Nothing if `..` is one of them.
    package func place(of path: FilePath) -> FilePath? {
        guard let root else { return path }
        guard let components = path.componentsBelow else { return nil }
        return components.reduce(root.path) { $0.appending(component: $1) }
    }

    /// The directory of that output, open. One that is made has the permissions of the one that it is
    /// made after.
    package func directory(of path: FilePath) throws(FileError) -> OutputDirectory {
        let key = path.directory
        return try state.withLock { (state) throws(FileError) in
            if let open = state.open[key] { return open }
            let opened: OutputDirectory
            do throws(SystemError) {
                opened = try open(key)
            } catch { throw .creating(place(of: path)?.directory ?? key, error) }
            state.open[key] = opened
            state.order.append(key)
            if state.order.count > Self.limit { state.open[state.order.removeFirst()] = nil }
            return opened
        }
    }

    private func open(_ path: FilePath) throws(SystemError) -> OutputDirectory {
        guard let root else { return try OutputDirectory(path) }
        guard let components = path.componentsBelow else { throw SystemError(EXDEV) }
        var directory = root.directory
        var source = FilePath(text: path.isAbsolute ? "/" : "")
        for component in components {
            source = source.appending(component: component)
            do throws(SystemError) {
                directory = try OutputDirectory(component, in: directory.number)
            } catch {
                guard error == .noSuchFile else { throw error }
                try make(component, in: directory, like: source)
                directory = try OutputDirectory(component, in: directory.number)
            }
        }
        return directory
    }

    private func make(
        _ name: FilePath, in directory: OutputDirectory, like source: FilePath
    ) throws(SystemError) {
        // Whoever makes it has to write into it.
        let mode = ((try? FileStatus(source, followingLinks: true).mode) ?? 0) & 0o777 | 0o700
        let made = unsafe name.withCString { unsafe mkdirat(directory.number, $0, mode) }
        // Another process may have been faster.
        guard made == 0 || errno == EEXIST else { throw .last }
    }
}

extension FilePath {
    /// What is left of a path below another root: its components without those that say nothing.
    /// Nothing if one of them is `..`, and leads out of it.
    package var componentsBelow: [FilePath]? {
        let components = bytes.split(separator: UInt8(ascii: "/"))
            .filter { !$0.elementsEqual(".".utf8) }
        guard !components.contains(where: { $0.elementsEqual("..".utf8) }) else { return nil }
        return components.map { FilePath(bytes: Array($0)) }
    }
}
