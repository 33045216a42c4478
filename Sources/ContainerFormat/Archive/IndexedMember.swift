/// What the member index says of one member. Specification: archive-v1, 3.
///
///      0   8  offset of its first block      24   4  nanoseconds     38   1  kind
///      8   8  size of its content            28   4  owner           39   1  0
///     16   8  modification time, seconds     32   4  group           40   …  path, link target:
///                                            36   2  mode                    u16 length ‖ bytes
///                                                                    …  owner's and group's name:
///                                                                       u8 length ‖ bytes
package struct IndexedMember: Equatable, Sendable {
    /// As the type flags of tar are.
    package enum Kind: UInt8, Sendable {
        case regular = 0x30
        case hardLink, symbolicLink, characterDevice, blockDevice, directory, fifo
    }

    static let fixedByteCount = 40
    package static let largestByteCount = fixedByteCount + 2 * (2 + 65535) + 2 * (1 + 255)

    /// Of its first header block in the plaintext.
    package var offset: UInt64
    package var byteCount: UInt64
    package var seconds: Int64
    package var nanoseconds: UInt32
    package var owner: UInt32
    package var group: UInt32
    package var mode: UInt16
    package var kind: Kind
    package var path: [UInt8]
    /// Of a symbolic link its text, of a hard link the path of another member.
    package var linkTarget: [UInt8]
    package var ownerName: [UInt8]
    package var groupName: [UInt8]

    package init(
        offset: UInt64, byteCount: UInt64, seconds: Int64, nanoseconds: UInt32, owner: UInt32,
        group: UInt32, mode: UInt16, kind: Kind, path: [UInt8], linkTarget: [UInt8] = [],
        ownerName: [UInt8] = [], groupName: [UInt8] = []
    ) {
        self.offset = offset
        self.byteCount = byteCount
        self.seconds = seconds
        self.nanoseconds = nanoseconds
        self.owner = owner
        self.group = group
        self.mode = mode
        self.kind = kind
        self.path = path
        self.linkTarget = linkTarget
        self.ownerName = Array(ownerName.prefix(255))
        self.groupName = Array(groupName.prefix(255))
    }

    package var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.fixedByteCount + path.count + linkTarget.count + 32)
        bytes.append(bigEndian: offset)
        bytes.append(bigEndian: byteCount)
        bytes.append(bigEndian: seconds)
        bytes.append(bigEndian: nanoseconds)
        bytes.append(bigEndian: owner)
        bytes.append(bigEndian: group)
        bytes.append(bigEndian: mode)
        bytes.append(kind.rawValue)
        bytes.append(0)
        bytes.append(bigEndian: UInt16(path.count))
        bytes += path
        bytes.append(bigEndian: UInt16(linkTarget.count))
        bytes += linkTarget
        bytes.append(UInt8(ownerName.count))
        bytes += ownerName
        bytes.append(UInt8(groupName.count))
        bytes += groupName
        return bytes
    }

    /// Reads one entry.
    ///
    /// - Returns: nil where `reader` ends before the entry does.
    /// - Throws: ``MemberIndexError/entry(number:)`` for what no encoder writes.
    static func read(
        _ reader: inout ByteReader, number: UInt64
    ) throws(MemberIndexError) -> IndexedMember? {
        guard let offset = reader.integer(UInt64.self), let size = reader.integer(UInt64.self),
            let seconds = reader.integer(Int64.self), let nanoseconds = reader.integer(UInt32.self),
            let owner = reader.integer(UInt32.self), let group = reader.integer(UInt32.self),
            let mode = reader.integer(UInt16.self), let flag = reader.integer(UInt8.self),
            let zero = reader.integer(UInt8.self)
        else { return nil }
        guard let kind = Kind(rawValue: flag), zero == 0, mode <= 0o7777,
            nanoseconds < 1_000_000_000, size <= UInt64(Int64.max), kind == .regular || size == 0
        else { throw .entry(number: number) }
        guard let path = reader.takePrefixed(), let target = reader.takePrefixed(),
            let ownerCount = reader.integer(UInt8.self),
            let ownerName = reader.take(Int(ownerCount)),
            let groupCount = reader.integer(UInt8.self),
            let groupName = reader.take(Int(groupCount))
        else { return nil }
        guard MemberPath.isContained(path), isPossible(target, kind) else {
            throw .entry(number: number)
        }
        return IndexedMember(
            offset: offset, byteCount: size, seconds: seconds, nanoseconds: nanoseconds,
            owner: owner, group: group, mode: mode, kind: kind, path: Array(path),
            linkTarget: Array(target), ownerName: Array(ownerName), groupName: Array(groupName))
    }

    private static func isPossible(_ target: ArraySlice<UInt8>, _ kind: Kind) -> Bool {
        switch kind {
        case .hardLink: MemberPath.isContained(target)
        case .symbolicLink: !target.isEmpty && !target.contains(0)
        case .regular, .characterDevice, .blockDevice, .directory, .fifo: target.isEmpty
        }
    }
}
