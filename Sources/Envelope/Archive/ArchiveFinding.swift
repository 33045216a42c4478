package import FileIO

/// What was met while a tree was read, and is not, or not as it was, in the archive.
package enum ArchiveFinding: Equatable, Sendable {
    case unreadable(FilePath, SystemError)
    case vanished(FilePath)
    /// Its content changed while it was read: what is in the archive may never have been on the disk.
    case changed(FilePath)
    /// It became unreadable or shorter midway: zeros stand in the archive from there on.
    case cutShort(FilePath, SystemError?)
    /// Attributes that could not be read or do not fit.
    case attributesLeftOut(FilePath)
    case nameTooLong(FilePath)
    case otherFileSystem(FilePath)
    /// Sockets belong to processes and are never archived.
    case socket(FilePath)

    /// Whether somebody who relies on the archive has to know.
    package var isSerious: Bool {
        switch self {
        case .unreadable, .vanished, .changed, .cutShort, .attributesLeftOut, .nameTooLong: true
        case .otherFileSystem, .socket: false
        }
    }
}
