internal import CLinux
internal import Glibc

/// A number that the operating system gave for a failed call.
package struct SystemError: Error, Hashable, Sendable {
    package let number: Int32

    package init(_ number: Int32) { self.number = number }

    /// The error of the call just made; read before anything else is called.
    static var last: SystemError { SystemError(errno) }

    package static let accessDenied = SystemError(EACCES)
    package static let alreadyExists = SystemError(EEXIST)
    package static let brokenPipe = SystemError(EPIPE)
    package static let inputOutput = SystemError(EIO)
    package static let connectionRefused = SystemError(ECONNREFUSED)
    package static let isDirectory = SystemError(EISDIR)
    package static let noSpace = SystemError(ENOSPC)
    package static let noSuchFile = SystemError(ENOENT)
    package static let notPermitted = SystemError(EPERM)
    package static let overQuota = SystemError(EDQUOT)
    package static let readOnly = SystemError(EROFS)
    package static let timedOut = SystemError(ETIMEDOUT)

    /// The C library's words in English, as in "No such file or directory".
    package var text: String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard unsafe strerror_r(number, &buffer, buffer.count) == 0 else {
            return "error \(number)"
        }
        let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
