import Dispatch
import FileIO
import KeyProviders
import SecretMemory
import TestSupport
import Testing

@testable import Envelope

/// A plaintext that is a key itself, such as a keystore's backup: where it stands while it passes.
@Suite(.serialized) final class SecretPlaintextTests {
    /// More than a pipe holds, so that whoever writes it waits.
    private static let blockCount = 40
    private static let blockByteCount = 1 << 16

    /// The mark of one test, in secret memory alone.
    private let mark = SecretBytes(randomByteCount: 64)
    private let key: KeyFile

    init() throws { key = try TestKeys.file("a") }

    /// A chunk of the plaintext, with the mark at its beginning.
    private var block: SecretBytes {
        SecretBytes(byteCount: Self.blockByteCount) { output in
            mark.withBytes { mark in
                for offset in 0..<mark.byteCount {
                    output.storeBytes(
                        of: unsafe mark.unsafeLoad(fromByteOffset: offset, as: UInt8.self),
                        toByteOffset: offset, as: UInt8.self)
                }
            }
        }
    }

    /// Whether each place where the mark stands is locked away, once they are as `awaited`, or as they
    /// are after a minute.
    private func placesAreSecret(_ awaited: ([Bool]) -> Bool) -> [Bool] {
        let memory = ProcessMemory()
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            let places = mark.withBytes { memory.addresses(of: $0) }
                .map { ProcessMemory.flags(of: $0).isSuperset(of: ["dd", "wf"]) }
            if awaited(places) || ContinuousClock.now > deadline { return places }
        }
    }

    /// Nil if the mark stands in fewer places after a minute.
    private func areSecret(least: Int) -> Bool? {
        let places = placesAreSecret { $0.count >= least }
        return places.count < least ? nil : !places.contains(false)
    }

    /// In a function of its own, so that nobody else holds the writer: letting go of it is the end.
    private static func pipe(_ read: (InputFile) -> Void) throws -> OutputFile {
        let (reader, writer) = try Pipe.make()
        read(reader)
        return writer
    }

    private func encrypt(
        to output: OutputFile, _ options: EncryptionOptions,
        meanwhile: () -> Void = {}
    ) throws {
        let (group, recipients) = (DispatchGroup(), [key])
        var writer: OutputFile? = try Self.pipe { reader in
            DispatchQueue(label: "encrypt").async(group: group) {
                #expect(throws: Never.self) {
                    try Encryption(recipients: recipients, options: options)
                        .run(reader, to: output)
                }
            }
        }
        try block.withBytes { try writer?.write($0.extracting(0..<1000)) }
        meanwhile()
        try block.withBytes { try writer?.write($0.extracting(1000..<$0.byteCount)) }
        for _ in 1..<Self.blockCount { try block.withBytes { try writer?.write($0) } }
        writer = nil
        group.wait()
        try output.commit()
    }

    @Test(
        "While it is sealed it stands in secret memory alone, and nowhere after",
        .timeLimit(.minutes(3)))
    func sealing() throws {
        try Scratch.withFolder { folder in
            let output = try OutputFile(
                path: folder.appending(component: "out"), replacing: false)
            try encrypt(to: output, .forSecrets) {
                #expect(areSecret(least: 2) == true)
            }
            #expect(placesAreSecret { !$0.isEmpty } == [true])
        }
    }

    @Test("Another plaintext does not, so the search finds what there is", .timeLimit(.minutes(3)))
    func control() throws {
        try Scratch.withFolder { folder in
            let output = try OutputFile(
                path: folder.appending(component: "out"), replacing: false)
            try encrypt(to: output, EncryptionOptions()) {
                #expect(placesAreSecret { $0.contains(false) }.contains(false))
            }
        }
    }

    @Test(
        "While it is opened it stands in secret memory alone, and nowhere after",
        .timeLimit(.minutes(3)))
    func opening() throws {
        try Scratch.withFolder { folder in
            let path = folder.appending(component: "out")
            try encrypt(to: try OutputFile(path: path, replacing: false), .forSecrets)
            let (reader, writer) = try Pipe.make()
            let (group, keys) = (DispatchGroup(), [key])
            DispatchQueue(label: "decrypt").async(group: group) { [writer] in
                #expect(throws: Never.self) {
                    try Decryption(keys: keys, options: .forSecrets)
                        .run(InputFile(path: path), to: writer)
                }
            }
            // It waits, with one chunk opened, for somebody to read.
            #expect(areSecret(least: 2) == true)
            var count = 0
            while count < Self.blockCount * Self.blockByteCount {
                let taken = try SecretBytes(byteCount: Self.blockByteCount) { output in
                    count += try reader.read(into: &output)
                }
                _ = taken.byteCount
            }
            group.wait()
            #expect(placesAreSecret { !$0.isEmpty } == [true])
        }
    }
}
