internal import CLinux
internal import Glibc

/// Where other processes of this user reach this one: a socket in a folder that nobody else enters.
package final class LocalListener: Sendable {
    private let descriptor: Descriptor

    /// Makes a fresh folder (0700) in `directory` with a socket in it.
    package static func make(
        in directory: FilePath, name: String
    ) throws(SystemError) -> (LocalListener, socket: FilePath) {
        let pattern = directory.appending(component: name + "-XXXXXX")
        var folder = pattern.bytes + [0]
        let isMade = unsafe folder.withUnsafeMutableBytes { buffer in
            let text = unsafe buffer.assumingMemoryBound(to: CChar.self)
            return unsafe text.baseAddress.map { unsafe mkdtemp($0) != nil } ?? false
        }
        guard isMade else { throw .last }
        let path = FilePath(bytes: folder.dropLast()).appending(component: "socket")
        do throws(SystemError) {
            return (try LocalListener(path), path)
        } catch {
            remove(path)
            throw error
        }
    }

    private init(_ path: FilePath) throws(SystemError) {
        let number = socket(AF_UNIX, SocketKind.stream, 0)
        guard number >= 0 else { throw .last }
        descriptor = Descriptor(owning: number)
        let address = try LocalAddress(path)
        guard unsafe address.withPointer({ unsafe bind(number, $0, $1) }) == 0,
            listen(number, 64) == 0
        else { throw .last }
    }

    /// Takes over a descriptor that this program was started with.
    package init(adopting number: Int32) throws(SystemError) {
        guard fcntl(number, F_SETFD, FD_CLOEXEC) == 0 else { throw .last }
        descriptor = Descriptor(owning: number)
    }

    /// Removes the socket and its folder.
    package static func remove(_ socket: FilePath) {
        // Gone already is as good.
        _ = unsafe socket.withCString { unsafe unlink($0) }
        _ = unsafe socket.directory.withCString { unsafe rmdir($0) }
    }

    /// The next process that connects; nothing if none does within `timeout`.
    package func accept(within timeout: Duration) throws(SystemError) -> LocalSocket? {
        var waiting = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
        let ready = unsafe poll(&waiting, 1, timeout.pollMilliseconds)
        if ready == 0 || ready < 0 && errno == EINTR { return nil }
        guard ready > 0 else { throw .last }
        let number = Glibc.accept(descriptor.number, nil, nil)
        guard number >= 0 else {
            // The one that came may have gone, there may be too many just now, or it was ended.
            let error = SystemError.last
            switch error.number {
            case EINTR, ECONNABORTED, EAGAIN, EMFILE, ENFILE, EINVAL: return nil
            default: throw error
            }
        }
        let connection = Descriptor(owning: number)
        guard fcntl(number, F_SETFD, FD_CLOEXEC) == 0 else { throw .last }
        return LocalSocket(connection)
    }

    /// Nobody connects any more, and ``accept(within:)`` waits no more.
    package func end() { _ = shutdown(descriptor.number, Int32(SHUT_RDWR)) }

    var number: Int32 { descriptor.number }
}

/// The user of this process.
package enum CurrentUser {
    package static var id: UInt32 { geteuid() }
}
