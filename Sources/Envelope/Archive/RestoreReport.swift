package import ArchiveIO

/// What came of a restore.
package struct RestoreReport: Sendable {
    package var memberCount: UInt64 = 0
    package var byteCount: UInt64 = 0
    /// Members that are there without something of theirs.
    package var losses: [DiskWriter.Loss: UInt64] = [:]
    /// Members that lost their set-user-ID or set-group-ID bits, as nobody asked to keep them.
    package var droppedSetIDCount: UInt64 = 0
    /// Directories that no member is, but that others lie in.
    package var impliedDirectories: Set<[UInt8]> = []
    /// Members that are not there.
    package var refusedCount: UInt64 = 0

    package init() {}

    package var isWhole: Bool { losses.isEmpty && refusedCount == 0 }

    mutating func add(_ loss: DiskWriter.Loss?) {
        if let loss { losses[loss, default: 0] += 1 }
    }
}

/// Why a member was left out.
package struct RestoreRefusal: Equatable, Sendable {
    package enum Reason: Equatable, Sendable {
        /// The name is absolute, empty, or climbs by `..`.
        case unsafeName
        case controlCharacters
        /// It lies below something that is no directory, or takes a directory's name.
        case conflict
        /// A hard link to something that is not restored here.
        case unsafeLink
        case unknownKind
        /// The kernel or the library said no: its number and words.
        case failed(Int32, String)
    }

    package let path: [UInt8]
    package let reason: Reason
}
