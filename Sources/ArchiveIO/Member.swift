/// One member of an archive, as its header describes it.
package struct Member: Sendable {
    package enum Kind: UInt8, Sendable {
        case regular = 0x30
        case hardLink, symbolicLink, characterDevice, blockDevice, directory, fifo
    }

    package struct ExtendedAttribute: Sendable {
        package let name: [UInt8]
        package let value: [UInt8]
    }

    /// A stretch of a sparse file that holds data.
    package struct Segment: Equatable, Sendable {
        package let offset: UInt64
        package let byteCount: UInt64

        package init(offset: UInt64, byteCount: UInt64) {
            self.offset = offset
            self.byteCount = byteCount
        }
    }

    package var path: [UInt8]
    package var kind: Kind
    package var mode: UInt32
    package var owner: UInt32
    package var group: UInt32
    package var ownerName: [UInt8] = []
    package var groupName: [UInt8] = []
    /// Of a regular file; 0 for all else.
    package var byteCount: UInt64 = 0
    package private(set) var seconds: Int64 = 0
    package private(set) var nanoseconds: UInt32 = 0
    package var linkTarget: [UInt8] = []
    package var device: (major: UInt32, minor: UInt32) = (0, 0)
    package var attributes: [ExtendedAttribute] = []
    /// In the text form of POSIX.1e; empty for none.
    package var accessACL: [UInt8] = []
    package var defaultACL: [UInt8] = []
    /// Where a sparse file has data; nil for one without holes.
    package var segments: [Segment]?

    /// Sets the modification time, to the second where it is less than one before 1970: `-0` is read
    /// in more than one way.
    package mutating func setTime(seconds: Int64, nanoseconds: UInt32) {
        self.seconds = seconds
        self.nanoseconds = seconds == -1 ? 0 : nanoseconds
    }

    package init(path: [UInt8], kind: Kind, mode: UInt32, owner: UInt32, group: UInt32) {
        self.path = path
        self.kind = kind
        self.mode = mode
        self.owner = owner
        self.group = group
    }
}
