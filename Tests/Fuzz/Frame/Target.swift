internal import ContainerFormat
internal import FuzzBed

/// Frame words and their order, and whole containers by a sender who holds the key: from a file and
/// from a pipe, with one worker and with three, by both engines, the same code and the same bytes
/// come out (R29).
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = unsafe FuzzInput(start, count)
    guard let choice = input.byte() else { return 0 }
    if choice & 1 == 0 {
        acceptWords(&input)
        return 0
    }
    guard let container = try? ForgedContainer.make(&input) else {
        preconditionFailure("fuzz: no container was made")
    }
    let one = FuzzDecoder.decrypt(container, from: .file, workers: 1)
    let many = FuzzDecoder.decrypt(container, from: .pipe, workers: 3)
    precondition(one == many, "frame: \(one.code) from the file, \(many.code) from the pipe")
    let outside = FuzzDecoder.structure(container, from: .file)
    precondition(
        outside == FuzzDecoder.structure(container, from: .pipe), "structure: two answers")
    precondition(one.code != "ok" || outside == "ok", "structure: \(outside) of a good container")
    return 0
}

/// The grammar alone, which takes some words a second more than cryptography does.
private func acceptWords(_ input: inout FuzzInput) {
    let preamble = Preamble(
        chunkSizeExponent: 12 + (input.byte() ?? 0) % 13,
        flags: Preamble.Flags(rawValue: (input.byte() ?? 0) & 7),
        salt: [UInt8](repeating: 0, count: Preamble.saltByteCount))
    var sequence = FrameSequence(preamble)
    while !input.isEmpty {
        let word = UInt32(input.number16()) << 16 | UInt32(input.number16())
        let before = sequence.offset
        guard let frame = try? sequence.accept(word) else { return }
        precondition(frame.word.rawValue == word, "frame: a word changed")
        precondition(
            sequence.offset == before + UInt64(frame.word.frameByteCount), "frame: offset")
        precondition(
            frame.word.ciphertextByteCount
                <= max(preamble.largestFramePlaintextByteCount, IndexGroup.largestByteCount),
            "frame: longer than any may be")
    }
}
