import Coffer
import Foundation
import Testing

/// The library as its users see it: no `package` access here.
@Suite("The public library")
struct ExampleTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("coffer-example-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data((0..<32).map { UInt8($0) }).write(to: folder.appendingPathComponent("key"))
        try Data("hello".utf8).write(to: folder.appendingPathComponent("letter"))
    }

    private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    private func passphrase(_ text: String) throws -> ContainerKey {
        try Data(text.utf8).write(to: folder.appendingPathComponent("passphrase"))
        return try ContainerKey.passphrase(inFileAtPath: path("passphrase"))
    }

    private func removeFolder() { try? FileManager.default.removeItem(at: folder) }

    @Test("A file goes into a container and comes back")
    func example() throws {
        defer { removeFolder() }
        let key = try ContainerKey.keyFile(atPath: path("key"))

        var encryptor = Encryptor(keys: [key])
        encryptor.context = ["tenant": "blue"]
        try encryptor.encrypt(
            .file(path: path("letter")), to: .file(path: path("letter.coffer")))

        var decryptor = Decryptor(keys: [key])
        decryptor.requiredContext = ["tenant": "blue"]
        try decryptor.verify(.file(path: path("letter.coffer")))
        try decryptor.decrypt(
            .file(path: path("letter.coffer")), to: .file(path: path("restored")))

        #expect(try Data(contentsOf: URL(fileURLWithPath: path("restored"))) == Data("hello".utf8))
    }

    @Test("A stream goes through descriptors")
    func descriptors() throws {
        defer { removeFolder() }
        let key = try ContainerKey.keyFile(atPath: path("key"), name: "mine")
        let pipe = Pipe()
        try pipe.fileHandleForWriting.write(contentsOf: Data("streamed".utf8))
        try pipe.fileHandleForWriting.close()
        try Encryptor(keys: [key]).encrypt(
            .descriptor(pipe.fileHandleForReading.fileDescriptor),
            to: .file(path: path("stream.coffer")))
        let back = Pipe()
        try Decryptor(keys: [key]).decrypt(
            .file(path: path("stream.coffer")),
            to: .descriptor(back.fileHandleForWriting.fileDescriptor))
        try back.fileHandleForWriting.close()
        #expect(try back.fileHandleForReading.readToEnd() == Data("streamed".utf8))
    }

    @Test("A key of the embedded key service opens what it sealed, and no other does")
    func embedded() throws {
        defer { removeFolder() }
        #expect(throws: ContainerFailure.self) {
            try ContainerKey.embedded(keystore: path("keystore"))
        }
        try Keystore.create(atPath: path("keystore"))
        try Keystore.create(atPath: path("another"))
        let key = try ContainerKey.embedded(keystore: path("keystore"))
        let other = try ContainerKey.embedded(keystore: path("another"))
        let sealed = ContainerStream.file(path: path("letter.coffer"))
        try Encryptor(keys: [key]).encrypt(.file(path: path("letter")), to: sealed)
        #expect(try Decryptor(keys: [key]).verify(sealed) == 5)
        #expect(throws: ContainerFailure.self) { try Decryptor(keys: [other]).verify(sealed) }
    }

    @Test("A recovery recipient encrypts, and the file with its secret opens")
    func recovery() throws {
        defer { removeFolder() }
        let recipient = try Keystore.makeRecoveryKey(atPath: path("sheet"))
        let sealed = ContainerStream.file(path: path("letter.coffer"))
        let publicHalf = try ContainerKey.recovery(recipient: recipient)
        try Encryptor(keys: [publicHalf]).encrypt(.file(path: path("letter")), to: sealed)
        #expect(throws: ContainerFailure.self) { try Decryptor(keys: [publicHalf]).verify(sealed) }
        let secretHalf = try ContainerKey.recovery(fileAtPath: path("sheet"))
        #expect(try Decryptor(keys: [secretHalf]).verify(sealed) == 5)
        #expect(throws: ContainerFailure.self) {
            try ContainerKey.recovery(recipient: String(recipient.dropLast()))
        }
        #expect(throws: ContainerFailure.self) {
            try ContainerKey.recovery(fileAtPath: path("letter"))
        }
    }

    @Test("Two of three open what a group sealed, and one does not")
    func group() throws {
        defer { removeFolder() }
        let keys = try (1...3).map { number in
            try Data(repeating: UInt8(number), count: 32)
                .write(to: folder.appendingPathComponent("key\(number)"))
            return try ContainerKey.keyFile(atPath: path("key\(number)"))
        }
        let group = try ContainerKey.group(needed: 2, of: keys)
        let sealed = ContainerStream.file(path: path("letter.coffer"))
        try Encryptor(keys: [group]).encrypt(.file(path: path("letter")), to: sealed)
        for opening in [[group], [keys[0], keys[2]], [keys[2], keys[1]]] {
            #expect(try Decryptor(keys: opening).verify(sealed) == 5)
        }
        for key in keys {
            #expect(throws: ContainerFailure.self) { try Decryptor(keys: [key]).verify(sealed) }
        }
        for needed in [1, 4] {
            #expect(throws: ContainerFailure.self) {
                try ContainerKey.group(needed: needed, of: keys)
            }
        }
        let mixed = try [keys[0], passphrase("correct horse")]
        #expect(throws: ContainerFailure.self) {
            try ContainerKey.group(needed: 2, of: mixed)
        }
        #expect(throws: ContainerFailure.self) {
            try ContainerKey.group(needed: 2, of: [group, keys[0]])
        }
    }

    @Test("What fails says why and leaves no file")
    func failures() throws {
        defer { removeFolder() }
        let key = try ContainerKey.keyFile(atPath: path("key"))
        let other = try passphrase("another")
        let sealed = ContainerStream.file(path: path("letter.coffer"))
        try Encryptor(keys: [key]).encrypt(.file(path: path("letter")), to: sealed)

        func kind(_ decryptor: Decryptor, _ source: ContainerStream) -> ContainerFailure.Kind? {
            do throws(ContainerFailure) {
                try decryptor.decrypt(source, to: .file(path: path("out")))
                return nil
            } catch { return error.kind }
        }
        #expect(kind(Decryptor(keys: [other]), sealed) == .noKey)
        var demanding = Decryptor(keys: [key])
        demanding.requiredContext = ["tenant": "blue"]
        #expect(kind(demanding, sealed) == .refused)
        #expect(kind(Decryptor(keys: [key]), .file(path: path("letter"))) == .notSupported)
        let whole = try Data(contentsOf: URL(fileURLWithPath: path("letter.coffer")))
        try whole.dropLast(10).write(to: URL(fileURLWithPath: path("cut")))
        #expect(kind(Decryptor(keys: [key]), .file(path: path("cut"))) == .damaged)
        #expect(kind(Decryptor(keys: [key]), .file(path: path("nothing"))) == .file)
        #expect(!FileManager.default.fileExists(atPath: path("out")))
    }
}
