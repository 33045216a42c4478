internal import ArchiveIO
internal import ContainerFormat
internal import Synchronization

/// Reads every member of an archive while it is decrypted, and compares the member index with them,
/// byte for byte. Nothing is written.
package final class MemberCheck: ArchiveConsumer, @unchecked Sendable {
    private var index: MemberIndexRecorder?
    private let total = Mutex<UInt64>(0)

    /// Of the expected index: the piece that is compared now, and how much of it is.
    private var expected: ArraySlice<UInt8> = []
    private var nextPiece = 0
    private var indexOffset: UInt64?
    private var footerSeen = false

    package override init() {}

    override func parse(_ reader: ArchiveReader) throws {
        let index = try MemberIndexRecorder()
        self.index = index
        while let entry = try reader.next() {
            try index.append(try IndexedMember(entry, offset: reader.headerOffset))
            while unsafe try reader.nextBlock() != nil {}
        }
        total.withLock { $0 = index.memberCount }
    }

    /// How many members there are, all of them as the index says.
    package func finish() throws -> UInt64 {
        try join()
        guard footerSeen, expected.isEmpty else { throw MemberIndexError.footer }
        return total.withLock { $0 }
    }

    override func parse(tail: [UInt8], at offset: UInt64) throws {
        var bytes = tail[...]
        if indexOffset == nil { bytes = try skipZeros(bytes, at: offset) }
        while !bytes.isEmpty {
            if expected.isEmpty { try nextExpectation() }
            let count = min(bytes.count, expected.count)
            guard count > 0, bytes.prefix(count).elementsEqual(expected.prefix(count)) else {
                throw footerSeen ? MemberIndexError.footer : MemberIndexError.entry(number: 0)
            }
            bytes = bytes.dropFirst(count)
            expected = expected.dropFirst(count)
        }
    }

    /// Passes over the blocks that end the tar; the index begins with the first that is not zero.
    private func skipZeros(
        _ bytes: ArraySlice<UInt8>, at start: UInt64
    ) throws -> ArraySlice<UInt8> {
        guard let first = bytes.firstIndex(where: { $0 != 0 }) else { return [] }
        let offset = start + UInt64(first - bytes.startIndex)
        guard offset.isMultiple(of: MemberIndexFooter.blockByteCount) else {
            throw MemberIndexError.mark
        }
        indexOffset = offset
        expected = MemberIndexFooter.mark[...]
        return bytes[first...]
    }

    private func nextExpectation() throws {
        guard let index, let indexOffset, !footerSeen else { throw MemberIndexError.padding }
        if nextPiece < index.pieceCount {
            expected = try index.piece(nextPiece)[...]
            nextPiece += 1
            return
        }
        let end = UInt64(MemberIndexFooter.mark.count) + index.byteCount
        expected = ArraySlice(
            [UInt8](
                repeating: 0,
                count: MemberIndexFooter.paddingByteCount(afterIndexBytes: end))
                + MemberIndexFooter(indexOffset: indexOffset, memberCount: index.memberCount)
                .encoded)
        footerSeen = true
    }
}

extension IndexedMember {
    /// What the index has to say of a member that was read from the tar.
    init(_ entry: ArchiveEntry, offset: UInt64) throws {
        guard let kind = entry.kind, let owner = UInt32(exactly: entry.owner),
            let group = UInt32(exactly: entry.group), entry.path.count <= UInt16.max,
            entry.linkTarget.count <= UInt16.max
        else { throw ArchiveError.malformed("a member that no index can hold") }
        self.init(
            offset: offset, byteCount: kind == .regular ? entry.byteCount : 0,
            seconds: entry.seconds, nanoseconds: entry.nanoseconds, owner: owner, group: group,
            mode: UInt16(entry.mode), kind: IndexedMember.Kind(kind), path: entry.path,
            linkTarget: entry.linkTarget, ownerName: entry.ownerName, groupName: entry.groupName)
    }
}
