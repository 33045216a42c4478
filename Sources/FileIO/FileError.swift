internal import Glibc

/// What can go wrong with files, one case for each thing a person is told differently.
package enum FileError: Error, Equatable, Sendable {
    // The input cannot be had.
    case cannotOpen(FileName, SystemError)
    case isDirectory(FileName)
    /// The work needs a regular file: it goes back and forth, or changes the file in place.
    case notRegular(FileName)
    /// The work needs to go back and forth, and the input comes once.
    case notSeekable(FileName)
    /// A small text input, key file or passphrase is larger than such things are.
    case tooLarge(FileName, limit: Int)

    // The input failed midway.
    case readFailed(FileName, SystemError)
    /// A regular file had `expected` bytes when opened and now ends at byte `endedAt`.
    case shrank(FileName, expected: UInt64, endedAt: UInt64)

    // The output cannot be made.
    case cannotCreate(FilePath, SystemError)
    /// The target exists, and nobody allowed to replace it.
    case exists(FilePath)
    /// The target is the same file as an input, by device and inode.
    case sameFile(FilePath)

    // The output failed midway.
    case writeFailed(FileName, SystemError)
    /// The disk or the quota is full.
    case noSpace(FileName)
    /// The reader of the output has gone.
    case brokenPipe

    // A file that has to be the user's own.
    case notOwner(FilePath, owner: UInt32)
    case loosePermissions(FilePath, mode: UInt32)

    // Changes of a file in place.
    /// Another process changes the file now.
    case locked(FilePath)
    /// The file is no longer what was read before.
    case changedMeanwhile(FilePath)
    /// A new copy could not be given the old file's owner and group.
    case cannotKeepOwner(FilePath, SystemError)

    // The terminal.
    /// There is no controlling terminal to ask on.
    case noTerminal
    /// The person ended the input (Ctrl-D) instead of answering.
    case promptEnded
}

extension FileError {
    /// A read that was given up because somebody wanted it to be.
    package var isCancelledRead: Bool {
        if case .readFailed(_, let reason) = self { reason.number == ECANCELED } else { false }
    }
}
