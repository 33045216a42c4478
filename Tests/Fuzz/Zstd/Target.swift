internal import FuzzBed
internal import ZstdCodec

/// The body of a compressed frame: nothing is written past the chunk, and what the compressor made
/// comes back.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = unsafe FuzzInput(start, count)
    guard let choice = input.byte() else { return 0 }
    let chunkByteCount = 1 << (12 + Int(choice) % 5)
    let bytes = input.takeRest()
    do {
        let decompressor = try ZstdDecompressor()
        if let content = decompress(bytes, with: decompressor, limit: chunkByteCount) {
            precondition(content.count <= chunkByteCount, "zstd: more than a chunk")
        }
        guard (1...chunkByteCount).contains(bytes.count) else { return 0 }
        let compressor = try ZstdCompressor(level: Int(choice) % 4)
        var packed = [UInt8](repeating: 0, count: bytes.count)
        var span = packed.mutableSpan
        var output = unsafe span.mutableBytes
        guard let length = unsafe try compressor.compress(bytes.span.bytes, into: &output) else {
            return 0
        }
        precondition(length < bytes.count, "zstd: not smaller")
        packed.removeSubrange(length...)
        precondition(
            decompress(packed, with: decompressor, limit: chunkByteCount) == bytes,
            "zstd: does not come back")
    } catch { preconditionFailure("zstd: \(error)") }
    return 0
}

private func decompress(
    _ bytes: [UInt8], with decompressor: borrowing ZstdDecompressor, limit: Int
) -> [UInt8]? {
    var content = [UInt8](repeating: 0xA5, count: limit)
    var span = content.mutableSpan
    var output = unsafe span.mutableBytes
    do {
        let count = unsafe try decompressor.decompress(bytes.span.bytes, into: &output)
        content.removeSubrange(count...)
        return content
    } catch {
        precondition(error == .malformed, "zstd: \(error)")
        return nil
    }
}
