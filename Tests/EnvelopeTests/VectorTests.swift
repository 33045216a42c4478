import ContainerFormat
import Envelope
import FileIO
import FrameSealing
import KeyProviders
import Testing

/// Every file of `Formats/vectors`, as a second implementation has to answer it (R39).
@Suite struct VectorTests {
    @Test("R39: the folder of the vectors is there, all families of it")
    func folder() {
        let families = Set(VectorFolder.names.compactMap(\.first))
        #expect(families == Set("ABCEFHIKLMPRSTVXZ"))
        #expect(VectorFolder.names.count >= 551)
    }

    @Test(
        "R29, R39: each vector gives its code and releases its bytes, from files and pipes, with 1, 2 and 64 workers, by both ciphers",
        arguments: VectorFolder.names)
    func answer(name: String) throws {
        let vector = try Vector(name)
        let container = try vector.container()
        var options = DecryptionOptions()
        options.requiredContext = try vector.requiredContext()
        options.requiredRecipientType = vector.one("require-recipient")
        options.outputLimit = vector.one("max-output").flatMap(UInt64.init)
        let expected = Outcome(
            code: try #require(vector.one("expect")),
            count: try #require(vector.one("plaintext-bytes").flatMap(Int.init)),
            sha256: try #require(vector.one("plaintext-sha256")))

        for decoder in vector.isHuge ? [Decoder()] : Decoder.all {
            let (outcome, summary) = try decoder.decrypt(
                container, vector.providers(), options: options)
            #expect(outcome == expected, "\(name), \(decoder)")
            #expect((summary == nil) == (expected.code != "ok"))
            if let summary { try checkMetadata(vector, summary) }
        }
    }

    @Test(
        "R1, R3: each vector's structure is judged without a key, from files and pipes",
        arguments: VectorFolder.names)
    func structure(name: String) throws {
        let vector = try Vector(name)
        let container = try vector.container()
        for input in Decoder.Input.allCases {
            #expect(
                try Decoder(input: input).structure(container) == vector.one("structure-expect"),
                "\(name), \(input)")
        }
    }

    @Test(
        "R31: each vector's ranges are read, or refused with its code",
        arguments: VectorFolder.names)
    func ranges(name: String) throws {
        let vector = try Vector(name)
        let lines = vector.all("range")
        guard vector.one("range-expect") != nil || !lines.isEmpty else { return }
        var options = DecryptionOptions()
        options.requiredContext = try vector.requiredContext()
        options.requiredRecipientType = vector.one("require-recipient")
        options.outputLimit = vector.one("max-output").flatMap(UInt64.init)
        for engine in ChunkCipherEngine.allCases {
            options.engine = engine
            let reader = RangeReader(keys: try vector.providers(), options: options)
            try Scratch.withFile(vector.container()) { path in
                func read(_ range: Range<UInt64>) throws -> Outcome {
                    try Decoder.releasing { output in
                        _ = try reader.run(InputFile(path: path), range, to: output)
                    }
                }
                if let expected = vector.one("range-expect") {
                    #expect(try read(0..<(1 << 63) - 1).code == expected, "\(name), \(engine)")
                }
                for line in lines {
                    let words = line.split(separator: " ")
                    let start = try #require(UInt64(words[0]))
                    let count = try #require(UInt64(words[1]))
                    let outcome = try read(start..<start + count)
                    #expect(outcome.code == "ok" && outcome.sha256 == words[2], "\(name) \(line)")
                }
            }
        }
    }

    @Test(
        "R1: a named output of a vector that fails leaves nothing behind",
        arguments: VectorFolder.names)
    func nothingIsLeft(name: String) throws {
        let vector = try Vector(name)
        guard let expected = vector.one("expect"), expected != "ok", !vector.isHuge else { return }
        var options = DecryptionOptions()
        options.requiredContext = try vector.requiredContext()
        options.requiredRecipientType = vector.one("require-recipient")
        options.outputLimit = vector.one("max-output").flatMap(UInt64.init)
        let container = try vector.container()
        try Scratch.withFolder { folder in
            let path = folder.appending(component: "in")
            try Scratch.write(container, to: path)
            do {
                let output = try OutputFile(
                    path: folder.appending(component: "out"), replacing: false)
                _ = try Decryption(keys: vector.providers(), options: options)
                    .run(InputFile(path: path), to: output)
                try output.commit()
                Issue.record("\(name) was decrypted")
            } catch { #expect(Outcome.code(of: error) == expected) }
            #expect(try Scratch.names(in: folder) == ["in"])
        }
    }

    @Test(
        "R1, R9: swept vectors are refused at each cut and with each bit flipped",
        arguments: VectorFolder.names, ["cut", "flip"])
    func sweep(name: String, sweep: String) throws {
        let vector = try Vector(name)
        guard vector.all("sweep").contains(sweep) else { return }
        let keys = try vector.providers()
        let whole = try vector.container()
        let released = try #require(vector.one("plaintext-bytes").flatMap(Int.init))
        func outcome(_ bytes: [UInt8], _ number: Int) throws -> Outcome {
            let input = number.isMultiple(of: 2) ? Decoder.Input.file : .stream
            return try Decoder(input: input, workers: 1).decrypt(bytes, keys).outcome
        }
        if sweep == "cut" {
            for end in 0..<whole.count {
                let outcome = try outcome(Array(whole[..<end]), end)
                #expect(outcome.code == "TRUNCATED", "cut at \(end)")
                #expect(outcome.count <= released)
            }
        } else {
            for bit in 0..<8 * whole.count {
                var flipped = whole
                flipped[bit / 8] ^= 0x80 >> UInt8(bit % 8)
                // One bit of each byte from a pipe, the next from a file, and the other way round.
                let outcome = try outcome(flipped, bit + bit / 8)
                #expect(outcome.code != "ok", "bit \(bit) flipped")
            }
        }
    }

    private func checkMetadata(_ vector: Vector, _ summary: DecryptionSummary) throws {
        if let digits = vector.one("meta") {
            #expect(summary.metadata == (try Metadata(encoded: Bytes.hex(digits))))
        }
        if let name = vector.one("name") {
            #expect(summary.metadata?.name == Array(name.utf8))
        }
        if let expected = vector.one("restore-expect") {
            let result = Result { try (summary.metadata ?? Metadata()).restorableName() }
            switch result {
            case .success: #expect(expected == "ok")
            case .failure(let error): #expect(Outcome.code(of: error) == expected)
            }
        }
    }
}
