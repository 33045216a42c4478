import ContainerFormat
import FileIO
import Foundation
import FrameSealing
import SecretMemory
import Testing

@testable import Envelope

/// What somebody without the file key can do to a container.
@Suite struct DamageTests {
    private static let chunk = 4096

    /// META and five chunks, raw and compressed.
    private static func sample(_ key: String = "a") throws -> (Container, plaintext: [UInt8]) {
        let plaintext = Bytes.text(2 * chunk) + Bytes.noise(2 * chunk) + Bytes.text(100)
        let container = try Container(plaintext, to: [TestKeys.file(key)]) {
            $0.metadata = Metadata()
            $0.metadata?.name = Array("sample".utf8)
        }
        return (container, plaintext)
    }

    private func decrypt(
        _ bytes: [UInt8], _ decoder: Decoder = Decoder(), key: String = "a"
    ) throws -> Outcome {
        try decoder.decrypt(bytes, [TestKeys.file(key)]).outcome
    }

    @Test("R1: a container cut at any byte is truncated, and what came out is a true prefix")
    func cutAnywhere() throws {
        let plaintext = Bytes.text(300)
        let container = try Container(plaintext, to: [TestKeys.file("a")]) {
            $0.context = .empty
            $0.padding = .padme
            $0.metadata = Metadata()
        }
        for end in 0..<container.bytes.count {
            let input = end.isMultiple(of: 2) ? Decoder.Input.file : .stream
            let outcome = try decrypt(
                Array(container.bytes[..<end]), Decoder(input: input, workers: 1))
            #expect(outcome.code == "TRUNCATED", "cut at \(end)")
            #expect(outcome.sha256 == Bytes.sha256(Array(plaintext.prefix(outcome.count))))
        }
    }

    @Test(
        "R1: a cut at or beside each frame's edge is truncated after the frames before it",
        arguments: Decoder.Input.allCases)
    func cutAtFrames(input: Decoder.Input) throws {
        let (container, plaintext) = try Self.sample()
        let frames = container.frames
        for (position, frame) in frames.enumerated() {
            for end in [
                frame.lowerBound - 1, frame.lowerBound, frame.lowerBound + 4, frame.upperBound - 1,
            ] {
                let outcome = try decrypt(
                    Array(container.bytes[..<end]), Decoder(input: input, workers: 3))
                let whole = max(0, min(5, end < frame.lowerBound ? position - 2 : position - 1))
                #expect(outcome.code == "TRUNCATED")
                #expect(outcome.count == min(whole * Self.chunk, plaintext.count), "cut at \(end)")
                #expect(outcome.sha256 == Bytes.sha256(Array(plaintext.prefix(outcome.count))))
            }
        }
    }

    @Test(
        "R2: nothing at all is truncated, never an empty plaintext",
        arguments: Decoder.Input.allCases)
    func empty(input: Decoder.Input) throws {
        #expect(try decrypt([], Decoder(input: input)).code == "TRUNCATED")
        #expect(try Decoder(input: input).structure([]) == "TRUNCATED")
    }

    @Test(
        "R3: bytes after the trailer, or a second container, are trailing", arguments: Decoder.all)
    func trailing(decoder: Decoder) throws {
        let (container, plaintext) = try Self.sample()
        for more in [[0], [0x0A], container.bytes, Array(container.bytes.suffix(52))] {
            let outcome = try decrypt(container.bytes + more, decoder)
            #expect(outcome.code == "TRAILING")
            #expect(outcome.count == plaintext.count)
        }
    }

    @Test("R4: frames swapped, repeated or removed are noticed at the first wrong one")
    func frameOrder() throws {
        let (container, plaintext) = try Self.sample()
        let frames = container.frameBytes
        var cases: [(frames: [[UInt8]], firstWrong: Int)] = []
        for left in 0..<frames.count {
            for right in left + 1..<frames.count {
                var swapped = frames
                swapped.swapAt(left, right)
                cases.append((swapped, left))
            }
            cases.append((Array(frames[...left] + frames[left...]), left + 1))
            var removed = frames
            removed.remove(at: left)
            cases.append((removed, left))
        }
        for (number, one) in cases.enumerated() {
            let decoder = Decoder.all[number % Decoder.all.count]
            let outcome = try decrypt(container.replacingFrames(one.frames), decoder)
            // Without the trailer, or behind it, there is nothing left to be wrong.
            let ends = one.firstWrong == frames.count - 1 && one.frames.count < frames.count
            let goesOn = one.firstWrong == frames.count
            let codes = ends ? ["TRUNCATED"] : goesOn ? ["TRAILING"] : ["AUTH", "FRAME", "INDEX"]
            #expect(codes.contains(outcome.code), "case \(number): \(outcome)")
            let released = min(max(0, one.firstWrong - 1) * Self.chunk, plaintext.count)
            #expect(outcome.count == released, "case \(number)")
            #expect(outcome.sha256 == Bytes.sha256(Array(plaintext.prefix(released))))
        }
    }

    @Test("R5: a frame of another container under the same file key is not authentic")
    func spliceSameFileKey() throws {
        let fileKey = Bytes.noise(32, seed: 99)
        func made(_ seed: UInt64) throws -> Container {
            try Container(
                Bytes.noise(3 * Self.chunk, seed: seed), to: [TestKeys.file("a")], fileKey: fileKey)
        }
        let (one, other) = (try made(1), try made(2))
        for position in one.frames.indices {
            var frames = one.frameBytes
            frames[position] = other.frameBytes[position]
            let outcome = try decrypt(one.replacingFrames(frames))
            #expect(outcome.code == "AUTH", "frame \(position)")
            #expect(outcome.count == min(position, 3) * Self.chunk)
        }
    }

    @Test("R6: the final frame removed and the one before it called final is not authentic")
    func relabelledFinal() throws {
        let (container, _) = try Self.sample()
        var frames = container.frameBytes
        frames.remove(at: 5)
        frames[4][0] |= 0x80
        let outcome = try decrypt(container.replacingFrames(frames))
        #expect(outcome.code == "AUTH")
        #expect(outcome.count == 3 * Self.chunk)
    }

    @Test("R7: index, trailer or metadata removed or from elsewhere are noticed")
    func framesAround() throws {
        let (container, plaintext) = try Self.sample()
        let (other, _) = try Self.sample()
        let frames = container.frameBytes
        let count = frames.count
        func with(_ change: (inout [[UInt8]]) -> Void) throws -> Outcome {
            var changed = frames
            change(&changed)
            return try decrypt(container.replacingFrames(changed))
        }
        #expect(try with { $0.remove(at: count - 1) }.code == "TRUNCATED")
        #expect(try with { $0.remove(at: count - 2) }.code == "FRAME")
        #expect(try with { $0.removeLast(2) }.code == "TRUNCATED")
        for position in [0, count - 2, count - 1] {
            let outcome = try with { $0[position] = other.frameBytes[position] }
            #expect(outcome.code == "AUTH")
            #expect(outcome.count == (position == 0 ? 0 : plaintext.count))
        }
        #expect(
            try with { $0.remove(at: 0) }
                == Outcome(code: "FRAME", count: 0, sha256: Bytes.sha256([])))
    }

    @Test("R8: the header of one container does not open the payload of another")
    func headerSplice() throws {
        let (one, _) = try Self.sample()
        let (other, _) = try Self.sample()
        let outcome = try decrypt(one.header + other.payload)
        #expect(outcome.code == "NO_KEY")
        #expect(outcome.count == 0)
    }

    @Test("R9: no container with one bit flipped decrypts to its end", arguments: [0, 1, 2, 3])
    func bitFlips(part: Int) throws {
        let plaintext = Bytes.text(60)
        let container = try Container(plaintext, to: [TestKeys.file("a")]) {
            $0.metadata = Metadata()
            $0.context = ContainerContext([("t", "a")]) ?? .empty
        }
        for bit in stride(from: part, to: 8 * container.bytes.count, by: 4) {
            var flipped = container.bytes
            flipped[bit / 8] ^= 0x80 >> UInt8(bit % 8)
            let input = bit / 4 % 2 == 0 ? Decoder.Input.file : .stream
            let outcome = try decrypt(flipped, Decoder(input: input, workers: 1))
            #expect(outcome.code != "ok", "bit \(bit)")
            #expect(outcome.sha256 == Bytes.sha256(Array(plaintext.prefix(outcome.count))))
        }
    }

    @Test(
        "R23: a frame that claims 256 MiB is refused for its word, whether or not its bytes come",
        arguments: Decoder.all)
    func giantFrame(decoder: Decoder) throws {
        let (container, _) = try Self.sample()
        for position in container.frames.indices {
            var frames = container.frameBytes
            frames[position][0] |= 0x0F
            frames[position].replaceSubrange(1..<4, with: [0xFF, 0xFF, 0xFF])
            #expect(try decrypt(container.replacingFrames(frames), decoder).code == "FRAME")
            frames[position].removeSubrange(4...)
            let cut = container.replacingFrames(Array(frames[...position]))
            #expect(try decrypt(cut, decoder).code == "FRAME")
        }
    }

    @Test("R37: a container that went through a text mode is no container")
    func textDamage() throws {
        let (container, _) = try Self.sample()
        let bytes = container.bytes
        let lf = UInt8(ascii: "\n")
        let cr = UInt8(ascii: "\r")
        var withoutCR: [UInt8] = []
        for (index, byte) in bytes.enumerated()
        where !(byte == cr && index + 1 < bytes.count && bytes[index + 1] == lf) {
            withoutCR.append(byte)
        }
        let withCR: [UInt8] = bytes.flatMap { $0 == lf ? [cr, lf] : [$0] }
        let utf8: [UInt8] = bytes.flatMap { Array(String(Unicode.Scalar($0)).utf8) }
        let swapped: [UInt8] = stride(from: 0, to: bytes.count - 1, by: 2)
            .flatMap { [bytes[$0 + 1], bytes[$0]] }
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let damaged: [[UInt8]] = [
            withCR, withoutCR, utf8, swapped, mark + bytes,
            bytes.map { $0 == cr ? lf : $0 },
            bytes.map { $0 & 0x7F },
            Array(String(decoding: bytes, as: UTF8.self).utf8),
            bytes[..<8].reversed() + Array(bytes[8...]),
        ]
        for (number, one) in damaged.enumerated() {
            for input in Decoder.Input.allCases {
                let code = try decrypt(one, Decoder(input: input)).code
                #expect(code == "MAGIC", "damage \(number)")
            }
        }
    }

    @Test(
        "R29: random damage gives one answer for 1, 2, 3 and 64 workers, files and pipes, and both ciphers",
        arguments: 0..<24)
    func oneAnswer(seed: Int) throws {
        let (container, plaintext) = try Self.sample()
        var bytes = container.bytes
        var random = SeededGenerator(seed: UInt64(seed))
        switch seed % 4 {
        case 0:
            bytes.removeSubrange(
                Int.random(in: container.framesBegin..<bytes.count, using: &random)...)
        case 1:
            bytes.insert(
                UInt8.random(in: 0...255, using: &random),
                at: Int.random(in: container.framesBegin..<bytes.count, using: &random))
        default:
            for _ in 0..<(seed % 3 + 1) {
                bytes[Int.random(in: container.framesBegin..<bytes.count, using: &random)] ^=
                    1 << UInt8.random(in: 0...7, using: &random)
            }
        }
        var outcomes: [Outcome] = []
        for input in Decoder.Input.allCases {
            for engine in ChunkCipherEngine.allCases {
                for workers in [1, 2, 3, 64] {
                    outcomes.append(
                        try decrypt(bytes, Decoder(input: input, workers: workers, engine: engine)))
                }
            }
        }
        let first = try #require(outcomes.first)
        #expect(outcomes.allSatisfy { $0 == first }, "\(outcomes)")
        #expect(first.code != "ok")
        #expect(first.sha256 == Bytes.sha256(Array(plaintext.prefix(first.count))))
    }

    @Test(
        "R30: chunks go out in order and none after the first that is not authentic",
        arguments: 0..<5)
    func releaseStops(at chunk: Int) throws {
        let (container, plaintext) = try Self.sample()
        for decoder in Decoder.all {
            var frames = container.frameBytes
            // This and every later chunk are wrong, so that any worker may meet a fault first.
            for position in chunk + 1..<6 { frames[position][10] ^= 1 }
            let outcome = try decrypt(container.replacingFrames(frames), decoder)
            #expect(outcome.code == "AUTH")
            #expect(outcome.count == chunk * Self.chunk, "\(decoder)")
            #expect(outcome.sha256 == Bytes.sha256(Array(plaintext.prefix(chunk * Self.chunk))))
        }
    }
}

/// The same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed &+ 0x9E37_79B9_7F4A_7C15 }

    mutating func next() -> UInt64 {
        state = state &+ 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
