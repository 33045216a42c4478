import ContainerFormat
import Envelope
import FileIO
import Foundation
import FrameSealing
import KeyProviders
import OpenSSLCrypto
import Synchronization
import Testing

/// Both implementations read what the other wrote, and judge damage alike.
@Suite(.serialized, .enabled(if: Python.isThere, Comment(rawValue: Python.missing)))
struct InteropTests {
    /// One way to encrypt, for both encoders.
    struct Case: Sendable {
        var size = 0
        var isCompressed = false
        var padding: Padding?
        var hasMetadata = false
        var hasContext = false
        var isArmored = false
        var isPassphrase = false
        var isRecovery = false

        var plaintext: [UInt8] {
            isArmored != isCompressed ? Bytes.text(size) : Bytes.noise(size, seed: UInt64(size))
        }

        var context: ContainerContext {
            hasContext
                ? ContainerContext([("tenant", "ä\n"), ("empty", "")]) ?? .empty : .empty
        }
    }

    private static let chunk = 4096
    static let cases: [Case] = {
        var cases: [Case] = []
        for size in [0, 1, chunk - 1, chunk, chunk + 1, 2 * chunk, 3 * chunk + 17] {
            for padding in [nil, Padding.padme, .multiple(of: 512)] {
                for bits in 0..<16 {
                    cases.append(
                        Case(
                            size: size, isCompressed: bits & 1 != 0, padding: padding,
                            hasMetadata: bits & 2 != 0, hasContext: bits & 4 != 0,
                            isArmored: bits & 8 != 0))
                }
            }
        }
        // At the real cost of a passphrase, so few of them.
        cases.append(Case(size: 1, isPassphrase: true))
        cases.append(
            Case(size: 3 * chunk + 17, isCompressed: true, hasContext: true, isPassphrase: true))
        for size in [0, chunk + 1] {
            cases.append(Case(size: size, hasContext: size > 0, isRecovery: true))
        }
        return cases
    }()

    /// age's example.
    private static let identity =
        "AGE-SECRET-KEY-PQ-1XX76JRALNLXDMEW0CRK45QMCCH4X06SE84UN3VPM33W6HWDX0H3SK3ZQFR"

    private static func recovery() throws -> RecoveryIdentity {
        let text = Array(identity.utf8)
        return unsafe try RecoveryIdentity(text: text.span.bytes)
    }

    private static let passphrase = "correct horse bättery"

    private static func provider(_ one: Case) throws -> any KeyProvider {
        if one.isRecovery { return RecoveryKey(try recovery()) }
        return one.isPassphrase
            ? Passphrase(Bytes.secret(Array(passphrase.utf8))) : try TestKeys.file("a")
    }

    /// The reference's own command line, once for all jobs: each line is its arguments.
    private static let runner = """
        import json
        import coffer_reference as coffer
        for line in sys.stdin:
            args = coffer.build_parser().parse_args(json.loads(line))
            try:
                args.run(args)
                print("ok")
            except coffer.CofferError as error:
                print(error.code)
        """

    private func keyArguments(
        _ one: Case, _ folder: FilePath, recovery: String
    ) -> [String] {
        if one.isRecovery {
            return ["--recovery", folder.appending(component: recovery).displayText]
        }
        return one.isPassphrase
            ? ["--passphrase-file", folder.appending(component: "pass").displayText]
            : ["--keyfile", folder.appending(component: "key").displayText + "#a"]
    }

    private func writeKeys(_ folder: FilePath) throws {
        try Scratch.write(TestKeys.bytes("a"), to: folder.appending(component: "key"))
        try Scratch.write(
            Array("# age's\n\n\(Self.identity)\n".utf8), to: folder.appending(component: "secret"))
        try Scratch.write(
            Array((try Self.recovery().recipient.text + "\n").utf8),
            to: folder.appending(component: "public"))
        try Scratch.write(
            Array((Self.passphrase + "\r\n").utf8), to: folder.appending(component: "pass"))
    }

    private func line(_ arguments: [String]) throws -> String {
        String(decoding: try JSONSerialization.data(withJSONObject: arguments), as: UTF8.self)
    }

    @Test("R33, R39: Python opens what Swift wrote")
    func swiftToPython() throws {
        try Scratch.withFolder { folder in
            try writeKeys(folder)
            var jobs: [String] = []
            for (number, one) in Self.cases.enumerated() {
                let container = try Container(one.plaintext, to: [Self.provider(one)]) {
                    $0.compression = one.isCompressed ? .automatic : .none
                    $0.padding = one.padding
                    $0.context = one.context
                    $0.armor = one.isArmored
                    if one.hasMetadata {
                        $0.metadata = Metadata()
                        $0.metadata?.name = Array("näme".utf8)
                        $0.metadata?.modificationTime = -1
                    }
                }
                let path = folder.appending(component: "\(number).coffer")
                try Scratch.write(container.bytes, to: path)
                let context = one.hasContext ? ["-c", "tenant=ä\n", "-c", "empty="] : []
                jobs.append(
                    try line(
                        ["decrypt"] + keyArguments(one, folder, recovery: "secret") + context + [
                            path.displayText,
                            folder.appending(component: "\(number).out").displayText,
                        ]))
            }
            let answers = try Python.lines(Self.runner, input: jobs)
            #expect(answers.count == Self.cases.count)
            for (number, one) in Self.cases.enumerated() {
                #expect(answers[number] == "ok", "\(one)")
                let plaintext = try Scratch.read(folder.appending(component: "\(number).out"))
                #expect(plaintext == one.plaintext, "\(one)")
            }
        }
    }

    @Test("R39: Python opens each container of a batch that Swift made, by the batch's key")
    func batchToPython() throws {
        let service = FakeKeyService(arn: "arn:aws:kms:eu-west-1:111122223333:key/one")
        let recipient = try #require(BatchRecipient(service, fileLimit: 3))
        let context = try #require(ContainerContext([("tenant", "ä\n"), ("empty", "")]))
        try Scratch.withFolder { folder in
            var jobs: [String] = []
            let keys = folder.appending(component: "kms")
            for number in 0..<5 {
                let container = try Container(Bytes.text(number * 3000), to: [recipient]) {
                    $0.context = context
                }
                let path = folder.appending(component: "\(number).coffer")
                try Scratch.write(container.bytes, to: path)
                jobs.append(
                    try line([
                        "decrypt", "--kms-map", keys.displayText, path.displayText,
                        folder.appending(component: "\(number).out").displayText,
                    ]))
            }
            try Scratch.write(Array(try kmsMap(service).utf8), to: keys)
            #expect(service.entries.withLock { $0.count } == 2)
            #expect(
                try Python.lines(Self.runner, input: jobs) == Array(repeating: "ok", count: 5))
            for number in 0..<5 {
                let plaintext = try Scratch.read(folder.appending(component: "\(number).out"))
                #expect(plaintext == Bytes.text(number * 3000))
            }
        }
    }

    /// What the reference's stand-in for a key service knows.
    private func kmsMap(_ service: FakeKeyService) throws -> String {
        func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
        var blobs: [String: Any] = [:]
        for entry in service.entries.withLock({ $0 }) {
            blobs[Bytes.hexText(entry.blob)] = [
                "plaintext": Bytes.hexText(entry.plaintext),
                "context": Dictionary(
                    uniqueKeysWithValues: entry.context.map { (text($0.key), text($0.value)) }),
            ]
        }
        let map = [service.arn: ["blobs": blobs]]
        return String(decoding: try JSONSerialization.data(withJSONObject: map), as: UTF8.self)
    }

    @Test("R33, R39: Swift opens what Python wrote")
    func pythonToSwift() throws {
        try Scratch.withFolder { folder in
            try writeKeys(folder)
            var jobs: [String] = []
            for (number, one) in Self.cases.enumerated() {
                let path = folder.appending(component: "\(number).in")
                try Scratch.write(one.plaintext, to: path)
                var arguments =
                    ["encrypt", "--chunk-log2", "12"]
                    + keyArguments(one, folder, recovery: "public")
                arguments += ["--compress", one.isCompressed ? "3" : "none"]
                switch one.padding {
                case .padme: arguments += ["--pad", "padme"]
                case .multiple(let size): arguments += ["--pad", "\(size)"]
                case nil: break
                }
                if one.hasMetadata { arguments += ["--meta-name", "näme"] }
                if one.hasContext { arguments += ["-c", "tenant=ä\n", "-c", "empty="] }
                if one.isArmored { arguments.append("--armor") }
                let container = folder.appending(component: "\(number).coffer")
                jobs.append(try line(arguments + [path.displayText, container.displayText]))
            }
            let answers = try Python.lines(Self.runner, input: jobs)
            #expect(answers == [String](repeating: "ok", count: Self.cases.count))
            for (number, one) in Self.cases.enumerated() {
                let bytes = try Scratch.read(folder.appending(component: "\(number).coffer"))
                var options = DecryptionOptions()
                options.requiredContext = one.context
                let decoder = Decoder.all[number % Decoder.all.count]
                let (outcome, summary) = try decoder.decrypt(
                    bytes, [Self.provider(one)], options: options)
                let expected = Outcome(
                    code: "ok", count: one.size, sha256: Bytes.sha256(one.plaintext))
                #expect(outcome == expected, "\(one)")
                #expect(summary?.metadata?.name == (one.hasMetadata ? Array("näme".utf8) : nil))
            }
        }
    }

    /// The mutator of `differential.py`, with what the reference makes of each container.
    private static let mutator = """
        import random, hashlib, io
        import coffer_reference as coffer, differential
        from pathlib import Path
        local = coffer.LocalKeys([(b"k1", bytes(range(0x40, 0x60)))])
        folder, count, seed = sys.stdin.readline().split()
        source = differential.containers(random.Random(int(seed)), local)
        for number in range(int(count)):
            container = next(source)
            Path(folder, str(number)).write_bytes(container)
            code, plaintext = differential.by_reference(local, container)
            pieces = []
            if container.startswith(coffer.ARMOR_BEGIN[:3]):
                range_code = "-"
            else:
                try:
                    coffer.RangeReader(io.BytesIO(container), local, coffer.Requirements()).read(
                        0, 1 << 62, pieces.append)
                    range_code = "ok"
                except coffer.CofferError as error:
                    range_code = error.code
            print(code, len(plaintext), hashlib.sha256(plaintext).hexdigest(), range_code,
                  hashlib.sha256(b"".join(pieces)).hexdigest())
        """

    @Test(
        "R29, R39: both decoders give one answer to containers changed by outsiders and senders",
        arguments: [1, 2, 3])
    func differential(seed: Int) throws {
        let key = try KeyFile(
            name: "k1", key: Bytes.wrappingKey((0x40..<0x60).map { UInt8($0) }),
            keyID: Array("k1".utf8))
        try Scratch.withFolder { folder in
            let answers = try Python.lines(
                Self.mutator, input: ["\(folder.displayText) 500 \(seed)"])
            #expect(answers.count == 500)
            for (number, answer) in answers.enumerated() {
                let words = answer.split(separator: " ").map(String.init)
                let path = folder.appending(component: "\(number)")
                let bytes = try Scratch.read(path)
                let expected = Outcome(
                    code: words[0], count: try #require(Int(words[1])), sha256: words[2])
                let decoder = Decoder.all[number % Decoder.all.count]
                let outcome = try decoder.decrypt(bytes, [key]).outcome
                #expect(outcome == expected, "\(seed), \(number), \(decoder)")
                guard words[3] != "-" else { continue }
                let reader = RangeReader(keys: [key], options: DecryptionOptions())
                let range = try Decoder.releasing { output in
                    _ = try reader.run(InputFile(path: path), 0..<1 << 62, to: output)
                }
                #expect(
                    range.code == words[3] && range.sha256 == words[4], "range \(seed), \(number)")
            }
        }
    }
}
