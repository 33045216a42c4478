internal import Glibc

/// A name of the filesystem as the address of a socket.
struct LocalAddress {
    private var address = sockaddr_un()

    /// - Throws: ENAMETOOLONG: there is room for 107 bytes.
    init(_ path: FilePath) throws(SystemError) {
        guard !path.bytes.isEmpty, !path.bytes.contains(0) else { throw .noSuchFile }
        guard path.bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw SystemError(ENAMETOOLONG)
        }
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) {
            unsafe $0.copyBytes(from: path.bytes)
        }
    }

    func withPointer<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        unsafe withUnsafeBytes(of: address) { bytes in
            let start = unsafe bytes.assumingMemoryBound(to: sockaddr.self)
            guard let start = start.baseAddress else {
                preconditionFailure("local address: it has bytes")
            }
            return unsafe body(start, socklen_t(bytes.count))
        }
    }
}
