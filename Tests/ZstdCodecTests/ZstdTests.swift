import Testing

@testable import ZstdCodec

/// One chunk, one zstd frame, and nothing else.
@Suite struct ZstdTests {
    private func compress(_ input: [UInt8], level: Int = 3, room: Int? = nil) throws -> [UInt8]? {
        let compressor = try ZstdCompressor(level: level)
        var output = [UInt8](repeating: 0, count: room ?? input.count + 100)
        var span = output.mutableSpan
        var bytes = unsafe span.mutableBytes
        let count = unsafe try compressor.compress(input.span.bytes, into: &bytes)
        return count.map { Array(output.prefix($0)) }
    }

    private func decompress(_ input: [UInt8], limit: Int) throws -> [UInt8] {
        let decompressor = try ZstdDecompressor()
        // Guard bytes behind the limit: the codec is told of the limit only.
        var output = [UInt8](repeating: 0xEE, count: limit + 64)
        let result = Result<Int, any Error> {
            unsafe try output.withUnsafeMutableBytes { bytes in
                var room = unsafe MutableRawSpan(
                    _unsafeBytes: UnsafeMutableRawBufferPointer(rebasing: bytes[..<limit]))
                return unsafe try decompressor.decompress(input.span.bytes, into: &room)
            }
        }
        #expect(output[limit...].allSatisfy { $0 == 0xEE })
        return Array(output.prefix(try result.get()))
    }

    private let text = Array(repeating: Array("the same again, ".utf8), count: 256).flatMap(\.self)

    @Test("What was compressed comes back, at every level", arguments: [-100, -5, 1, 3, 9, 19, 22])
    func roundTrip(level: Int) throws {
        for input in [
            text, [UInt8](repeating: 0, count: 70_000), text + (0...255).map { UInt8($0) },
        ] {
            let packed = try #require(try compress(input, level: level))
            #expect(packed.count < input.count)
            #expect(try decompress(packed, limit: input.count) == input)
            #expect(try decompress(packed, limit: 1 << 17) == input)
        }
    }

    @Test("What would not become smaller is not compressed")
    func incompressible() throws {
        var state: UInt32 = 1
        let noise = (0..<5000).map { _ -> UInt8 in
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt8(state >> 24)
        }
        #expect(try compress(noise) == nil)
        #expect(try compress([]) == nil)
        #expect(try compress([1]) == nil)
        #expect(try compress(text, room: 3) == nil)
    }

    @Test("R24: content one byte over the chunk is refused, exactly a chunk is not")
    func bound() throws {
        let packed = try #require(try compress(text))
        #expect(throws: ZstdError.malformed) { try decompress(packed, limit: text.count - 1) }
        #expect(try decompress(packed, limit: text.count) == text)
    }

    @Test("R24: a frame that is more or less than one frame is refused")
    func notOneFrame() throws {
        let packed = try #require(try compress(text))
        let skippable: [UInt8] = [0x50, 0x2A, 0x4D, 0x18, 2, 0, 0, 0, 1, 1]
        let broken: [[UInt8]] = [
            [], packed + [0], packed + packed, skippable + packed, packed + skippable, skippable,
            Array(packed.dropFirst()), [0x27] + packed.dropFirst(), [0, 0, 0, 0],
        ]
        for one in broken {
            #expect(throws: ZstdError.malformed) { try decompress(one, limit: 1 << 16) }
        }
        for count in 0..<packed.count {
            #expect(throws: ZstdError.malformed) {
                try decompress(Array(packed[..<count]), limit: 1 << 16)
            }
        }
    }

    @Test(
        "R24: a frame header that does not say its size, or too large a one, or names a dictionary is refused"
    )
    func frameHeader() throws {
        func header(_ descriptor: UInt8, _ rest: [UInt8]) -> ZstdFrameHeader? {
            let bytes = ZstdFrameHeader.magic + [descriptor] + rest
            return unsafe ZstdFrameHeader(bytes.span.bytes)
        }
        // Single segment, one byte of content size.
        #expect(header(0x20, [5])?.contentByteCount == 5)
        #expect(header(0x20, [5])?.windowByteCount == 5)
        #expect(header(0x60, [5, 1])?.contentByteCount == 517)
        #expect(header(0x60, [5, 1])?.windowByteCount == 517)
        #expect(header(0xA0, [1, 2, 0, 0])?.contentByteCount == 513)
        #expect(
            header(0xE0, [0, 0, 0, 0, 0, 0, 0, 0x80])?.contentByteCount == 0x8000_0000_0000_0000)
        // A window of its own: exponent 0 is 1 KiB, exponent 31 2 TiB and mantissa 7 nearly double.
        #expect(header(0x40, [0, 0, 0])?.windowByteCount == 1024)
        #expect(header(0x40, [7, 0, 0])?.windowByteCount == 1920)
        let largest = try #require(header(0x40, [0xFF, 0, 0])).windowByteCount
        #expect(largest == (1 << 41) + (7 << 38))
        // No content size; a dictionary id; the reserved bit; too short.
        #expect(header(0x00, [0, 1, 1, 1]) == nil)
        for flag: UInt8 in 1...3 { #expect(header(0x20 | flag, [1, 5, 5, 5, 5, 5]) == nil) }
        #expect(header(0x28, [5]) == nil)
        #expect(header(0xA0, [1, 2, 0]) == nil)
        #expect(header(0x40, [0, 0]) == nil)
        #expect(header(0x20, []) == nil)
        // The unused bit means nothing, the checksum is allowed.
        #expect(header(0x30, [5]) != nil && header(0x24, [5]) != nil)
    }

    @Test(
        "R24: a frame whose content is longer or shorter than it says is refused, and memory past the chunk is not touched"
    )
    func lies() throws {
        let zeros = [UInt8](repeating: 0, count: 5000)
        var packed = try #require(try compress(zeros))
        // Two bytes of content size, from 256 on, in a single segment.
        try #require(packed[4] == 0x60)
        for claimed in [256, 4999, 5001, 65_791] {
            let value = claimed - 256
            packed[5] = UInt8(value & 255)
            packed[6] = UInt8(value >> 8)
            #expect(throws: ZstdError.malformed) { try decompress(packed, limit: 1 << 17) }
            #expect(throws: ZstdError.malformed) { try decompress(packed, limit: 5000) }
        }
    }

    @Test("R24: any byte of a frame changed gives the content's length or a fault, never more")
    func damaged() throws {
        let packed = try #require(try compress(text))
        for position in packed.indices {
            for bit in 0..<8 {
                var changed = packed
                changed[position] ^= 1 << UInt8(bit)
                if let content = try? decompress(changed, limit: text.count) {
                    #expect(content.count <= text.count)
                }
            }
        }
    }

    @Test("A decompressor goes on after a fault, a compressor after an input that did not pay")
    func afterFailure() throws {
        let decompressor = try ZstdDecompressor()
        let packed = try #require(try compress(text))
        let cut = Array(packed.dropLast())
        var output = [UInt8](repeating: 0, count: text.count)
        for _ in 0..<3 {
            var span = output.mutableSpan
            var room = unsafe span.mutableBytes
            do {
                _ = unsafe try decompressor.decompress(cut.span.bytes, into: &room)
                Issue.record("a cut frame was decompressed")
            } catch { #expect(error == .malformed) }
            let count = unsafe try decompressor.decompress(packed.span.bytes, into: &room)
            #expect(count == text.count)
        }
        #expect(output == text)
    }
}
