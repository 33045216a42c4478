import ContainerFormat
import Dispatch
import KeyProviders
import OpenSSLCrypto
import SecretMemory
import Synchronization
import Testing

@testable import Envelope
@testable import FileIO

/// One wrap for many containers: container-v1, 6.3.
@Suite struct BatchTests {
    private static let arn = "arn:aws:kms:eu-west-1:111122223333:key/one"

    private static func context(_ value: String) throws -> ContainerContext {
        try #require(ContainerContext([("tenant", value)]))
    }

    private func containers(
        _ count: Int, _ recipient: BatchRecipient, _ context: ContainerContext = .empty
    ) throws -> [Container] {
        try (0..<count).map { number in
            try Container(Bytes.text(100 + number), to: [recipient]) { $0.context = context }
        }
    }

    private func outcome(
        _ container: [UInt8], _ keys: [any KeyProvider], _ options: DecryptionOptions = .init()
    ) throws -> String {
        try Decoder(workers: 1).decrypt(container, keys, options: options).outcome.code
    }

    private func batchSalt(_ container: Container) throws -> [UInt8] {
        let header = try UnverifiedHeader(bytes: container.header)
        let stanza = try #require(header.stanzas.first)
        #expect(stanza.type == "batch" && stanza.keyID.isEmpty && header.stanzas.count == 1)
        return Array(stanza.body.prefix(32))
    }

    @Test("A batch costs one call of its key, and each container opens by itself")
    func oneCall() throws {
        let service = FakeKeyService(arn: Self.arn)
        let counted = Interposed(service)
        let made = try containers(20, try #require(BatchRecipient(counted)))
        #expect(counted.wrapCount.withLock { $0 } == 1)
        for (number, container) in made.enumerated() {
            #expect(try container.decrypted(with: service).bytes == Bytes.text(100 + number))
        }
        #expect(service.callCount == 20)
        // R34: each has a salt and so a commitment of its own, and one batch key wraps them all.
        #expect(Set(made.map { Array($0.payload[8..<40]) }).count == 20)
        #expect(Set(made.map { Array($0.payload[40..<72]) }).count == 20)
        #expect(Set(try made.map(batchSalt)).count == 1)
    }

    @Test("No batch key is that of any file, or of another batch")
    func ownKeys() throws {
        let service = FakeKeyService(arn: Self.arn)
        let wrapped = Interposed(service)
        _ = try containers(3, try #require(BatchRecipient(wrapped)))
        let batchKeys = wrapped.seen.withLock { $0.map(\.fileKey) }
        let direct = Interposed(service)
        let recipient = try #require(BatchRecipient(wrapped))
        // The same file key, wrapped by both: the batch's service never sees it.
        _ = try Container([1], to: [recipient, direct])
        let fileKey = try #require(direct.seen.withLock { $0.first?.fileKey })
        let all = wrapped.seen.withLock { $0.map(\.fileKey) }
        #expect(all.count == 2 && Set(all + [fileKey]).count == 3 && batchKeys.count == 1)
    }

    @Test("One file more than a batch takes begins another", arguments: [(1, 3), (3, 7), (4, 8)])
    func split(limit: Int, count: Int) throws {
        let service = FakeKeyService(arn: Self.arn)
        let counted = Interposed(service)
        let made = try containers(
            count, try #require(BatchRecipient(counted, fileLimit: limit)))
        let batches = (count + limit - 1) / limit
        #expect(counted.wrapCount.withLock { $0 } == batches)
        #expect(Set(try made.map(batchSalt)).count == batches)
        for container in made { #expect(try outcome(container.bytes, [service]) == "ok") }
        #expect(BatchRecipient.fileLimit == 65_536)
    }

    @Test("Each context has a batch of its own, and its key service sees that context")
    func contexts() throws {
        let service = FakeKeyService(arn: Self.arn)
        let counted = Interposed(service)
        let recipient = try #require(BatchRecipient(counted))
        let (a, b) = (try Self.context("a"), try Self.context("b"))
        var made: [Container] = []
        for context in [a, b, .empty, a, b] { made += try containers(2, recipient, context) }
        #expect(counted.wrapCount.withLock { $0 } == 3)
        #expect(Set(try made.map(batchSalt)).count == 3)
        let seen = service.entries.withLock { $0.map { $0.context[Array("tenant".utf8)] } }
        #expect(seen == [Array("a".utf8), Array("b".utf8), nil])
        for container in made { #expect(try outcome(container.bytes, [service]) == "ok") }
    }

    @Test("A run that opens a batch asks its key once, from any number of threads")
    func openedOnce() throws {
        let service = FakeKeyService(arn: Self.arn)
        let made = try containers(40, try #require(BatchRecipient(service)))
        let others = try containers(5, try #require(BatchRecipient(service)))
        var options = DecryptionOptions()
        options.openedBatches = OpenedBatches()
        options.lanes = FileLanes()
        let decryption = Decryption(keys: [service], options: options)
        let failures = Mutex(0)
        let all = made + others
        DispatchQueue.concurrentPerform(iterations: all.count) { number in
            do {
                try Scratch.withFile(all[number].bytes) {
                    _ = try decryption.run(InputFile(path: $0), to: nil)
                }
            } catch { failures.withLock { $0 += 1 } }
        }
        #expect(failures.withLock { $0 } == 0)
        #expect(service.callCount == 2)
    }

    @Test("Threads that make containers at once wrap one batch key")
    func madeOnce() throws {
        let service = FakeKeyService(arn: Self.arn)
        let counted = Interposed(service)
        let recipient = try #require(BatchRecipient(counted))
        DispatchQueue.concurrentPerform(iterations: 50) { number in
            let binding = WrapBinding(
                binder: [UInt8](repeating: UInt8(number), count: 32), context: .empty)
            _ = try? recipient.wrap(FileKey(), binding)
        }
        #expect(counted.wrapCount.withLock { $0 } == 1)
    }

    @Test("A key that the run has opened is nobody else's: a second provider is asked itself")
    func notShared() throws {
        let service = FakeKeyService(arn: Self.arn)
        let made = try containers(1, try #require(BatchRecipient(service)))[0]
        var options = DecryptionOptions()
        options.openedBatches = OpenedBatches()
        #expect(try outcome(made.bytes, [service], options) == "ok")
        let refusing = FakeKeyService(
            arn: Self.arn, failure: .denied(service: "kms", message: "no"))
        #expect(try outcome(made.bytes, [refusing], options) == "DENIED")
        #expect(refusing.callCount == 1)
    }

    @Test("What is demanded of a container is demanded of those of an opened batch too")
    func demands() throws {
        let service = FakeKeyService(arn: Self.arn)
        let context = try Self.context("a")
        let made = try containers(2, try #require(BatchRecipient(service)), context)
        var options = DecryptionOptions()
        options.openedBatches = OpenedBatches()
        #expect(try outcome(made[0].bytes, [service], options) == "ok")
        var strict = options
        strict.requiredContext = try Self.context("b")
        #expect(try outcome(made[1].bytes, [service], strict) == "CONTEXT")
        strict = options
        strict.requiredRecipientType = "aws-kms"
        #expect(try outcome(made[1].bytes, [service], strict) != "ok")
        strict.requiredRecipientType = "batch"
        #expect(try outcome(made[1].bytes, [service], strict) == "ok")
        #expect(service.callCount == 1)
    }

    @Test("R11: a stanza of another container of the batch opens nothing, cached key or not")
    func copiedStanza() throws {
        let service = FakeKeyService(arn: Self.arn)
        let made = try containers(2, try #require(BatchRecipient(service)))
        let spliced = made[0].header + made[1].payload
        #expect(try outcome(spliced, [service]) == "NO_KEY")
        var options = DecryptionOptions()
        options.openedBatches = OpenedBatches()
        #expect(try outcome(made[1].bytes, [service], options) == "ok")
        #expect(try outcome(spliced, [service], options) == "NO_KEY")
    }

    @Test("A service that is away is asked once for all files, and every one says so")
    func away() throws {
        let key = try TestKeys.file("a")
        let away = Unreachable()
        let recipient = try #require(BatchRecipient(away))
        for _ in 0..<5 {
            #expect(throws: EnvelopeError.cannotWrap(recipient: "away", Unreachable.error)) {
                try Container([1], to: [recipient])
            }
        }
        // With fewer needed, the others open it.
        let made = try Container([1], to: [recipient, key]) { $0.leastWrapCount = 1 }
        #expect(try outcome(made.bytes, [key]) == "ok")
        #expect(away.count.withLock { $0 } == 1)
    }

    @Test("Recipients that cost no call have no batch")
    func noBatch() throws {
        #expect(BatchRecipient(try TestKeys.file("a")) == nil)
        #expect(BatchRecipient(TestKeys.passphrase("p")) == nil)
    }

    @Test("After it forgot, a recipient makes another batch")
    func forgets() throws {
        let service = FakeKeyService(arn: Self.arn)
        let recipient = try #require(BatchRecipient(service))
        let first = try containers(1, recipient)[0]
        recipient.forget()
        let second = try containers(1, recipient)[0]
        #expect(try batchSalt(first) != batchSalt(second))
    }

    @Test("A rewrap takes one container out of its batch, by the key of the batch or its name")
    func rewrapped() throws {
        let service = FakeKeyService(arn: Self.arn)
        let made = try containers(3, try #require(BatchRecipient(service)))
        let file = try TestKeys.file("a")
        for (container, selector) in [
            (made[0], Rewrap.Selector.key(service)),
            (made[1], .name(type: "aws-kms", keyID: Array(Self.arn.utf8))),
        ] {
            try Scratch.withFile(container.bytes) { path in
                let report = try Rewrap(keys: [service], adding: [file], removing: [selector])
                    .run(path, dryRun: false)
                #expect(report.before.map(\.type) == ["batch"])
                #expect(report.after.map(\.type) == ["keyfile"])
                let after = try Scratch.read(path)
                #expect(try outcome(after, [file]) == "ok")
                #expect(try outcome(after, [service]) == "NO_KEY")
            }
        }
        #expect(try outcome(made[2].bytes, [service]) == "ok")
    }

    @Test("The key of a batch that is to be added is there already")
    func present() throws {
        let service = FakeKeyService(arn: Self.arn)
        let made = try containers(1, try #require(BatchRecipient(service)))[0]
        try Scratch.withFile(made.bytes) { path in
            #expect(throws: EnvelopeError.recipientPresent(Self.arn)) {
                try Rewrap(keys: [service], adding: [service], removing: [])
                    .run(path, dryRun: false)
            }
            let report = try Rewrap(
                keys: [service], adding: [service], removing: [], allowing: .doneAlready
            ).run(path, dryRun: false)
            #expect(report.isUnchanged)
        }
    }

    @Test("A drill opens a container by its batch")
    func drill() throws {
        let service = FakeKeyService(arn: Self.arn)
        let recipient = try #require(BatchRecipient(service))
        let made = try Container([1, 2], to: [recipient, TestKeys.file("a")])
        try Scratch.withFile(made.bytes) { path in
            let report = try KeyDrill(keys: [service], options: .init()).run(InputFile(path: path))
            #expect(report.lines.map(\.isOpened) == [true, false])
        }
    }

    @Test("A passphrase is derived once for all containers of a command, and anew for the next")
    func passphrase() throws {
        func salt(_ container: Container) throws -> [UInt8] {
            let stanza = try #require(
                try UnverifiedHeader(bytes: container.header).stanzas.first)
            return Array(stanza.body[13..<29])
        }
        let one = TestKeys.passphrase("p")
        let made = try (0..<3).map { _ in try Container([1], to: [one]) }
        #expect(Set(try made.map(salt)).count == 1)
        let other = TestKeys.passphrase("p")
        #expect(try salt(try Container([1], to: [other])) != salt(made[0]))
        let opener = TestKeys.passphrase("p")
        for container in made { #expect(try outcome(container.bytes, [opener]) == "ok") }
        #expect(try outcome(made[0].bytes, [TestKeys.passphrase("q")]) == "NO_KEY")
    }
}

/// A key service that is always away.
private final class Unreachable: KeyProvider {
    static let error = KeyProviderError.unreachable(service: "away")

    let stanzaType = StanzaType.awsKMS
    let name = "away"
    let count = Mutex(0)

    func makeFileKey(_: WrapBinding) throws(KeyProviderError) -> GeneratedFileKey? {
        count.withLock { $0 += 1 }
        throw Self.error
    }

    func wrap(
        _: borrowing FileKey, _: WrapBinding
    ) throws(KeyProviderError) -> Stanza { throw Self.error }

    func match(_: Stanza) -> StanzaMatch { .no }

    func unwrap(_: Stanza, _: WrapBinding) throws(KeyProviderError) -> SecretBytes {
        throw Self.error
    }
}
