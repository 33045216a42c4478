internal import Glibc

extension FileError {
    /// A failed write to `name`, told apart as a person needs it.
    static func writing(_ name: FileName, _ error: SystemError) -> FileError {
        switch error {
        case .brokenPipe: .brokenPipe
        case .noSpace, .overQuota: .noSpace(name)
        default: .writeFailed(name, error)
        }
    }

    /// A name that could not be made.
    static func creating(_ path: FilePath, _ error: SystemError) -> FileError {
        switch error {
        case .noSpace, .overQuota: .noSpace(.path(path))
        case .isDirectory: .isDirectory(.path(path))
        case .alreadyExists: .exists(path)
        default: .cannotCreate(path, error)
        }
    }
}
