import ContainerFormat
import OpenSSLCrypto
import SecretMemory
import Testing

@testable import KeyProviders

/// Key files and passphrases.
@Suite struct LocalKeyTests {
    private static let binding = WrapBinding(
        binder: [UInt8](repeating: 5, count: 32), context: .empty)
    private static let otherBinding = WrapBinding(
        binder: [UInt8](repeating: 6, count: 32), context: .empty)

    private static func copy(_ secret: borrowing SecretBytes) -> [UInt8] {
        secret.withBytes { bytes in
            (0..<bytes.byteCount).map {
                unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self)
            }
        }
    }

    private static func secret(_ bytes: [UInt8]) -> SecretBytes {
        unsafe SecretBytes(copying: bytes.span.bytes)
    }

    private static func keyFile(_ byte: UInt8, _ keyID: String?) throws -> KeyFile {
        guard let key = WrappingKey(secret([UInt8](repeating: byte, count: 32))) else {
            throw KeyProviderError.engineFailure
        }
        return try KeyFile(name: "f", key: key, keyID: keyID.map { Array($0.utf8) })
    }

    private static func unwrapped(
        _ provider: any KeyProvider, _ stanza: Stanza, _ binding: WrapBinding = binding
    ) -> Result<[UInt8], KeyProviderError> {
        do throws(KeyProviderError) {
            return .success(copy(try provider.unwrap(stanza, binding)))
        } catch { return .failure(error) }
    }

    @Test("A key file unwraps what it wrapped, under the same binder and untouched")
    func keyFile() throws {
        let file = try Self.keyFile(1, "k1")
        let fileKey = FileKey()
        let stanza = try file.wrap(fileKey, Self.binding)
        #expect(
            stanza.type == "keyfile" && stanza.keyID == Array("k1".utf8) && stanza.body.count == 64)
        let wanted = Self.copy(fileKey.bytes)
        #expect(Self.unwrapped(file, stanza) == .success(wanted))
        #expect(Self.unwrapped(file, stanza, Self.otherBinding) == .failure(.notOpened))
        #expect(Self.unwrapped(try Self.keyFile(2, "k1"), stanza) == .failure(.notOpened))
        for position in stanza.body.indices {
            var body = stanza.body
            body[position] ^= 1
            let changed = Stanza(type: .keyFile, keyID: stanza.keyID, body: body)
            #expect(Self.unwrapped(file, changed) == .failure(.notOpened))
        }
    }

    @Test("R34: two wraps of one key share no salt")
    func freshSalts() throws {
        let file = try Self.keyFile(1, "k1")
        let fileKey = FileKey()
        var seen: Set<[UInt8]> = []
        for _ in 0..<200 {
            seen.insert(Array(try file.wrap(fileKey, Self.binding).body.prefix(16)))
        }
        #expect(seen.count == 200)
    }

    @Test("A key file without a name has the one that its key gives")
    func derivedName() throws {
        let key = [UInt8](repeating: 1, count: 32)
        let code = unsafe try HMACSHA256.code(
            key: key.span.bytes, message: Array("coffer/v1 keyid".utf8))
        let expected = Hex.text(code.prefix(8))
        for given in [nil, ""] {
            let stanza = try Self.keyFile(1, given).wrap(FileKey(), Self.binding)
            #expect(stanza.keyID == Array(expected.utf8))
        }
        #expect(
            try Self.keyFile(2, nil).wrap(FileKey(), Self.binding).keyID != Array(expected.utf8))
    }

    @Test("R12: a key file matches its own name and form only")
    func keyFileMatches() throws {
        let file = try Self.keyFile(1, "k1")
        func isMatch(_ type: StanzaType, _ keyID: String, _ count: Int) -> Bool {
            let body = [UInt8](repeating: 0, count: count)
            let stanza = Stanza(type: type, keyID: Array(keyID.utf8), body: body)
            if case .yes = file.match(stanza) { return true } else { return false }
        }
        #expect(isMatch(.keyFile, "k1", 64))
        for (type, id, count) in [
            (.keyFile, "k2", 64), (.keyFile, "K1", 64), (.keyFile, "", 64), (.keyFile, "k1", 63),
            (.keyFile, "k1", 65), (.passphrase, "k1", 64), (.awsKMS, "k1", 64),
        ] as [(StanzaType, String, Int)] { #expect(!isMatch(type, id, count)) }
    }

    @Test(
        "A passphrase unwraps what it wrapped, another one does not, at whatever cost the stanza says"
    )
    func passphrase() throws {
        let cost = Scrypt.Cost(log2N: 5, r: 4, p: 2)
        func provider(_ text: String) -> Passphrase {
            Passphrase(Self.secret(Array(text.utf8)), cost: cost)
        }
        for text in ["correct horse", "", "ünïcödé"] {
            let fileKey = FileKey()
            let stanza = try provider(text).wrap(fileKey, Self.binding)
            #expect(stanza.keyID == [] && stanza.body.count == 93)
            #expect(stanza.body.prefix(13).elementsEqual([2, 0, 0, 0, 5, 0, 0, 0, 4, 0, 0, 0, 2]))
            let wanted = Self.copy(fileKey.bytes)
            // Another default cost does not matter.
            let other = Passphrase(Self.secret(Array(text.utf8)))
            #expect(Self.unwrapped(other, stanza) == .success(wanted))
            #expect(Self.unwrapped(provider(text + " "), stanza) == .failure(.notOpened))
            #expect(
                Self.unwrapped(provider(text), stanza, Self.otherBinding) == .failure(.notOpened))
        }
    }

    @Test("The default cost is that of the specification")
    func defaultCost() { #expect(Passphrase.defaultCost == Scrypt.Cost(log2N: 17, r: 8, p: 1)) }

    @Test(
        "R16: a cost over the cap is seen before anything is derived, and a cost that is none is no passphrase stanza"
    )
    func costs() {
        let provider = Passphrase(Self.secret([1]))
        func match(_ log2N: UInt32, _ r: UInt32, _ p: UInt32) -> String {
            var body: [UInt8] = [2]
            for number in [log2N, r, p] { body.append(bigEndian: number) }
            body += [UInt8](repeating: 0, count: 80)
            switch provider.match(Stanza(type: .passphrase, keyID: [], body: body)) {
            case .no, .unknown: return "no"
            case .yes: return "yes"
            case .yesWithKeyDerivation: return "derive"
            case .overCost: return "over"
            }
        }
        #expect(match(17, 8, 1) == "derive")
        // 128 · r · N of exactly 1 GiB, and one step above it.
        #expect(
            match(20, 8, 1) == "derive" && match(20, 9, 1) == "over" && match(21, 8, 1) == "over")
        #expect(match(13, 1024, 1) == "derive" && match(14, 1024, 1) == "over")
        // r has a cap of its own.
        #expect(match(10, 1024, 1) == "derive" && match(10, 1025, 1) == "over")
        #expect(match(4, 8, 16) == "derive" && match(4, 8, 17) == "over")
        for log2N: UInt32 in [24, 31, 32, 56, 57, 62, 63, 64, 1000, .max] {
            #expect(match(log2N, 1, 1) == "over")
            #expect(match(log2N, .max, .max) == "over")
        }
        for r: UInt32 in [1 << 23, .max] { #expect(match(1, r, 1) == "over") }
        #expect(match(1, 1, .max) == "over")
        for (log2N, r, p) in [(0, 8, 1), (17, 0, 1), (17, 8, 0), (16, 1, 1), (0, 0, 0)]
            as [(UInt32, UInt32, UInt32)]
        {
            #expect(match(log2N, r, p) == "no")
        }
        #expect(match(15, 1, 1) == "derive")
    }

    @Test("A passphrase stanza of another form is nobody's")
    func passphraseForm() throws {
        let provider = Passphrase(Self.secret([1]), cost: Scrypt.Cost(log2N: 4, r: 1, p: 1))
        let good = try provider.wrap(FileKey(), Self.binding)
        func isMatch(_ stanza: Stanza) -> Bool {
            if case .no = provider.match(stanza) { false } else { true }
        }
        #expect(isMatch(good))
        #expect(!isMatch(Stanza(type: .passphrase, keyID: [1], body: good.body)))
        #expect(!isMatch(Stanza(type: .keyFile, keyID: [], body: good.body)))
        #expect(!isMatch(Stanza(type: .passphrase, keyID: [], body: good.body + [0])))
        #expect(!isMatch(Stanza(type: .passphrase, keyID: [], body: Array(good.body.dropLast()))))
        #expect(!isMatch(Stanza(type: .passphrase, keyID: [], body: [1] + good.body.dropFirst())))
        #expect(!isMatch(Stanza(type: .passphrase, keyID: [], body: [])))
    }

    @Test("SEAL gives the known answer's stanza")
    func seal() throws {
        let fileKey = (0..<32).map { UInt8($0) }
        let key = (0x40..<0x60).map { UInt8($0) }
        let salt = (0x60..<0x70).map { UInt8($0) }
        // wctx and the stanza's body of container-v1, 17.
        let binder: [UInt8] = [
            0x7e, 0xe6, 0xa4, 0x05, 0x68, 0xe6, 0x12, 0x7b, 0x4c, 0x1f, 0x50, 0x4b, 0x75, 0x7f,
            0x54,
            0x0c, 0xd2, 0xce, 0x87, 0x48, 0xd6, 0x7b, 0x21, 0xa8, 0x0f, 0x17, 0xa0, 0x82, 0x20,
            0x95,
            0x3f, 0x9e,
        ]
        let sealed = unsafe try StanzaSeal.seal(
            fileKey.span.bytes, under: key.span.bytes, label: Label.keyFileSeal, binder: binder,
            salt: salt)
        #expect(
            Hex.text(sealed)
                == "606162636465666768696a6b6c6d6e6f3a8f6be9a4acae15bde9ecd96fc774e09cf70d85dd7774ab"
                + "a988d1e66eb091e1d7287f80c9f0a77ab11dae688d6a11fc")
        let other = unsafe try StanzaSeal.seal(
            fileKey.span.bytes, under: key.span.bytes, label: Label.batch, binder: binder,
            salt: salt)
        #expect(other != sealed)
        for count in [0, 16, 63, 65] {
            let cut = Array((sealed + [0]).prefix(count))
            do {
                _ = unsafe try StanzaSeal.open(
                    cut, under: key.span.bytes, label: Label.keyFileSeal, binder: binder)
                Issue.record("\(count) bytes were opened")
            } catch { #expect(error == .notAuthentic) }
        }
    }
}
