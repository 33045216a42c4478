import StreamPipeline
import Testing

@Suite struct ChunkBufferTests {
    @Test("What is written to a range is read from it, and no byte beside it changes")
    func ranges() {
        let buffer = ChunkBuffer(byteCount: 100)
        buffer.withMutableBytes(0..<100) { span in
            for offset in 0..<100 { span.storeBytes(of: 0, toByteOffset: offset, as: UInt8.self) }
        }
        buffer.withMutableBytes(10..<20) { span in
            #expect(span.byteCount == 10)
            for offset in 0..<10 { span.storeBytes(of: 7, toByteOffset: offset, as: UInt8.self) }
        }
        let bytes = buffer.withBytes(0..<100) { span in
            (0..<100).map { unsafe span.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
        }
        #expect(bytes == (0..<100).map { (10..<20).contains($0) ? 7 : 0 })
        #expect(buffer.withBytes(50..<50) { $0.byteCount } == 0)
    }
}
