internal import Glibc

/// What a file that we trust or that holds a secret must not allow to others.
package enum Protection: Equatable, Sendable {
    /// Configuration, which may name modules: nobody else may change it.
    case othersCannotWrite
    /// Keys: nobody else may even read.
    case othersCannotRead

    var forbidden: UInt32 {
        switch self {
        case .othersCannotWrite: 0o022
        case .othersCannotRead: 0o077
        }
    }
}

extension InputFile {
    /// Checks the open file, so that no other file can take its place between check and use.
    ///
    /// The owner has to be this user, or root, who could do anything anyway.
    ///
    /// - Throws: ``FileError/notOwner(_:owner:)``, ``FileError/loosePermissions(_:mode:)``
    package func require(_ protection: Protection) throws(FileError) {
        guard case .path(let path) = name else { return }
        guard owner == geteuid() || owner == 0 else { throw .notOwner(path, owner: owner) }
        guard mode & protection.forbidden == 0 else { throw .loosePermissions(path, mode: mode) }
    }
}
