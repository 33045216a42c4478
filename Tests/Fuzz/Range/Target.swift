internal import FuzzBed

/// Reading by range: index and trailer by a sender who holds the key. Whatever decrypts whole is
/// read the same by range (R32), and a range never gives more than was asked for.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = unsafe FuzzInput(start, count)
    let offset = UInt64(input.number16())
    let length = UInt64(input.number16())
    guard let container = try? ForgedContainer.make(&input) else {
        preconditionFailure("fuzz: no container was made")
    }
    let whole = FuzzDecoder.decrypt(container, from: .file, workers: 1)
    for range in [offset..<offset + length, 0..<UInt64.max, offset..<UInt64.max] {
        let part = FuzzDecoder.read(container, range)
        precondition(
            UInt64(part.released.count) <= range.upperBound - range.lowerBound, "range: too much")
        guard whole.code == "ok" else { continue }
        precondition(part.code == "ok", "range: \(part.code) of a good container")
        let end = Int(min(range.upperBound, UInt64(whole.released.count)))
        let slice = range.lowerBound < end ? Array(whole.released[Int(range.lowerBound)..<end]) : []
        precondition(part.released == slice, "range: other bytes than decrypting gives")
    }
    return 0
}
