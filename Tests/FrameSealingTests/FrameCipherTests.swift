import ContainerFormat
import OpenSSLCrypto
import SecretMemory
import TestSupport
import Testing

@testable import FrameSealing

/// Both engines behind one protocol, and the frames they make.
@Suite struct FrameCipherTests {
    private static func key(_ byte: UInt8 = 7) -> PayloadKey {
        key([UInt8](repeating: byte, count: 32))
    }

    private static func key(_ bytes: [UInt8]) -> PayloadKey {
        unsafe PayloadKey(SecretBytes(copying: bytes.span.bytes))
    }

    private static func copy(_ span: RawSpan) -> [UInt8] {
        unsafe span.withUnsafeBytes { unsafe Array($0) }
    }

    /// With the room that an engine wants before the ciphertext.
    private static func open(
        _ cipher: any ChunkCipher, _ sealed: [UInt8], _ nonce: [UInt8], _ data: [UInt8]
    ) throws -> [UInt8] {
        var frame = [UInt8](repeating: 0, count: ChunkCipherEngine.headroomByteCount) + sealed
        var span = frame.mutableSpan
        var bytes = unsafe span.mutableBytes
        try cipher.open(&bytes, nonce: nonce, associatedData: data)
        return cipher.withResult(copy)
    }

    @Test(
        "Both engines open and seal NIST's AES-256-GCM vectors",
        .enabled(if: PublishedVectors.areThere, Comment(rawValue: PublishedVectors.missing)),
        arguments: ChunkCipherEngine.allCases, ["Decrypt", "EncryptExtIV"])
    func published(engine: ChunkCipherEngine, file: String) throws {
        let records = try PublishedVectors.records(
            "ciphers/AES/GCM/gcm\(file)256.rsp", first: "Count"
        ).filter { $0["IVlen"] == "96" && $0["Taglen"] == "128" }
        #expect(records.count == 375)
        for record in records {
            let plaintext = bytes(hex: record["PT"])
            let sealed = bytes(hex: record["CT"]) + bytes(hex: record["Tag"])
            let (nonce, data) = (bytes(hex: record["IV"]), bytes(hex: record["AAD"]))
            let cipher = try engine.cipher(key: Self.key(bytes(hex: record["Key"])))
            guard record["FAIL"] == nil else {
                #expect(throws: FrameSealError.notAuthentic) {
                    try Self.open(cipher, sealed, nonce, data)
                }
                #expect(cipher.withResult { $0.byteCount } == 0)
                continue
            }
            #expect(try Self.open(cipher, sealed, nonce, data) == plaintext)
            unsafe try cipher.seal(plaintext.span.bytes, nonce: nonce, associatedData: data)
            #expect(cipher.withResult(Self.copy) == sealed)
        }
    }

    @Test(
        "Each engine opens what the other sealed, of falling and rising lengths",
        arguments: ChunkCipherEngine.allCases, ChunkCipherEngine.allCases)
    func engines(sealing: ChunkCipherEngine, opening: ChunkCipherEngine) throws {
        let sealer = try FrameSealer(key: Self.key(), engine: sealing)
        let opener = try FrameOpener(key: Self.key(), engine: opening)
        for (index, count) in [4096, 0, 1, 65_536, 17, 100_000, 16].enumerated() {
            let plaintext = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            let word = unsafe try sealer.seal(
                plaintext.span.bytes, kind: .finalData, index: UInt64(index))
            #expect(word.ciphertextByteCount == count && word.kind == .finalData)
            let body = sealer.withBody(Self.copy)
            #expect(body.count == count + 16)
            var input = [UInt8](repeating: 0, count: 12) + body
            var span = input.mutableSpan
            var room = unsafe span.mutableBytes
            let frame = FrameSequence.Frame(
                word: word, index: UInt64(index), place: .chunk(UInt64(index)))
            try opener.open(frame, &room)
            let opened = opener.withPlaintext(Self.copy)
            #expect(opened == plaintext)
        }
    }

    @Test(
        "A frame with another index, kind, length or key is not authentic",
        arguments: ChunkCipherEngine.allCases)
    func moved(engine: ChunkCipherEngine) throws {
        let sealer = try FrameSealer(key: Self.key(), engine: engine)
        let plaintext = [UInt8](repeating: 1, count: 100)
        let word = unsafe try sealer.seal(plaintext.span.bytes, kind: .data, index: 5)
        let body = sealer.withBody(Self.copy)
        func opens(
            _ kind: FrameKind, _ index: UInt64, count: Int = 100, key: UInt8 = 7, _ body: [UInt8]
        ) throws -> Bool {
            let opener = try FrameOpener(key: Self.key(key), engine: engine)
            var input = [UInt8](repeating: 0, count: 12) + body
            var span = input.mutableSpan
            var room = unsafe span.mutableBytes
            let frame = FrameSequence.Frame(
                word: FrameWord(kind: kind, ciphertextByteCount: count), index: index,
                place: .chunk(index))
            do {
                try opener.open(frame, &room)
                return true
            } catch {
                #expect(error == .notAuthentic(at: .chunk(index)))
                let lent = opener.withPlaintext { $0.byteCount }
                #expect(lent == 0)
                return false
            }
        }
        #expect(word.kind == .data)
        #expect(try opens(.data, 5, body))
        for index: UInt64 in [0, 4, 6, 5 + 1 << 32, .max] {
            #expect(try !opens(.data, index, body))
        }
        for kind in FrameKind.allCases where kind != .data { #expect(try !opens(kind, 5, body)) }
        #expect(try !opens(.data, 5, count: 99, body))
        #expect(try !opens(.data, 5, key: 8, body))
        #expect(try !opens(.data, 5, Array(body.dropLast())))
        #expect(try !opens(.data, 5, [UInt8](body.prefix(15))))
        #expect(try !opens(.data, 5, []))
    }

    @Test("R34, R35: no two frames of one key share a nonce, up to the last index there can be")
    func nonces() {
        var seen: Set<[UInt8]> = []
        let indices: [UInt64] = [
            0, 1, 2, 0xFFFF, 0x1_0000, 0xFFFF_FFFE, 0xFFFF_FFFF, 1 << 40, .max,
        ]
        for kind in FrameKind.allCases {
            for index in indices {
                let nonce = kind.nonce(index: index)
                #expect(nonce.count == 12)
                #expect(seen.insert(nonce).inserted)
            }
        }
    }

    @Test("A header's MAC fits the header as it was read, and no other")
    func headerMAC() throws {
        let preamble = Preamble(
            chunkSizeExponent: 12, flags: [], salt: [UInt8](repeating: 1, count: 32))
        let fileKey = unsafe SecretBytes(copying: [UInt8](repeating: 3, count: 32).span.bytes)
        guard let fileKey = FileKey(fileKey) else { return }
        let keys = try KeyBinding(preamble: preamble, context: .empty).keys(from: fileKey)
        let draft = HeaderDraft(
            context: .empty, stanzas: [Stanza(type: .keyFile, keyID: [65], body: [1, 2])])
        for size in [0, 200, 4096] {
            let bytes = try keys.header.seal(draft, paddedTo: size)
            let header = try UnverifiedHeader(bytes: bytes)
            #expect(try Header(verifying: header, with: keys.header).stanzas == draft.stanzas)
            #expect(size == 0 || bytes.count == size)
            // The key-id: well formed either way.
            var changed = bytes
            changed[16 + 4 + 1 + 7 + 2] ^= 1
            let other = try UnverifiedHeader(bytes: changed)
            #expect(throws: ContainerError.headerNotAuthentic) {
                try Header(verifying: other, with: keys.header)
            }
        }
    }

    @Test("Keys depend on salt, parameters, context and file key")
    func keySchedule() throws {
        func commitment(
            exponent: UInt8 = 12, flags: Preamble.Flags = [], salt: UInt8 = 1,
            context: ContainerContext = .empty, fileKey: UInt8 = 3
        ) throws -> [UInt8] {
            let preamble = Preamble(
                chunkSizeExponent: exponent, flags: flags,
                salt: [UInt8](repeating: salt, count: 32))
            let bytes = unsafe SecretBytes(
                copying: [UInt8](repeating: fileKey, count: 32).span.bytes)
            guard let key = FileKey(bytes) else { return [] }
            let keys = try KeyBinding(preamble: preamble, context: context).keys(from: key)
            let published = keys.publishedCommitment
            let fits = [published, [UInt8](repeating: 0, count: 32), []]
                .map { keys.fit(commitment: $0) }
            #expect(fits == [true, false, false])
            return keys.publishedCommitment
        }
        let context = try #require(ContainerContext([("a", "b")]))
        let all = [
            try commitment(), try commitment(exponent: 13), try commitment(flags: .padding),
            try commitment(salt: 2), try commitment(context: context), try commitment(fileKey: 4),
        ]
        #expect(Set(all).count == all.count)
        #expect(try commitment() == all[0])
    }
}
