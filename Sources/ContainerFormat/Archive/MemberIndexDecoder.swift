/// Reads a member index piece by piece, as it comes out of the frames.
///
/// Holds one piece and one unfinished entry, whatever the index claims of itself.
package struct MemberIndexDecoder {
    private let footer: MemberIndexFooter
    private let byteCount: UInt64
    private var pending: ArraySlice<UInt8> = []
    private var taken: UInt64 = 0
    private var markSeen = false
    private var number: UInt64 = 0
    private var lastOffset: UInt64?

    package init(_ footer: MemberIndexFooter, plaintextByteCount: UInt64) {
        self.footer = footer
        byteCount = plaintextByteCount - footer.indexOffset - UInt64(MemberIndexFooter.byteCount)
    }

    /// Where the index lies in the plaintext, without its footer.
    package var range: Range<UInt64> { footer.indexOffset..<footer.indexOffset + byteCount }

    package mutating func append(_ bytes: some Collection<UInt8>) {
        pending = ArraySlice(pending + bytes)
        taken += UInt64(bytes.count)
    }

    /// The next member; nil where more bytes are needed, or all have been read.
    package mutating func next() throws(MemberIndexError) -> IndexedMember? {
        if !markSeen {
            let mark = MemberIndexFooter.mark
            guard pending.count >= mark.count else { return nil }
            guard pending.starts(with: mark) else { throw .mark }
            pending = pending.dropFirst(mark.count)
            markSeen = true
        }
        guard number < footer.memberCount else { return nil }
        var reader = ByteReader(pending)
        guard let member = try IndexedMember.read(&reader, number: number) else {
            guard pending.count < IndexedMember.largestByteCount else {
                throw .entry(number: number)
            }
            return nil
        }
        guard member.offset.isMultiple(of: MemberIndexFooter.blockByteCount),
            lastOffset.map({ member.offset > $0 }) ?? (member.offset == 0),
            member.offset < footer.indexOffset - 2 * MemberIndexFooter.blockByteCount
        else { throw .entry(number: number) }
        lastOffset = member.offset
        number += 1
        pending = pending.suffix(reader.remaining)
        return member
    }

    /// To be called when all of ``range`` was appended and read.
    package func finish() throws(MemberIndexError) {
        guard taken == byteCount, markSeen else { throw .mark }
        guard number == footer.memberCount else { throw .entry(number: number) }
        guard pending.count < Int(MemberIndexFooter.blockByteCount),
            pending.allSatisfy({ $0 == 0 })
        else { throw .padding }
    }
}
