/// The last 16 bytes of an archive's plaintext: where the index is and how much it holds.
///
///     0   8  offset of the index in the plaintext
///     8   8  number of members
package struct MemberIndexFooter: Equatable, Sendable {
    package static let byteCount = 16
    package static let mark = Array("COFINDX1".utf8)
    package static let blockByteCount: UInt64 = 512

    package let indexOffset: UInt64
    package let memberCount: UInt64

    package init(indexOffset: UInt64, memberCount: UInt64) {
        self.indexOffset = indexOffset
        self.memberCount = memberCount
    }

    /// Checks what must hold whatever the members are.
    ///
    /// - Throws: ``MemberIndexError/footer``
    package init(_ bytes: [UInt8], plaintextByteCount: UInt64) throws(MemberIndexError) {
        var reader = ByteReader(bytes[...])
        guard bytes.count == Self.byteCount, let offset = reader.integer(UInt64.self),
            let count = reader.integer(UInt64.self),
            offset.isMultiple(of: Self.blockByteCount), offset >= 2 * Self.blockByteCount,
            plaintextByteCount.isMultiple(of: Self.blockByteCount), offset < plaintextByteCount
        else { throw .footer }
        let room = plaintextByteCount - offset - UInt64(Self.mark.count + Self.byteCount)
        guard count <= room / UInt64(IndexedMember.fixedByteCount + 6) else { throw .footer }
        indexOffset = offset
        memberCount = count
    }

    package var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: indexOffset)
        bytes.append(bigEndian: memberCount)
        return bytes
    }

    /// How many zero bytes stand between entries that end at `end` of the index and the footer.
    package static func paddingByteCount(afterIndexBytes end: UInt64) -> Int {
        let rest = (end + UInt64(byteCount)) % blockByteCount
        return rest == 0 ? 0 : Int(blockByteCount - rest)
    }
}
