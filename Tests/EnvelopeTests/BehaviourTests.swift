import ContainerFormat
import FileIO
import Foundation
import FrameSealing
import KeyProviders
import SecretMemory
import StreamPipeline
import Synchronization
import Testing

@testable import Envelope

/// What encoder and decoder do with good input.
@Suite struct BehaviourTests {
    private static let chunk = 4096
    static let sizes = [0, 1, chunk - 1, chunk, chunk + 1, 2 * chunk, 3 * chunk + 17, 8 * chunk]

    @Test(
        "R33: every length round-trips, through files and pipes, with every compression and padding",
        arguments: sizes)
    func roundTrip(count: Int) throws {
        let (key, other) = (try TestKeys.file("a"), try TestKeys.file("b"))
        let compressions: [EncryptionOptions.Compression] = [
            .none, .automatic, .level(1), .level(19), .level(-5),
        ]
        let paddings: [Padding?] = [nil, .padme, .multiple(of: 512), .multiple(of: 10_000)]
        for (number, compression) in compressions.enumerated() {
            for padding in paddings {
                let plaintext = number.isMultiple(of: 2) ? Bytes.noise(count) : Bytes.text(count)
                for input in Decoder.Input.allCases {
                    let container = try Container(plaintext, to: [key], from: input) {
                        $0.compression = compression
                        $0.padding = padding
                        $0.armor = number == 3
                        $0.workerCount = number + 1
                    }
                    let expected = Outcome(
                        code: "ok", count: count, sha256: Bytes.sha256(plaintext))
                    let decoder = Decoder(input: input, workers: 3)
                    #expect(try decoder.decrypt(container.bytes, [key]).outcome == expected)
                    #expect(try container.decrypted(with: key).bytes == plaintext)
                    // Nothing is no reason to do without the key.
                    #expect(try decoder.decrypt(container.bytes, [other]).outcome.code == "NO_KEY")
                }
            }
        }
    }

    @Test("R29: the container does not depend on the number of workers, the input or the cipher")
    func sameContainer() throws {
        let plaintext = Bytes.text(6 * Self.chunk + 1) + Bytes.noise(3 * Self.chunk)
        let key = try TestKeys.file("a")
        for compression in [EncryptionOptions.Compression.none, .level(3)] {
            var payloads: Set<[UInt8]> = []
            for decoder in Decoder.all {
                let container = try Container(
                    plaintext, to: [key], from: decoder.input,
                    fileKey: Bytes.noise(32), salt: Bytes.noise(32, seed: 2)
                ) {
                    $0.compression = compression
                    $0.workerCount = decoder.workers
                    $0.engine = decoder.engine
                }
                payloads.insert(container.payload)
            }
            #expect(payloads.count == 1)
        }
    }

    @Test("R30: a named output has no name before the end of the container was verified")
    func noNameBeforeTheEnd() throws {
        let key = try TestKeys.file("a")
        let container = try Container(Bytes.noise(5 * Self.chunk), to: [key])
        var damaged = container.bytes
        damaged[container.bytes.count - 1] ^= 1
        for (bytes, isGood) in [(container.bytes, true), (damaged, false)] {
            try Scratch.withFolder { folder in
                let path = folder.appending(component: "in")
                try Scratch.write(bytes, to: path)
                let output = try OutputFile(
                    path: folder.appending(component: "out"), replacing: false)
                let result = Result {
                    try Decryption(keys: [key], options: DecryptionOptions())
                        .run(InputFile(path: path), to: output)
                }
                #expect(try !Scratch.names(in: folder).contains("out"))
                guard isGood else {
                    #expect(throws: ContainerError.self) { try result.get() }
                    return
                }
                try output.commit()
                #expect(try Scratch.names(in: folder) == ["in", "out"])
            }
        }
    }

    @Test(
        "R25: output above the limit is refused after at most the limit, in whole chunks",
        arguments: Decoder.all)
    func outputLimit(decoder: Decoder) throws {
        let key = try TestKeys.file("a")
        let plaintext = Bytes.noise(2 * Self.chunk + 5)
        let container = try Container(plaintext, to: [key])
        for limit in [
            0, 1, Self.chunk - 1, Self.chunk, Self.chunk + 1, plaintext.count - 1, plaintext.count,
            plaintext.count + 1,
        ] {
            var options = DecryptionOptions()
            options.outputLimit = UInt64(limit)
            let outcome = try decoder.decrypt(container.bytes, [key], options: options).outcome
            #expect(outcome.code == (limit < plaintext.count ? "LIMIT" : "ok"))
            #expect(
                outcome.count
                    == (limit < plaintext.count ? limit / Self.chunk * Self.chunk : plaintext.count)
            )
        }
    }

    @Test("R26: large chunks lower the number of workers, so that memory stays within the formula")
    func workerCount() {
        let full = 4 << 20
        for exponent in 12...24 {
            let chunk = 1 << exponent
            for requested in [-1, 0, 1, 2, 3, 4, 8, 63, 64, 65, 1000] {
                let workers = min(max(requested, 1), 64)
                let expected = chunk <= full ? workers : max(1, workers * full / chunk)
                #expect(WorkerCount.bounded(requested, chunkByteCount: chunk) == expected)
                #expect(expected == 1 || expected * chunk <= workers * full)
            }
        }
        #expect(WorkerCount.bounded(2, chunkByteCount: 1 << 24) == 1)
        #expect(WorkerCount.bounded(64, chunkByteCount: 1 << 24) == 16)
        #expect(WorkerCount.automatic >= 1)
    }

    @Test("R34: the same input encrypted twice shares neither salt nor file key nor ciphertext")
    func fresh() throws {
        let key = Interposed(try TestKeys.file("a"))
        let plaintext = Bytes.noise(100)
        var salts: Set<[UInt8]> = []
        var bodies: Set<[UInt8]> = []
        for _ in 0..<50 {
            let container = try Container(plaintext, to: [key]) { $0.compression = .none }
            salts.insert(Array(container.payload[8..<40]))
            bodies.insert(Array(container.bytes[container.frames[0]]))
        }
        #expect(salts.count == 50 && bodies.count == 50)
        let seen = key.seen.withLock { $0 }
        #expect(Set(seen.map(\.fileKey)).count == 50)
        #expect(Set(seen.map(\.binder)).count == 50)
    }

    @Test(
        "R34: all recipients of one encryption wrap one file key under one salt, once, and a restart draws both anew"
    )
    func oneFileKey() throws {
        let recipients = try ["a", "b", "c"].map { Interposed(try TestKeys.file($0)) }
        let failing = FailingProvider(atWrapping: true)
        #expect(throws: EnvelopeError.self) {
            try Container([1], to: recipients + [failing])
        }
        _ = try Container([1], to: recipients)
        for recipient in recipients {
            let seen = recipient.seen.withLock { $0 }
            try #require(seen.count == 2)
            #expect(seen[0].fileKey != seen[1].fileKey && seen[0].binder != seen[1].binder)
            let first = recipients[0].seen.withLock { $0 }
            #expect(seen.map(\.fileKey) == first.map(\.fileKey))
            #expect(seen.map(\.binder) == first.map(\.binder))
        }
    }

    @Test("A recipient who cannot wrap fails the encryption, unless enough others can")
    func leastWrapCount() throws {
        let (key, failing) = (try TestKeys.file("a"), FailingProvider())
        for order in [[key, failing] as [any KeyProvider], [failing, key]] {
            #expect(
                throws: EnvelopeError.cannotWrap(recipient: "failing", .unreachable(service: "s"))
            ) {
                try Container([1], to: order)
            }
            let container = try Container([1], to: order) { $0.leastWrapCount = 1 }
            #expect(try container.decrypted(with: key).bytes == [1])
            #expect(throws: EnvelopeError.self) {
                try Container([1], to: order) { $0.leastWrapCount = 2 }
            }
        }
        #expect(throws: EnvelopeError.noRecipient) { try Container([1], to: []) }
        #expect(throws: EnvelopeError.self) {
            try Container([1], to: [failing]) { $0.leastWrapCount = 0 }
        }
        let many = try (0..<33).map { try TestKeys.file("k\($0)") }
        #expect(throws: EnvelopeError.tooManyRecipients(33)) { try Container([1], to: many) }
    }

    @Test(
        "R35: at the chunk limit the encoder stops and takes no piece more",
        arguments: UInt8(12)...24)
    func chunkLimit(exponent: UInt8) throws {
        let preamble = Preamble(
            chunkSizeExponent: exponent, flags: [], salt: [UInt8](repeating: 0, count: 32))
        let limit = preamble.chunkCountLimit
        #expect(limit == min(0xFFFF_FFFF, (1 << 52) >> UInt64(exponent)))
        // Neither the index in the nonce nor the number of bytes ever wraps.
        #expect(limit <= 0xFFFF_FFFF && limit * UInt64(preamble.chunkByteCount) <= 1 << 52)
        try Feed.withPipe([1, 2, 3]) { input in
            var options = EncryptionOptions()
            options.compression = .none
            let job = SealingJob(
                preamble: preamble, options: options, input: .file(input), sink: nil,
                positional: nil,
                framesBegin: 72, progress: Progress()
            ) { _ in [] }
            let buffer = ChunkBuffer(byteCount: preamble.chunkByteCount + 1)
            for index in [limit, limit + 1, 0xFFFF_FFFF, UInt64.max] {
                #expect(throws: ContainerError.limit(.chunkCount)) {
                    try job.claim(index, into: buffer)
                }
            }
            let last = try job.claim(limit - 1, into: buffer)
            #expect(last.count == 3 && last.isFinal)
        }
    }

    @Test("R38: an inspection says verified only after a key vouched for the header")
    func inspection() throws {
        let key = try TestKeys.file("a")
        let context = try #require(ContainerContext([("tenant", "x")]))
        let container = try Container(Bytes.noise(100), to: [key]) { $0.context = context }
        var forged = container.bytes
        forged[container.headerByteCount - 1] ^= 1
        for input in Decoder.Input.allCases {
            func inspect(_ bytes: [UInt8], _ keys: [any KeyProvider]) throws -> InspectionReport {
                try Decoder(input: input).withInput(bytes) { try Inspection(keys: keys).run($0) }
            }
            let blind = try inspect(forged, [])
            #expect(!blind.isVerified)
            #expect(blind.context == context && blind.stanzas.count == 1)
            #expect(try inspect(container.bytes, [key]).isVerified)
            #expect(throws: ContainerError.headerNotAuthentic) { try inspect(forged, [key]) }
            #expect(throws: UnlockFailure.self) {
                try inspect(container.bytes, [TestKeys.file("b")])
            }
        }
    }

    @Test("R40: without compression all frames but the last have one length, whatever they hold")
    func equalFrames() throws {
        let key = try TestKeys.file("a")
        var lengths: Set<[Int]> = []
        for plaintext in [
            Bytes.noise(5 * Self.chunk + 9), Bytes.text(5 * Self.chunk + 9),
            [UInt8](repeating: 0, count: 5 * Self.chunk + 9),
        ] {
            for input in Decoder.Input.allCases {
                let container = try Container(plaintext, to: [key], from: input) {
                    $0.compression = .none
                }
                lengths.insert(container.frames.map(\.count))
                #expect(Set(container.frames[..<5].map(\.count)) == [Self.chunk + 20])
            }
        }
        #expect(lengths.count == 1)
    }

    @Test("What is compressed is never larger than what is not, and flagged only then")
    func neverLarger() throws {
        let key = try TestKeys.file("a")
        let noise = Bytes.noise(3 * Self.chunk)
        let container = try Container(noise, to: [key]) { $0.compression = .level(19) }
        #expect(container.frames[..<3].allSatisfy { container.kind($0) & 4 == 0 })
        let text = try Container(Bytes.text(3 * Self.chunk), to: [key])
        #expect(text.frames[..<3].allSatisfy { text.kind($0) & 4 == 4 && $0.count < Self.chunk })
    }

    @Test(
        "Data of more than one chunk gets a header with room, less gets none",
        arguments: Decoder.Input.allCases)
    func room(input: Decoder.Input) throws {
        let key = try TestKeys.file("a")
        for (count, isRoomy) in [(0, false), (Self.chunk, false), (Self.chunk + 1, true)] {
            let container = try Container(Bytes.noise(count), to: [key], from: input)
            #expect((container.headerByteCount == 4096) == isRoomy)
        }
    }

    @Test(
        "The index spills to a file and comes back the same",
        arguments: [1, 7, 65_535, 65_536, 65_537, 1 << 20])
    func indexSpills(threshold: Int) throws {
        var spilling = IndexRecorder(spillThreshold: threshold)
        var whole = IndexRecorder()
        for index in 0..<UInt64(131_073) {
            let word = FrameWord(kind: .data, ciphertextByteCount: Int(index % 4096))
            try spilling.append(word, offset: index * 7)
            try whole.append(word, offset: index * 7)
        }
        #expect(spilling.chunkCount == 131_073)
        for group in UInt64(0)..<3 {
            #expect(try spilling.plaintext(group: group) == whole.plaintext(group: group))
        }
    }
}

/// Wraps nothing.
private final class FailingProvider: KeyProvider {
    let stanzaType = StanzaType.awsKMS
    let name = "failing"
    private let atWrapping: Bool

    init(atWrapping: Bool = false) { self.atWrapping = atWrapping }

    func makeFileKey(_: WrapBinding) throws(KeyProviderError) -> GeneratedFileKey? {
        if atWrapping { return nil }
        throw .unreachable(service: "s")
    }
    func wrap(_: borrowing FileKey, _: WrapBinding) throws(KeyProviderError) -> Stanza {
        throw .unreachable(service: "s")
    }
    func match(_: Stanza) -> StanzaMatch { .no }
    func unwrap(_: Stanza, _: WrapBinding) throws(KeyProviderError) -> SecretBytes {
        throw .notOpened
    }
}
