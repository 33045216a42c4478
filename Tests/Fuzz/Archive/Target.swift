internal import ContainerFormat
internal import FuzzBed

/// The member index at the end of an archive. However it is cut in pieces, it gives the same members or
/// the same error; what it gives can be written again and is the same bytes.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = unsafe FuzzInput(start, count)
    let (memberCount, step) = (UInt64(input.byte() ?? 0), 1 + input.number16() % 700)
    let bytes = input.takeRest()
    check(bytes, step)
    // Again with a footer that fits, which a change rarely hits.
    let index = MemberIndexFooter.mark + bytes
    let padding = MemberIndexFooter.paddingByteCount(afterIndexBytes: UInt64(index.count))
    let footer = MemberIndexFooter(indexOffset: 1 << 16, memberCount: memberCount)
    check(index + [UInt8](repeating: 0, count: padding) + footer.encoded, step)
    return 0
}

/// `tail` ends a plaintext whose members are not there: nothing reads them.
private func check(_ tail: [UInt8], _ step: Int) {
    guard
        let number = UInt64(bigEndian: tail.suffix(MemberIndexFooter.byteCount).prefix(8)),
        number <= UInt64(Int64.max)
    else { return }
    let byteCount = number + UInt64(tail.count)
    guard
        let footer = try? MemberIndexFooter(
            Array(tail.suffix(MemberIndexFooter.byteCount)), plaintextByteCount: byteCount)
    else { return }
    let whole = decode(tail, footer, byteCount, step: tail.count)
    let pieces = decode(tail, footer, byteCount, step: step)
    precondition(whole == pieces, "archive: pieces say something else than the whole")
    for member in whole.members {
        precondition(MemberPath.isContained(member.path), "archive: a name that leads out")
        precondition(
            member.kind != .hardLink || MemberPath.isContained(member.linkTarget),
            "archive: a link that leads out")
    }
    guard whole.error == nil else { return }
    precondition(
        UInt64(whole.members.count) == footer.memberCount, "archive: another number of members")
    var again = MemberIndexFooter.mark + whole.members.flatMap(\.encoded)
    let padding = MemberIndexFooter.paddingByteCount(afterIndexBytes: UInt64(again.count))
    again += [UInt8](repeating: 0, count: padding) + footer.encoded
    precondition(again == tail, "archive: two spellings of one index")
}

private struct Decoded: Equatable {
    var members: [IndexedMember] = []
    var error: MemberIndexError?
}

private func decode(
    _ tail: [UInt8], _ footer: MemberIndexFooter, _ byteCount: UInt64, step: Int
) -> Decoded {
    var decoded = Decoded()
    var decoder = MemberIndexDecoder(footer, plaintextByteCount: byteCount)
    let index = tail.dropLast(MemberIndexFooter.byteCount)
    precondition(decoder.range.count == index.count, "archive: another length than there is")
    do throws(MemberIndexError) {
        for start in stride(from: 0, to: index.count, by: step) {
            decoder.append(index[start..<min(start + step, index.count)])
            while let member = try decoder.next() { decoded.members.append(member) }
        }
        try decoder.finish()
    } catch { decoded.error = error }
    return decoded
}

extension UInt64 {
    fileprivate init?(bigEndian bytes: ArraySlice<UInt8>) {
        guard bytes.count == 8 else { return nil }
        self = bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
