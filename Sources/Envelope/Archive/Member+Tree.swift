internal import ArchiveIO
internal import ContainerFormat
internal import FileIO

extension Member {
    /// What a tree holds, as an archive has it; nil for a socket.
    init?(_ tree: TreeMember) {
        let kind: Kind
        switch tree.kind {
        case .regular: kind = .regular
        case .directory: kind = .directory
        case .symbolicLink: kind = .symbolicLink
        case .characterDevice: kind = .characterDevice
        case .blockDevice: kind = .blockDevice
        case .fifo: kind = .fifo
        case .socket: return nil
        }
        self.init(
            path: tree.path.bytes, kind: kind, mode: tree.mode, owner: tree.owner,
            group: tree.group)
        byteCount = tree.byteCount
        setTime(
            seconds: tree.modificationTime.seconds,
            nanoseconds: tree.modificationTime.nanoseconds)
        device = tree.device
        linkTarget = tree.linkTarget?.bytes ?? []
    }
}

extension IndexedMember.Kind {
    init(_ kind: Member.Kind) {
        self =
            switch kind {
            case .regular: .regular
            case .hardLink: .hardLink
            case .symbolicLink: .symbolicLink
            case .characterDevice: .characterDevice
            case .blockDevice: .blockDevice
            case .directory: .directory
            case .fifo: .fifo
            }
    }
}

extension IndexedMember {
    /// The entry of a member whose header begins at `offset`.
    init(_ member: Member, offset: UInt64) {
        self.init(
            offset: offset, byteCount: member.byteCount, seconds: member.seconds,
            nanoseconds: member.nanoseconds, owner: member.owner, group: member.group,
            mode: UInt16(member.mode & 0o7777), kind: IndexedMember.Kind(member.kind),
            path: member.path, linkTarget: member.linkTarget, ownerName: member.ownerName,
            groupName: member.groupName)
    }
}
