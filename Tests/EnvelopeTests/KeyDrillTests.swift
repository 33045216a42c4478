import ContainerFormat
import FileIO
import KeyProviders
import SecretMemory
import Synchronization
import Testing

@testable import Envelope

/// Restore drills, and the order in which a container is opened.
@Suite struct KeyDrillTests {
    private func drill(
        _ container: Container, _ keys: [any KeyProvider]
    ) throws -> [(opened: Bool, result: UnlockFailure.Result)] {
        try Scratch.withFile(container.bytes) { path in
            try KeyDrill(keys: keys, options: DecryptionOptions()).run(InputFile(path: path))
                .lines.map { ($0.isOpened, $0.recipient.result) }
        }
    }

    @Test("Each recipient is tried by itself, and what became of it is told")
    func each() throws {
        let (a, b) = (try TestKeys.file("a"), try TestKeys.file("b"))
        let absent = try TestKeys.file("absent")
        let broken = Interposed(
            try TestKeys.file("broken"), wrappingInstead: Bytes.noise(32, seed: 9))
        let service = FakeKeyService(arn: "arn:aws:kms:r:1:key/1")
        let container = try Container(Bytes.text(9000), to: [a, service, broken, absent, b])
        let away = FakeKeyService(
            arn: "arn:aws:kms:r:1:key/1", failure: .unreachable(service: "s"))
        let found = try drill(container, [a, away, broken, b])
        #expect(found.map(\.opened) == [true, false, false, false, true])
        #expect(found[1].result == .unreachable(service: "s"))
        #expect(found[2].result == .notThisKey)
        #expect(found[3].result == .noLocalKey)
    }

    @Test("R13: a drill is not limited to four candidates, an opening is")
    func attempts() throws {
        let good = try TestKeys.file("good")
        let broken = try (0..<6).map {
            Interposed(
                try TestKeys.file("broken-\($0)"), wrappingInstead: Bytes.noise(32, seed: 9))
        }
        let container = try Container([1], to: broken + [good])
        let keys = broken + [good] as [any KeyProvider]
        try Scratch.withFile(container.bytes) { path in
            let failure = #expect(throws: UnlockFailure.self) {
                try Decryption(keys: keys, options: DecryptionOptions())
                    .run(InputFile(path: path), to: nil)
            }
            // The others had a key here, too, and are not said to have none.
            #expect(
                failure?.lines.map(\.result)
                    == [UnlockFailure.Result](repeating: .notThisKey, count: 4)
                    + [UnlockFailure.Result](repeating: .limitReached, count: 3))
        }
        let found = try drill(container, keys)
        #expect(found.map(\.opened) == [Bool](repeating: false, count: 6) + [true])
        #expect(found.prefix(6).allSatisfy { $0.result == .notThisKey })
    }

    @Test("A drill keeps to the type that alone may open it")
    func requiredType() throws {
        let (file, service) = (
            try TestKeys.file("a"), FakeKeyService(arn: "arn:aws:kms:r:1:key/1")
        )
        let container = try Container([1], to: [file, service])
        var options = DecryptionOptions()
        options.requiredRecipientType = "aws-kms"
        try Scratch.withFile(container.bytes) { path in
            let lines = try KeyDrill(keys: [file, service], options: options)
                .run(InputFile(path: path)).lines
            #expect(lines.map(\.isOpened) == [false, true])
            #expect(lines[0].recipient.result == .typeNotAccepted)
        }
    }

    @Test("The data is verified as well, and nothing is a drill where nobody opens it")
    func data() throws {
        let a = try TestKeys.file("a")
        var container = try Container(Bytes.noise(9000), to: [a])
        let b = try TestKeys.file("b")
        #expect(throws: UnlockFailure.self) { try drill(container, [b]) }
        let place = container.frames[1].lowerBound + 9
        container.bytes[place] ^= 1
        #expect(throws: ContainerError.notAuthentic(at: .chunk(1))) { try drill(container, [a]) }
    }

    @Test("A drill opens a container whose header was left half-written")
    func halfWritten() throws {
        let a = try TestKeys.file("a")
        let container = try Container(Bytes.noise(9000), to: [a])
        var torn = container.header
        torn[100] ^= 1
        try Scratch.withFile(torn + container.payload) { path in
            let drill = KeyDrill(keys: [a], options: DecryptionOptions())
            #expect(throws: (any Error).self) { try drill.run(InputFile(path: path)) }
            try Scratch.write(container.header, to: path.appending(suffix: ".coffer-header"))
            #expect(try drill.run(InputFile(path: path)).lines.map(\.isOpened) == [true])
        }
    }

    @Test("Keys that take little are asked first, whatever the order of header and caller")
    func order() throws {
        let service = Interposed(FakeKeyService(arn: "arn:aws:kms:r:1:key/1"), effort: .remote)
        let file = Interposed(try TestKeys.file("a"))
        let phrase = Interposed(TestKeys.passphrase("p"), effort: .passphrase)
        let container = try Container([1, 2, 3], to: [phrase, service, file])
        _ = try container.decrypted(with: phrase, service, file)
        #expect([file.unwraps, service.unwraps, phrase.unwraps] == [1, 0, 0])
        _ = try container.decrypted(with: phrase, service)
        #expect([file.unwraps, service.unwraps, phrase.unwraps] == [1, 1, 0])
        // Among those that take the same the caller's order stands.
        let others = try ["x", "y"].map { Interposed(try TestKeys.file($0)) }
        let two = try Container([1], to: others)
        _ = try two.decrypted(with: others[1], others[0])
        #expect(others.map(\.unwraps) == [0, 1])
    }
}
