import ContainerFormat
import FileIO
import FrameSealing
import KeyProviders
import Testing

@testable import Envelope

/// Reading part of a container.
@Suite struct RangeTests {
    private func read(
        _ bytes: [UInt8], _ range: Range<UInt64>, limit: UInt64? = nil,
        engine: ChunkCipherEngine = .openSSL
    ) throws -> Outcome {
        var options = DecryptionOptions()
        options.outputLimit = limit
        options.engine = engine
        let reader = RangeReader(keys: [try TestKeys.file("a")], options: options)
        return try Scratch.withFile(bytes) { path in
            try Decoder.releasing { output in
                _ = try reader.run(InputFile(path: path), range, to: output)
            }
        }
    }

    @Test(
        "R32: in a container that verifies, every range is the slice of the plaintext",
        arguments: 0..<12)
    func randomRanges(number: Int) throws {
        let count = [0, 1, 4095, 4096, 4097, 20_000][number % 6]
        let plaintext = number.isMultiple(of: 2) ? Bytes.text(count) : Bytes.noise(count)
        let container = try Container(plaintext, to: [TestKeys.file("a")]) {
            $0.compression = number < 6 ? .automatic : .none
            $0.padding = number % 3 == 0 ? .padme : nil
            $0.metadata = number % 4 == 1 ? Metadata() : nil
        }
        #expect(try Decoder().decrypt(container.bytes, [TestKeys.file("a")]).outcome.code == "ok")
        var random = SeededGenerator(seed: UInt64(number))
        var ranges: [Range<UInt64>] = [
            0..<0, 0..<UInt64.max, UInt64.max - 1..<UInt64.max, 4095..<4097, 4096..<8192,
            UInt64(count)..<UInt64(count) + 1, 0..<UInt64(count),
        ]
        for _ in 0..<25 {
            let start = UInt64.random(in: 0...UInt64(count) + 10, using: &random)
            ranges.append(start..<start + UInt64.random(in: 0...9000, using: &random))
        }
        for range in ranges {
            let from = Int(min(range.lowerBound, UInt64(count)))
            let to = Int(min(range.upperBound, UInt64(count)))
            let slice = Array(plaintext[from..<max(from, to)])
            for engine in ChunkCipherEngine.allCases {
                #expect(
                    try read(container.bytes, range, engine: engine)
                        == Outcome(code: "ok", count: slice.count, sha256: Bytes.sha256(slice)),
                    "\(range)")
            }
        }
    }

    @Test(
        "R31: a range of a container that was cut or extended anywhere is refused, and gives nothing false"
    )
    func cutOrExtended() throws {
        let plaintext = Bytes.noise(9000)
        let container = try Container(plaintext, to: [TestKeys.file("a")])
        let bytes = container.bytes
        let codes = ["TRUNCATED", "FRAME", "AUTH", "INDEX"]
        for end in stride(from: container.framesBegin, to: bytes.count, by: 11) {
            let outcome = try read(Array(bytes[..<end]), 0..<100)
            #expect(codes.contains(outcome.code), "cut at \(end)")
            #expect(outcome.count == 0)
        }
        for more in [[0], [UInt8](repeating: 0, count: 52), Array(bytes.suffix(52)), bytes] {
            let outcome = try read(bytes + more, 0..<100)
            #expect(codes.contains(outcome.code))
            #expect(outcome.count == 0)
        }
        for at in stride(from: container.framesBegin, to: bytes.count, by: 97) {
            var changed = bytes
            changed.remove(at: at)
            #expect(codes.contains(try read(changed, 0..<100).code))
            changed = bytes
            changed.insert(0, at: at)
            #expect(codes.contains(try read(changed, 0..<100).code))
        }
    }

    @Test("R31: a range never gives a byte of a damaged chunk")
    func damagedChunk() throws {
        let plaintext = Bytes.noise(5 * 4096)
        let container = try Container(plaintext, to: [TestKeys.file("a")])
        var bytes = container.bytes
        bytes[container.frames[2].lowerBound + 100] ^= 1
        let whole = try read(bytes, 0..<UInt64.max)
        #expect(whole.code == "AUTH")
        #expect(whole.sha256 == Bytes.sha256(Array(plaintext.prefix(2 * 4096))))
        #expect(try read(bytes, 3 * 4096..<4 * 4096).code == "ok")
        #expect(try read(bytes, 8191..<8192).code == "ok")
        #expect(try read(bytes, 8191..<8193).code == "AUTH")
    }

    @Test("R25: a range above the limit gives no more than the limit")
    func limit() throws {
        let container = try Container(Bytes.noise(9000), to: [TestKeys.file("a")])
        for limit: UInt64 in [0, 1, 4095, 4096, 4097, 8999] {
            let outcome = try read(container.bytes, 0..<9000, limit: limit)
            #expect(outcome.code == "LIMIT")
            #expect(outcome.count <= limit)
        }
        #expect(try read(container.bytes, 0..<9000, limit: 9000).code == "ok")
    }

    @Test("A range needs a binary container in a file")
    func notSeekable() throws {
        let key = try TestKeys.file("a")
        let reader = RangeReader(keys: [key], options: DecryptionOptions())
        let binary = try Container([1], to: [key])
        let armored = try Container([1], to: [key]) { $0.armor = true }
        let piped = try Decoder.releasing { output in
            try Feed.withPipe(binary.bytes) { _ = try reader.run($0, 0..<1, to: output) }
        }
        #expect(piped.code.hasPrefix("notSeekable"))
        #expect(try read(armored.bytes, 0..<1).code.hasPrefix("isArmored"))
    }
}
