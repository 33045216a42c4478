import Testing

@testable import ContainerFormat

@Suite struct PayloadTests {
    private static let salt = [UInt8](repeating: 9, count: 32)

    private static func preamble(_ flags: Preamble.Flags = [], exponent: UInt8 = 12) -> Preamble {
        Preamble(chunkSizeExponent: exponent, flags: flags, salt: salt)
    }

    @Test("R27, R28: every byte of the preamble has its values and no other")
    func preambleBytes() throws {
        let good = Self.preamble([.metadata]).boundBytes + [UInt8](repeating: 1, count: 32)
        let (parsed, commitment) = try Preamble.parse(good)
        #expect(parsed == Self.preamble([.metadata]) && commitment == Array(good[40...]))
        func code(_ offset: Int, _ value: UInt8) -> ContainerError? {
            var bytes = good
            bytes[offset] = value
            do throws(ContainerError) {
                _ = try Preamble.parse(bytes)
                return nil
            } catch { return error }
        }
        for value: UInt8 in 0...255 {
            for offset in 0..<4 where value != good[offset] {
                #expect(code(offset, value) == .preamble(.mark))
            }
            #expect(code(4, value) == (value == 1 ? nil : .unsupported(.suite(value))))
            #expect(code(5, value) == ((12...24).contains(value) ? nil : .preamble(.chunkSize)))
            #expect(code(6, value) == (value < 8 ? nil : .preamble(.flags)))
            #expect(code(7, value) == (value == 0 ? nil : .preamble(.reservedByte)))
        }
        for count in 0..<72 {
            #expect(throws: ContainerError.truncated(.preamble)) {
                try Preamble.parse(Array(good[..<count]))
            }
        }
    }

    @Test("R27: of sixteen kinds of frame seven are legal, and the word says kind and length")
    func words() {
        let legal: [UInt32] = [0, 1, 2, 4, 8, 10, 12]
        for flags in UInt32(0)..<16 {
            for count: UInt32 in [0, 1, 0x0FFF_FFFF] {
                let word = FrameWord(rawValue: flags << 28 | count)
                #expect((word != nil) == legal.contains(flags))
                if let word {
                    #expect(word.rawValue == flags << 28 | count)
                    #expect(word.ciphertextByteCount == Int(count))
                    #expect(word.frameByteCount == Int(count) + 20)
                }
            }
        }
    }

    private static func accept(
        _ words: [(FrameKind, Int)], _ flags: Preamble.Flags = []
    ) -> ContainerError? {
        var sequence = FrameSequence(preamble(flags))
        for (kind, count) in words {
            do throws(ContainerError) {
                _ = try sequence.accept(
                    FrameWord(kind: kind, ciphertextByteCount: count).rawValue)
            } catch { return error }
        }
        return nil
    }

    @Test("R4, R7: frames come in one order")
    func order() {
        let end: [(FrameKind, Int)] = [(.index, 16), (.trailer, 32)]
        #expect(Self.accept([(.data, 4096), (.finalData, 5)] + end) == nil)
        #expect(Self.accept([(.metadata, 0), (.finalData, 5)] + end, .metadata) == nil)
        let wrong: [([(FrameKind, Int)], Preamble.Flags)] = [
            ([(.index, 12)], []), ([(.trailer, 32)], []), ([(.metadata, 0)], []),
            ([(.data, 1)], .metadata), ([(.metadata, 0), (.metadata, 0)], .metadata),
            ([(.finalData, 1), (.data, 1)], []), ([(.finalData, 1), (.finalData, 1)], []),
            ([(.finalData, 1), (.trailer, 32)], []), ([(.data, 1), (.index, 12)], []),
            ([(.finalData, 1), (.index, 12), (.index, 12)], []),
            ([(.finalData, 1), (.index, 12), (.trailer, 32), (.trailer, 32)], []),
            ([(.zstdData, 1)], []), ([(.finalZstdData, 1)], .padding),
        ]
        for (words, flags) in wrong {
            guard case .frame(.order, _) = Self.accept(words, flags) else {
                Issue.record("\(words)")
                continue
            }
        }
        #expect(Self.accept([(.zstdData, 1), (.finalZstdData, 1)] + end, .zstdAllowed) == nil)
    }

    @Test("R23: each kind of frame has its own largest length")
    func caps() {
        func code(_ kind: FrameKind, _ count: Int, _ flags: Preamble.Flags = []) -> ContainerError?
        {
            var words: [(FrameKind, Int)] = flags.contains(.metadata) ? [(.metadata, 0)] : []
            if kind == .index || kind == .trailer { words.append((.finalData, 1)) }
            if kind == .trailer { words.append((.index, 12)) }
            if kind == .metadata { words = [] }
            return Self.accept(words + [(kind, count)], flags)
        }
        let huge = 0x0FFF_FFFF
        for (kind, cap, flags) in [
            (.data, 4096, []), (.finalData, 4096, []), (.zstdData, 4096, .zstdAllowed),
            (.data, 4097, .padding), (.finalData, 4097, .padding), (.metadata, 65_536, .metadata),
            (.index, 262_152, []),
        ] as [(FrameKind, Int, Preamble.Flags)] {
            #expect(code(kind, 0, flags) == nil && code(kind, cap, flags) == nil)
            for count in [cap + 1, huge] {
                guard case .frame(.byteCount, _) = code(kind, count, flags) else {
                    Issue.record("\(kind) \(count)")
                    continue
                }
            }
        }
        #expect(code(.trailer, 32) == nil)
        for count in [0, 31, 33, huge] { #expect(code(.trailer, count) != nil) }
    }

    @Test(
        "R35: the chunk limit ends a decoder's sequence, and nothing wraps",
        arguments: UInt8(12)...24)
    func chunkLimit(exponent: UInt8) throws {
        let preamble = Self.preamble(exponent: exponent)
        let limit = preamble.chunkCountLimit
        #expect(limit == min(0xFFFF_FFFF, (1 << 52) >> UInt64(exponent)))
        #expect(limit * UInt64(preamble.chunkByteCount) <= 1 << 52)
        let word = FrameWord(kind: .data, ciphertextByteCount: 1).rawValue
        var sequence = FrameSequence(preamble, chunkCount: limit - 1)
        #expect(try sequence.accept(word).index == limit - 1)
        #expect(throws: ContainerError.limit(.chunkCount)) { try sequence.accept(word) }
        // The last chunk that there can be may be final, and its index groups are counted right.
        var last = FrameSequence(preamble, chunkCount: limit - 1)
        _ = try last.accept(FrameWord(kind: .finalData, ciphertextByteCount: 1).rawValue)
        #expect(last.chunkCount == limit && last.expectsIndex)
        #expect(IndexGroup.groupCount(chunkCount: limit) == (limit + 65_535) / 65_536)
    }

    @Test("R28: each plaintext has one division into chunks")
    func chunkRule() {
        func accepts(_ counts: [Int], _ flags: Preamble.Flags = []) -> Bool {
            var rule = ChunkRule(Self.preamble(flags))
            for (index, count) in counts.enumerated() {
                do throws(ContainerError) {
                    try rule.accept(
                        byteCount: count, chunkIndex: UInt64(index),
                        isFinal: index == counts.count - 1)
                } catch { return false }
            }
            return true
        }
        let full = 4096
        for good in [[0], [1], [full], [full, 1], [full, full]] { #expect(accepts(good)) }
        for bad in [[full, 0], [1, 1], [full - 1, full], [0, 0], [full + 1], [full + 1, 1]] {
            #expect(!accepts(bad))
        }
        for good in [[0], [full, 0], [1, 0, 0], [0, 0], [full, full, 7, 0], [full, full]] {
            #expect(accepts(good, .padding))
        }
        for bad in [[1, 1], [0, 1], [full - 1, full], [full + 1]] {
            #expect(!accepts(bad, .padding))
        }
    }

    @Test("Groups of the index have 65,536 words, the last one the rest")
    func indexGroups() {
        for (chunks, groups) in [(1, 1), (65_536, 1), (65_537, 2), (131_072, 2), (131_073, 3)]
            as [(UInt64, UInt64)]
        {
            #expect(IndexGroup.groupCount(chunkCount: chunks) == groups)
            let counts = (0..<groups).map { IndexGroup.byteCount(group: $0, chunkCount: chunks) }
            #expect(counts.dropLast().allSatisfy { $0 == 262_152 })
            let all: Int = counts.reduce(0, +)
            let expected: UInt64 = 8 * groups + 4 * chunks
            #expect(UInt64(all) == expected)
        }
    }

    @Test("A trailer is its four numbers, and an impossible one overflows nothing")
    func trailer() {
        let trailer = Trailer(chunkCount: 3, plaintextByteCount: 9000, indexOffset: 9132)
        #expect(trailer?.payloadByteCount == 9132 + 28 + 12 + 52)
        #expect(trailer.flatMap { Trailer(bytes: $0.bytes) } == trailer)
        #expect(Trailer(chunkCount: 1, plaintextByteCount: 0, indexOffset: .max) == nil)
        #expect(Trailer(chunkCount: 1, plaintextByteCount: 0, indexOffset: .max - 83) == nil)
        for count in [0, 31, 33] {
            #expect(Trailer(bytes: [UInt8](repeating: 0, count: count)) == nil)
        }
    }

    @Test("Padding adds its mark, keeps within the limit, and Padmé costs 12 % at most")
    func padding() {
        for body in Array(0...300) + [4095, 4096, 65_535, 1 << 20] {
            let padme = Padding.padme.paddedByteCount(body: body, limit: .max)
            #expect(padme > body && (body < 20 || Double(padme) <= 1.12 * Double(body + 1)))
            #expect(Padding.padme.paddedByteCount(body: body, limit: body + 1) == body + 1)
            for size in [1, 2, 512, 4096] {
                let padded = Padding.multiple(of: size).paddedByteCount(body: body, limit: .max)
                #expect(padded > body && padded.isMultiple(of: size) && padded <= body + size)
                let limited = Padding.multiple(of: size)
                    .paddedByteCount(body: body, limit: body + 1)
                #expect(limited == body + 1)
            }
        }
    }

    @Test("The body is what stands before the last 80 and the zeros after it")
    func unpadding() {
        func body(_ padded: [UInt8]) -> Int? { unsafe Padding.bodyByteCount(padded.span.bytes) }
        #expect(body([0x80]) == 0)
        #expect(body([1, 2, 0x80]) == 2)
        #expect(body([1, 0x80, 0x80, 0, 0]) == 2)
        #expect(body([0, 0, 0x80, 0]) == 2)
        for bad: [UInt8] in [[], [0], [0, 0, 0], [1], [0x80, 1], [0x81], [0x80, 0, 1, 0]] {
            #expect(body(bad) == nil)
        }
    }
}
