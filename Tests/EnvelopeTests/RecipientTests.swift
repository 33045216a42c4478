import ContainerFormat
import Foundation
import KeyProviders
import OpenSSLCrypto
import SecretMemory
import Synchronization
import Testing

@testable import Envelope

/// Keys, recipients and the caller's policy.
@Suite struct RecipientTests {
    private static let arn = "arn:aws:kms:eu-central-1:111122223333:key/1"

    private func decrypt(
        _ bytes: [UInt8], _ keys: [any KeyProvider], context: ContainerContext = .empty
    ) throws -> Outcome {
        var options = DecryptionOptions()
        options.requiredContext = context
        return try Decoder(workers: 1).decrypt(bytes, keys, options: options).outcome
    }

    private func context(_ key: String, _ value: String) throws -> ContainerContext {
        try #require(ContainerContext([(key, value)]))
    }

    @Test("R10: of two stanzas with two file keys one opens, and the other recipient gets nothing")
    func equivocation() throws {
        let (one, two) = (try TestKeys.file("one"), try TestKeys.file("two"))
        let other = Interposed(two, wrappingInstead: Bytes.noise(32, seed: 5))
        let container = try Container(Bytes.text(5000), to: [one, other])
        #expect(try decrypt(container.bytes, [one]).code == "ok")
        let refused = try decrypt(container.bytes, [two])
        #expect(refused == Outcome(code: "NO_KEY", count: 0, sha256: Bytes.sha256([])))
        // Who has both keys gets the one plaintext that there is.
        #expect(try decrypt(container.bytes, [two, one]).code == "ok")
    }

    @Test(
        "R11: a stanza copied into another container is refused by the key service, and by a key file's seal"
    )
    func copiedStanza() throws {
        let service = FakeKeyService(arn: Self.arn)
        let file = try TestKeys.file("a")
        for (key, isService) in [(service as any KeyProvider, true), (file, false)] {
            let from = try Container([1, 2, 3], to: [key])
            let into = try Container([4, 5, 6], to: [key])
            let stanzas = try UnverifiedHeader(bytes: from.header).stanzas
            let header = try Forge.unauthenticated(.empty, stanzas)
            let before = service.callCount
            #expect(try decrypt(header + into.payload, [key]).code == "NO_KEY")
            // The service was asked, and said no because of the encryption context.
            #expect(service.callCount == before + (isService ? 1 : 0))
        }
    }

    @Test("R12: a key, address, module or plugin that only the file names is never asked")
    func foreignNames() throws {
        let key = try TestKeys.file("a")
        let service = FakeKeyService(arn: Self.arn, failure: .unreachable(service: "test"))
        let container = try Container([1], to: [key])
        let named: [(type: String, keyID: String)] = [
            ("aws-kms", "arn:aws:kms:us-east-1:999999999999:key/attacker"),
            ("aws-kms", "alias/default"), ("aws-kms", "https://attacker.example/"),
            ("aws-kms", Self.arn + "0"), ("aws-kms", ""),
            ("aws-kms", "arn:aws:kms:us-east-1:111122223333:key/1"),
            ("pkcs11", "/tmp/evil.so"), ("vault-transit", "http://10.0.0.1/transit"),
            ("plugin", "../../evil"), ("keyfile", "/etc/shadow"), ("keyfile", "b"),
        ]
        for one in named {
            let value =
                [UInt8(one.type.utf8.count)] + Array(one.type.utf8)
                + [0, UInt8(one.keyID.utf8.count)] + Array(one.keyID.utf8)
                + [UInt8](repeating: 7, count: 64)
            let count = UInt32(48 + 4 + value.count)
            var header = UnverifiedHeader.magic + [0, 1, 0, 0]
            header.append(bigEndian: count)
            header += [0x00, 0x10, 0, UInt8(value.count)] + value
            header += [UInt8](repeating: 0, count: 32)
            let outcome = try decrypt(header + container.payload, [key, service])
            #expect(outcome.code == "NO_KEY", "\(one)")
            #expect(service.callCount == 0, "\(one)")
        }
    }

    @Test("R12: no source of the program opens a socket or loads a library while it runs")
    func noSocketsInSources() throws {
        let sources = VectorFolder.url.deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Sources")
        let walker = try #require(FileManager.default.enumerator(atPath: sources.path))
        // What only coffer-agent and cofferd are linked with.
        let agentRooms = [
            "CofferAgent/", "RemoteKeys/", "TokenKeys/", "PKCS11Token/", "CPKCS11/",
        ]
        var seen = 0
        for case let name as String in walker
        where [".swift", ".h", ".c"].contains(where: name.hasSuffix)
            && !agentRooms.contains(where: name.hasPrefix)
        {
            seen += 1
            let text = try String(contentsOf: sources.appendingPathComponent(name), encoding: .utf8)
            for call in [
                "sockaddr", "SOCK_STREAM", "AF_INET", "getaddrinfo", "dlopen", "URLSession",
            ] {
                // The way to the agent: sockets of this machine, in the one room that makes them.
                let isLocal = name.hasPrefix("FileIO/Local") && call != "AF_INET"
                #expect(isLocal || !text.contains(call), "\(name) has \(call)")
            }
        }
        #expect(seen > 50)
    }

    @Test(
        "R13: too many stanzas are a header fault before any key is asked", arguments: [33, 1000])
    func tooManyStanzas(count: Int) throws {
        let service = FakeKeyService(arn: Self.arn)
        let container = try Container([1], to: [service])
        let stanza = try #require(try UnverifiedHeader(bytes: container.header).stanzas.first)
        // By hand: our own encoder writes no such header.
        let value = stanza.encoded
        var fields: [UInt8] = []
        for _ in 0..<count {
            fields.append(bigEndian: UInt16(0x10))
            fields.append(bigEndian: UInt16(min(value.count, 40)))
            fields += value.prefix(40)
        }
        var header = UnverifiedHeader.magic + [0, 1, 0, 0]
        header.append(bigEndian: UInt32(48 + fields.count))
        header += fields + [UInt8](repeating: 0, count: 32)
        let outcome = try decrypt(header + container.payload, [service])
        #expect(outcome.code == "HEADER")
        #expect(service.callCount == 0)
    }

    @Test(
        "R13: four wrong candidates end the search, thirty-two pairs are tried, and a service that is away is asked once"
    )
    func budget() throws {
        let good = try TestKeys.file("good")
        func container(_ stanzaCount: Int) throws -> Container {
            let made = try Container([1], to: [good])
            let header = try UnverifiedHeader(bytes: made.header)
            let foreign = Stanza(type: .awsKMS, keyID: Array(Self.arn.utf8), body: [1, 2, 3])
            let stanzas = [Stanza](repeating: foreign, count: stanzaCount) + header.stanzas
            return Container(try Forge.unauthenticated(.empty, stanzas) + made.payload)
        }
        let candidates = CountingProvider(.success(Bytes.noise(32)))
        #expect(try decrypt(container(3).bytes, [candidates, good]).code == "HEADER_MAC")
        #expect(candidates.calls == 3)
        let tooMany = CountingProvider(.success(Bytes.noise(32)))
        #expect(try decrypt(container(9).bytes, [tooMany, good]).code == "NO_KEY")
        #expect(tooMany.calls == 4)
        let refusing = CountingProvider(.failure(.notOpened))
        #expect(try decrypt(container(31).bytes, [refusing, good]).code == "HEADER_MAC")
        #expect(refusing.calls == 31)
        let twice = [
            CountingProvider(.failure(.notOpened)), CountingProvider(.failure(.notOpened)),
        ]
        #expect(try decrypt(container(31).bytes, twice + [good]).code == "NO_KEY")
        #expect(twice.reduce(0) { $0 + $1.calls } == 32)
        let away = CountingProvider(.failure(.unreachable(service: "s")))
        #expect(try decrypt(container(9).bytes, [away]).code == "UNREACHABLE")
        #expect(away.calls == 1)
        let derived = CountingProvider(.failure(.notOpened), isKeyDerivation: true)
        #expect(try decrypt(container(9).bytes, [derived, good]).code == "HEADER_MAC")
        #expect(derived.calls == 4)
    }

    @Test(
        "R14: an unwrapped key of another length than 32 is no key",
        arguments: [0, 1, 16, 31, 33, 64, 4096])
    func wrongKeyLength(count: Int) throws {
        let service = FakeKeyService(arn: Self.arn)
        let container = try Container([1], to: [service])
        #expect(try decrypt(container.bytes, [service]).code == "ok")
        service.entries.withLock { entries in
            entries = entries.map {
                .init(blob: $0.blob, plaintext: Bytes.noise(count), context: $0.context)
            }
        }
        #expect(try decrypt(container.bytes, [service]).code == "NO_KEY")
    }

    @Test(
        "R15: a wrong passphrase, a damaged stanza and a wrong commitment look alike, in code, report and work"
    )
    func passphraseOracle() throws {
        func passphrase(_ text: String) -> DerivationCounter {
            DerivationCounter(TestKeys.passphrase(text))
        }
        let container = try Container([1], to: [TestKeys.passphrase("right")])
        var damaged = container.bytes
        damaged[container.headerByteCount - 40] ^= 1
        var uncommitted = container.bytes
        uncommitted[container.headerByteCount + 50] ^= 1
        let cases = [
            (container.bytes, passphrase("wrong")), (damaged, passphrase("right")),
            (uncommitted, passphrase("right")),
        ]
        let reports = try cases.map { bytes, key in
            let failure = #expect(throws: UnlockFailure.self) {
                try Container(bytes).decrypted(with: key)
            }
            // What takes time is the derivation: one each.
            #expect(key.calls == 1)
            return try #require(failure.map { "\($0.code) \($0.lines.map(\.result))" })
        }
        #expect(Set(reports).count == 1)
    }

    @Test("R16: a passphrase stanza over the cost cap is a limit only if nothing else opens")
    func costCap() throws {
        let (key, passphrase) = (try TestKeys.file("a"), TestKeys.passphrase("p"))
        let container = try Container([1], to: [passphrase, key])
        let fields = 16 + 4 + 1 + 10 + 2
        var bytes = container.bytes
        #expect(bytes[fields] == 2)
        bytes.replaceSubrange(fields + 1..<fields + 5, with: [0, 0, 0, 40])
        #expect(try decrypt(bytes, [passphrase]).code == "LIMIT")
        // The key file opens, and then says that somebody changed the header.
        #expect(try decrypt(bytes, [passphrase, key]).code == "HEADER_MAC")
        #expect(try decrypt(bytes, [key]).code == "HEADER_MAC")
        #expect(try decrypt(bytes, [try TestKeys.file("b")]).code == "NO_KEY")
    }

    @Test("R17: a context that is missing or different is refused before any key is asked")
    func contextRequired() throws {
        let service = FakeKeyService(arn: Self.arn)
        let asked = try context("tenant", "a")
        let right = try Container([1], to: [service]) { $0.context = asked }
        #expect(try decrypt(right.bytes, [service], context: asked).code == "ok")
        let calls = service.callCount
        for other in [
            ContainerContext.empty, try context("tenant", "b"), try context("Tenant", "a"),
        ] {
            let container = try Container([1], to: [service]) { $0.context = other }
            #expect(try decrypt(container.bytes, [service], context: asked).code == "CONTEXT")
        }
        #expect(service.callCount == calls)
    }

    @Test("R18: an altered context opens nothing, even with the header's MAC made anew")
    func alteredContext() throws {
        let fileKey = Bytes.noise(32, seed: 3)
        let (file, service) = (try TestKeys.file("a"), FakeKeyService(arn: Self.arn))
        let made = try context("tenant", "a")
        let container = try Container([1], to: [file, service], fileKey: fileKey) {
            $0.context = made
        }
        let stanzas = try UnverifiedHeader(bytes: container.header).stanzas
        let forge = try Forge(container, fileKey: fileKey)
        #expect(
            try decrypt(try forge.header(made, stanzas) + container.payload, [file]).code == "ok")
        for altered in [try context("tenant", "b"), try context("tenanu", "a"), .empty] {
            for header in [
                try Forge.unauthenticated(altered, stanzas), try forge.header(altered, stanzas),
            ] {
                #expect(try decrypt(header + container.payload, [file]).code == "NO_KEY")
                #expect(try decrypt(header + container.payload, [service]).code == "NO_KEY")
            }
        }
    }

    @Test("R19: stanzas removed, reordered, added or renamed by an outsider are noticed")
    func alteredStanzas() throws {
        let keys = try ["a", "b", "c"].map(TestKeys.file)
        let container = try Container([1], to: keys)
        let stanzas = try UnverifiedHeader(bytes: container.header).stanzas
        func code(_ stanzas: [Stanza], _ keys: [any KeyProvider]) throws -> String {
            try decrypt(try Forge.unauthenticated(.empty, stanzas) + container.payload, keys).code
        }
        let renamed = Stanza(type: .keyFile, keyID: Array("x".utf8), body: stanzas[0].body)
        #expect(try code(Array(stanzas[..<2]), [keys[0]]) == "HEADER_MAC")
        #expect(try code(stanzas.reversed(), [keys[0]]) == "HEADER_MAC")
        #expect(try code(stanzas + [renamed], [keys[0]]) == "HEADER_MAC")
        #expect(try code([renamed] + stanzas[1...], [keys[1]]) == "HEADER_MAC")
        #expect(try code([renamed] + stanzas[1...], [keys[0]]) == "NO_KEY")
        #expect(try code(Array(stanzas[1...]), [keys[0]]) == "NO_KEY")
        #expect(try code([], keys) == "HEADER")
        let tooMany = [Stanza](repeating: stanzas[0], count: 33)
        #expect(try code(tooMany, keys) == "HEADER")
    }

    @Test("Recipients are tried with the caller's keys in their order, and named when none fits")
    func report() throws {
        let keys = try ["a", "b"].map(TestKeys.file)
        let container = try Container([1], to: keys)
        let failure = #expect(throws: UnlockFailure.self) {
            try container.decrypted(with: TestKeys.file("c"), TestKeys.passphrase("p"))
        }
        #expect(failure?.lines.map(\.result) == [.noLocalKey, .noLocalKey])
        #expect(failure?.code == .noKey)
    }
}

/// Answers every aws-kms stanza alike, and counts.
private final class CountingProvider: KeyProvider {
    let stanzaType = StanzaType.awsKMS
    let name: String
    private let answer: Result<[UInt8], KeyProviderError>
    private let isKeyDerivation: Bool
    private let count = Mutex(0)

    init(_ answer: Result<[UInt8], KeyProviderError>, isKeyDerivation: Bool = false) {
        self.answer = answer
        self.isKeyDerivation = isKeyDerivation
        name = "counting \(UInt32.random(in: 0...UInt32.max))"
    }

    var calls: Int { count.withLock { $0 } }

    func makeFileKey(_: WrapBinding) -> GeneratedFileKey? { nil }

    func wrap(_: borrowing FileKey, _: WrapBinding) throws(KeyProviderError) -> Stanza {
        throw .engineFailure
    }

    func match(_ stanza: Stanza) -> StanzaMatch {
        guard stanza.knownType == .awsKMS else { return .no }
        return isKeyDerivation ? .yesWithKeyDerivation : .yes
    }

    func unwrap(_: Stanza, _: WrapBinding) throws(KeyProviderError) -> SecretBytes {
        count.withLock { $0 += 1 }
        return Bytes.secret(try answer.get())
    }
}

/// A passphrase that counts how often it is derived from.
private final class DerivationCounter: KeyProvider {
    private let passphrase: Passphrase
    private let count = Mutex(0)

    init(_ passphrase: Passphrase) { self.passphrase = passphrase }

    var calls: Int { count.withLock { $0 } }
    var stanzaType: StanzaType { passphrase.stanzaType }
    var name: String { passphrase.name }

    func makeFileKey(_ binding: WrapBinding) -> GeneratedFileKey? {
        passphrase.makeFileKey(binding)
    }

    func wrap(
        _ fileKey: borrowing FileKey, _ binding: WrapBinding
    ) throws(KeyProviderError) -> Stanza {
        try passphrase.wrap(fileKey, binding)
    }

    func match(_ stanza: Stanza) -> StanzaMatch { passphrase.match(stanza) }

    func unwrap(
        _ stanza: Stanza, _ binding: WrapBinding
    ) throws(KeyProviderError) -> SecretBytes {
        count.withLock { $0 += 1 }
        return try passphrase.unwrap(stanza, binding)
    }
}
