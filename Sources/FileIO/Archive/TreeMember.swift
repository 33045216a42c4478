/// One thing in a tree, with all that its directory says about it.
package struct TreeMember: Sendable {
    package enum Kind: Sendable {
        case regular, directory, symbolicLink, characterDevice, blockDevice, fifo, socket
    }

    /// As the tree was named, without leading slashes and dots.
    package let path: FilePath
    package let kind: Kind
    /// The permission bits, 0…0o7777.
    package let mode: UInt32
    package let owner: UInt32
    package let group: UInt32
    package let byteCount: UInt64
    package let allocatedByteCount: UInt64
    package let modificationTime: FileTime
    package let identity: FileIdentity
    package let linkCount: UInt64
    /// Of a device node.
    package let device: (major: UInt32, minor: UInt32)
    /// Of a symbolic link.
    package let linkTarget: FilePath?

    init?(path: FilePath, _ status: FileStatus, linkTarget: FilePath? = nil) {
        guard let kind = Kind(rawMode: status.rawMode) else { return nil }
        self.path = path
        self.kind = kind
        mode = status.mode
        owner = status.owner
        group = status.group
        byteCount = kind == .regular ? status.byteCount : 0
        allocatedByteCount = status.allocatedByteCount
        modificationTime = status.times.modification
        identity = status.identity
        linkCount = status.linkCount
        device = status.special
        self.linkTarget = linkTarget
    }

    /// What has the name now, without a link's target; nil where nothing has it, or nothing that can
    /// be looked at.
    package init?(at path: FilePath) {
        guard let status = try? FileStatus(path, followingLinks: false) else { return nil }
        self.init(path: path, status)
    }
}
