import ContainerFormat
import KeyProviders
import Synchronization
import Testing

@testable import Envelope
@testable import FileIO

/// Changing who can open a container.
@Suite struct RewrapTests {
    private static let suffix = HeaderUpdate.savedHeaderSuffix

    private func decrypts(_ path: FilePath, _ key: any KeyProvider) throws -> String {
        do {
            _ = try Decryption(keys: [key], options: DecryptionOptions())
                .run(InputFile(path: path), to: nil)
            return "ok"
        } catch { return Outcome.code(of: error) }
    }

    /// A container of two chunks has room in its header; one of a single chunk has none.
    @Test(
        "R20: a rewrap keeps the payload to the byte, and changes who opens it",
        arguments: [100, 9000])
    func payloadIsKept(byteCount: Int) throws {
        let (a, b, c) = (try TestKeys.file("a"), try TestKeys.file("b"), try TestKeys.file("c"))
        let container = try Container(Bytes.text(byteCount), to: [a, b]) {
            $0.context = ContainerContext([("tenant", "x")]) ?? .empty
        }
        try Scratch.withFile(container.bytes) { path in
            let rewrap = Rewrap(keys: [a], adding: [c], removing: [.key(b)])
            let planned = try rewrap.run(path, dryRun: true)
            #expect(planned.method == nil)
            #expect(try Scratch.read(path) == container.bytes)
            let done = try rewrap.run(path, dryRun: false)
            #expect(done.before.count == 2 && done.after.count == 2)
            let after = Container(try Scratch.read(path))
            #expect(after.payload == container.payload)
            #expect(try decrypts(path, a) == "ok")
            #expect(try decrypts(path, b) == "NO_KEY")
            #expect(try decrypts(path, c) == "ok")
            if byteCount > 4096 { #expect(after.headerByteCount == container.headerByteCount) }
            #expect(try Scratch.names(in: path.directory) == ["container"])
        }
    }

    @Test("R20: many rewraps in a row keep the payload, and no stanza repeats another's salt")
    func manyRewraps() throws {
        let keys = try (0..<20).map { try TestKeys.file("key-\($0)") }
        let container = try Container(Bytes.noise(9000), to: [keys[0]])
        try Scratch.withFile(container.bytes) { path in
            var salts: Set<[UInt8]> = []
            for round in 1..<60 {
                let (old, new) = (keys[(round - 1) % 20], keys[round % 20])
                let report = try Rewrap(keys: [old], adding: [new], removing: [.key(old)])
                    .run(path, dryRun: false)
                for stanza in report.after { salts.insert(Array(stanza.body.prefix(16))) }
                #expect(try decrypts(path, old) == "NO_KEY")
            }
            #expect(salts.count == 59)
            #expect(Container(try Scratch.read(path)).payload == container.payload)
        }
    }

    @Test("R20: what cannot be done leaves the file as it was")
    func refused() throws {
        let (a, b) = (try TestKeys.file("a"), try TestKeys.file("b"))
        let container = try Container([1, 2, 3], to: [a])
        try Scratch.withFile(container.bytes) { path in
            func fails(_ rewrap: Rewrap) -> String {
                do {
                    _ = try rewrap.run(path, dryRun: false)
                    return "ok"
                } catch { return Outcome.code(of: error) }
            }
            #expect(fails(Rewrap(keys: [a], adding: [], removing: [.key(a)])) == "noRecipientLeft")
            #expect(
                fails(Rewrap(keys: [a], adding: [a], removing: [])).hasPrefix("recipientPresent"))
            #expect(
                fails(Rewrap(keys: [a], adding: [], removing: [.key(b)])).hasPrefix(
                    "recipientNotFound"))
            #expect(fails(Rewrap(keys: [b], adding: [b], removing: [])) == "NO_KEY")
            let many = try (0..<32).map { try TestKeys.file("n\($0)") }
            #expect(
                fails(Rewrap(keys: [a], adding: many, removing: [])).hasPrefix("tooManyRecipients"))
            #expect(try Scratch.read(path) == container.bytes)
            #expect(try Scratch.names(in: path.directory) == ["container"])
        }
    }

    @Test("R20: an armored container is not rewrapped")
    func armored() throws {
        let a = try TestKeys.file("a")
        let container = try Container([1], to: [a]) { $0.armor = true }
        try Scratch.withFile(container.bytes) { path in
            _ = #expect(throws: EnvelopeError.isArmored(.path(path))) {
                try Rewrap(keys: [a], adding: [TestKeys.file("b")], removing: [])
                    .run(path, dryRun: false)
            }
        }
    }

    /// Old and new header of one container, both complete, of one length.
    private func headers(to b: any KeyProvider) throws -> (old: Container, new: Container) {
        let a = try TestKeys.file("a")
        let old = try Container(Bytes.text(9000), to: [a, try TestKeys.file("gone")])
        let new = try Scratch.withFile(old.bytes) { path in
            _ = try Rewrap(
                keys: [a], adding: [b], removing: [.key(TestKeys.file("gone"))],
                allowing: .mixedPassphrase
            ).run(path, dryRun: false)
            return Container(try Scratch.read(path))
        }
        #expect(new.headerByteCount == old.headerByteCount)
        return (old, new)
    }

    @Test(
        "R21: whenever an update in place is cut off, the old or the new container opens, and the next rewrap mends it",
        arguments: [false, true])
    func crashStates(withPassphrase: Bool) throws {
        let added: any KeyProvider =
            withPassphrase ? TestKeys.passphrase("p") : try TestKeys.file("b")
        let (old, new) = try headers(to: added)
        let a = try TestKeys.file("a")
        let count = old.headerByteCount
        let differing = (0..<count).filter { old.bytes[$0] != new.bytes[$0] }
        let first = try #require(differing.first)
        let last = try #require(differing.last)
        var states: [(name: String, head: [UInt8], saved: [UInt8]?)] = [
            ("before", old.header, nil), ("done", new.header, nil),
            ("saved", old.header, old.header), ("written", new.header, old.header),
        ]
        for cut in [0, 1, 15, 16, 100, count - 1] {
            states.append(("saving \(cut)", old.header, Array(old.header[..<cut])))
        }
        for cut in stride(from: first, through: last + 1, by: 7) {
            let torn = Array(new.header[..<cut]) + old.header[cut...]
            states.append(("torn at \(cut)", torn, old.header))
            // The other way round: disks do not promise an order.
            states.append(
                ("torn before \(cut)", Array(old.header[..<cut]) + new.header[cut...], old.header))
        }
        for state in states {
            try Scratch.withFile(state.head + old.payload) { path in
                let saved = path.appending(suffix: Self.suffix)
                if let bytes = state.saved { try Scratch.write(bytes, to: saved) }
                #expect(try decrypts(path, a) == "ok", "\(state.name)")
                #expect(try Scratch.read(path) == state.head + old.payload)

                // The next command that writes brings one of the two back first.
                let other = try TestKeys.file("other")
                _ = try Rewrap(keys: [a], adding: [other], removing: []).run(path, dryRun: false)
                #expect(try decrypts(path, a) == "ok", "\(state.name)")
                #expect(try decrypts(path, other) == "ok", "\(state.name)")
                #expect(Container(try Scratch.read(path)).payload == old.payload)
                #expect(try Scratch.names(in: path.directory) == ["container"], "\(state.name)")
            }
        }
    }

    @Test("What is done already is an error once, and nothing to do where a change is repeated")
    func repeated() throws {
        let (a, b, c) = (try TestKeys.file("a"), try TestKeys.file("b"), try TestKeys.file("c"))
        let container = try Container(Bytes.text(9000), to: [a, b])
        try Scratch.withFile(container.bytes) { path in
            func change(_ allowance: Rewrap.Allowance) -> Rewrap {
                Rewrap(
                    keys: [a], adding: [c], removing: [.key(b)], allowing: allowance)
            }
            #expect(try !change(.doneAlready).run(path, dryRun: false).isUnchanged)
            let done = try Scratch.read(path)
            #expect(throws: EnvelopeError.recipientNotFound(b.name)) {
                try change([]).run(path, dryRun: false)
            }
            #expect(try change(.doneAlready).run(path, dryRun: false).isUnchanged)
            // Half of it: only what is missing is done.
            let rest = Rewrap(
                keys: [c], adding: [b, c], removing: [.key(a)], allowing: .doneAlready)
            let report = try rest.run(path, dryRun: false)
            #expect(report.after.map(\.keyID) == [Array("c".utf8), Array("b".utf8)])
            #expect(Container(try Scratch.read(path)).payload == Container(done).payload)
            // Nobody's key is needed to see that it is done.
            let stranger = Rewrap(
                keys: [], adding: [b], removing: [.key(a)], allowing: .doneAlready)
            #expect(try stranger.run(path, dryRun: false).isUnchanged)
            #expect(throws: EnvelopeError.noRecipientLeft) {
                try Rewrap(
                    keys: [b], adding: [], removing: [.key(b), .key(c)], allowing: .doneAlready
                ).run(path, dryRun: false)
            }
        }
    }

    @Test("A header that says so and was cut short is not believed: the saved one comes back first")
    func repeatedAfterCrash() throws {
        let (old, new) = try headers(to: TestKeys.file("b"))
        let (a, b) = (try TestKeys.file("a"), try TestKeys.file("b"))
        var torn = new.header
        torn[torn.count - 1] ^= 1
        let change = Rewrap(
            keys: [a], adding: [b], removing: [.key(try TestKeys.file("gone"))],
            allowing: .doneAlready)
        for (head, isUnchanged) in [(torn, false), (new.header, true)] {
            try Scratch.withFile(head + old.payload) { path in
                try Scratch.write(old.header, to: path.appending(suffix: Self.suffix))
                #expect(try change.run(path, dryRun: false).isUnchanged == isUnchanged)
                #expect(try decrypts(path, b) == "ok")
                #expect(try Scratch.names(in: path.directory) == ["container"])
            }
        }
    }

    @Test("A key that is removed and added again stays where its newest version wrapped it")
    func newestVersion() throws {
        let key = Interposed(try TestKeys.file("a"))
        let container = try Container(Bytes.text(9000), to: [key])
        try Scratch.withFile(container.bytes) { (path) throws in
            let change = Rewrap(
                keys: [key], adding: [key], removing: [.key(key)], allowing: .doneAlready)
            #expect(try !change.run(path, dryRun: false).isUnchanged)
            key.isCurrent.withLock { $0 = true }
            #expect(try change.run(path, dryRun: false).isUnchanged)
            #expect(try decrypts(path, key) == "ok")
        }
    }

    @Test("A passphrase does not come to stand beside others unless that is allowed")
    func mixing() throws {
        let (a, phrase) = (try TestKeys.file("a"), TestKeys.passphrase("p"))
        let container = try Container(Bytes.text(9000), to: [a])
        try Scratch.withFile(container.bytes) { path in
            #expect(throws: EnvelopeError.mixedPassphrase) {
                try Rewrap(keys: [a], adding: [phrase], removing: []).run(path, dryRun: false)
            }
            #expect(try Scratch.read(path) == container.bytes)
            _ = try Rewrap(keys: [a], adding: [phrase], removing: [.key(a)])
                .run(path, dryRun: false)
            #expect(try decrypts(path, phrase) == "ok")
        }
    }

    @Test("R21: each step of an update in place leaves a container that opens")
    func steps() throws {
        let (old, new) = try headers(to: TestKeys.file("b"))
        let a = try TestKeys.file("a")
        try Scratch.withFile(old.bytes) { path in
            do {
                let update = try HeaderUpdate(path: path)
                try update.saveHeader(old.header)
                #expect(try decrypts(path, a) == "ok")
                #expect(try Scratch.names(in: path.directory).count == 2)
                try update.overwriteHeader(with: new.header, orElse: old.header)
                #expect(try decrypts(path, a) == "ok")
                #expect(try Scratch.read(path) == new.bytes)
                try update.removeSavedHeader()
            }
            #expect(try decrypts(path, a) == "ok")
            #expect(try decrypts(path, TestKeys.file("b")) == "ok")
            #expect(try decrypts(path, TestKeys.file("gone")) == "NO_KEY")
            #expect(try Scratch.names(in: path.directory) == ["container"])
        }
    }

    @Test(
        "R21: a header left beside another container does not open it, nor hide why it does not open"
    )
    func strangeSibling() throws {
        let a = try TestKeys.file("a")
        let (one, other) = (try Container([1], to: [a]), try Container([2], to: [a]))
        let strange: [[UInt8]] = [
            [], [0], other.header, Array(other.header.dropLast()), other.bytes,
            [UInt8](repeating: 0, count: 70_000),
        ]
        for saved in strange {
            for (bytes, code) in [
                (one.bytes, "ok"), (Array(one.bytes.dropLast()), "TRUNCATED"), ([], "TRUNCATED"),
                (one.header.dropLast() + [0xAA] + one.payload, "HEADER_MAC"),
                (other.header + one.payload, "NO_KEY"),
            ] {
                try Scratch.withFile(bytes) { path in
                    try Scratch.write(saved, to: path.appending(suffix: Self.suffix))
                    #expect(try decrypts(path, a) == code)
                    #expect(try Scratch.read(path) == bytes)
                }
            }
        }
    }

    @Test("R21: a range and an inspection find the saved header too")
    func recoveryForReaders() throws {
        let (old, new) = try headers(to: TestKeys.file("b"))
        let a = try TestKeys.file("a")
        let torn = Array(new.header[..<60]) + old.header[60...]
        try Scratch.withFile(torn + old.payload) { path in
            try Scratch.write(old.header, to: path.appending(suffix: Self.suffix))
            let outcome = try Decoder.releasing { output in
                _ = try RangeReader(keys: [a], options: DecryptionOptions())
                    .run(InputFile(path: path), 10..<20, to: output)
            }
            #expect(outcome.code == "ok")
            #expect(outcome.sha256 == Bytes.sha256(Array(Bytes.text(9000)[10..<20])))
            let report = try Inspection(keys: [a]).run(InputFile(path: path))
            #expect(report.isVerified && report.stanzas.count == 2)
        }
    }

    @Test("A reencryption opens with the new key alone, under a new salt and file key")
    func reencryption() throws {
        let (a, b) = (try TestKeys.file("a"), try TestKeys.file("b"))
        let plaintext = Bytes.text(20_000)
        let container = try Container(plaintext, to: [a]) {
            $0.context = ContainerContext([("tenant", "x")]) ?? .empty
            $0.metadata = Metadata()
            $0.metadata?.name = Array("n".utf8)
        }
        for bytes in [container.bytes, Array(container.bytes.dropLast())] {
            try Scratch.withFile(bytes) { path in
                let target = path.directory.appending(component: "new")
                do {
                    let output = try OutputFile(path: target, replacing: false)
                    var options = EncryptionOptions()
                    options.chunkSizeExponent = 12
                    _ = try Reencryption(
                        keys: [a], decryption: DecryptionOptions(), recipients: [b],
                        options: options
                    ).run(InputFile(path: path), to: output)
                    try output.commit()
                } catch {
                    #expect(bytes.count < container.bytes.count)
                    #expect(Outcome.code(of: error) == "TRUNCATED")
                    #expect(try Scratch.names(in: path.directory) == ["container"])
                    return
                }
                #expect(bytes.count == container.bytes.count)
                let made = Container(try Scratch.read(target))
                #expect(made.payload[8..<72] != container.payload[8..<72])
                let opened = try made.decrypted(with: b)
                #expect(opened.bytes == plaintext)
                #expect(opened.context == ContainerContext([("tenant", "x")]))
                #expect(try decrypts(target, a) == "NO_KEY")
                #expect(try made.metadata(with: b)?.name == Array("n".utf8))
            }
        }
    }
}

extension Container {
    func metadata(with key: any KeyProvider) throws -> Metadata? {
        try Decoder().decrypt(bytes, [key]).summary?.metadata
    }
}
