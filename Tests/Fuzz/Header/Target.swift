internal import ContainerFormat
internal import FuzzBed
internal import KeyProviders
internal import SecretMemory

/// Headers, preambles, metadata and armor lines: bytes ⇄ values. What parses can be written again
/// and then says the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = unsafe FuzzInput(start, count)
    let bytes = input.takeRest()
    parseHeader(bytes)
    // Again with the length that fits, which a change rarely hits.
    if bytes.count >= UnverifiedHeader.prefixByteCount {
        parseHeader(withLength(bytes))
    }
    _ = try? Preamble.parse(Array(bytes.prefix(Preamble.byteCount)))
    if let metadata = try? Metadata(encoded: bytes) {
        guard let again = try? Metadata(encoded: metadata.encoded) else {
            preconditionFailure("metadata: not readable when written again")
        }
        precondition(again == metadata, "metadata: says something else when written again")
        _ = try? metadata.restorableName()
    }
    if let line = Armor.decodeLine(bytes[...]) {
        precondition(
            Armor.encodeLine(line[...]).dropLast().elementsEqual(bytes),
            "armor: two spellings of one line")
    }
    return 0
}

private func withLength(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for (offset, shift) in zip(12..<16, [24, 16, 8, 0]) {
        bytes[offset] = UInt8(truncatingIfNeeded: bytes.count >> shift)
    }
    return bytes
}

private func parseHeader(_ bytes: [UInt8]) {
    _ = try? UnverifiedHeader.byteCount(prefix: Array(bytes.prefix(16)))
    guard let header = try? UnverifiedHeader(bytes: bytes) else { return }
    precondition(UnverifiedHeader.byteCounts.contains(header.byteCount))
    precondition(UnverifiedHeader.stanzaCounts.contains(header.stanzas.count))
    for stanza in header.stanzas {
        _ = ForgedContainer.provider.match(stanza)
        _ = passphrase.match(stanza)
    }
    let draft = HeaderDraft(
        context: header.context, stanzas: header.stanzas, extras: header.extras)
    guard let written = draft.authenticatedBytes(paddedTo: 0) else {
        preconditionFailure("header: what was read cannot be written")
    }
    let code = [UInt8](repeating: 0, count: UnverifiedHeader.authenticationCodeByteCount)
    guard let again = try? UnverifiedHeader(bytes: written + code) else {
        preconditionFailure("header: not readable when written again")
    }
    precondition(
        again.context == header.context && again.stanzas == header.stanzas
            && again.extras == header.extras, "header: says something else when written again")
}

private let passphrase = Passphrase(SecretBytes(randomByteCount: 8))
