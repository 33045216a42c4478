import ContainerFormat
import FileIO
import FrameSealing
import OpenSSLCrypto
import SecretMemory
import Testing

@testable import Envelope
@testable import KeyProviders

/// The encrypt direction of the vectors: with file key, salt and s16 given, the bytes are fixed.
@Suite struct KnownAnswerTests {
    private static let vectorNames: [String] = VectorFolder.names.filter { name in
        (try? Vector(name))?.one("fk") != nil
    }

    @Test("There are known answers: V-01, V-02 and V-03")
    func thereAreSome() { #expect(Self.vectorNames.count >= 3) }

    @Test(
        "R39: a known answer is encrypted byte for byte, from files and pipes, to files and pipes, by both ciphers",
        arguments: vectorNames, Decoder.all)
    func encrypts(name: String, how: Decoder) throws {
        let vector = try Vector(name)
        let container = try vector.container()
        let fields = try #require(vector.one("keyfile")).split(separator: " ")
        let key = FixedSaltKeyFile(
            keyID: Array(fields[0].utf8), key: Bytes.hex(fields[1]),
            salt: Bytes.hex(try #require(vector.one("s16"))))

        var plaintext: [UInt8] = []
        let decrypted = try Container(container).decrypted(with: key)
        plaintext = decrypted.bytes
        var options = EncryptionOptions()
        options.compression = .none
        options.chunkSizeExponent = 12
        options.context = decrypted.context
        options.workerCount = how.workers
        options.engine = how.engine
        options.leavesRoomInHeader = false
        let preamble = Preamble(
            chunkSizeExponent: 12, flags: [], salt: Bytes.hex(try #require(vector.one("salt"))))

        let encryption = Encryption(recipients: [key], options: options)
        let fileKey = Bytes.hex(try #require(vector.one("fk")))
        let piped = try Decoder.releasing { output in
            _ = try how.withInput(plaintext) { input in
                try encryption.run(
                    input, to: output, preamble: preamble, fileKey: Bytes.fileKey(fileKey),
                    progress: Progress())
            }
        }
        #expect(
            piped == Outcome(code: "ok", count: container.count, sha256: Bytes.sha256(container)))

        try Scratch.withFolder { folder in
            let path = folder.appending(component: "out")
            let output = try OutputFile(path: path, replacing: false)
            let summary = try how.withInput(plaintext) { input in
                try encryption.run(
                    input, to: output, preamble: preamble, fileKey: Bytes.fileKey(fileKey),
                    progress: Progress())
            }
            try output.commit()
            #expect(try Scratch.read(path) == container)
            #expect(summary.containerByteCount == UInt64(container.count))
            #expect(summary.plaintextByteCount == UInt64(plaintext.count))
        }
    }

    @Test("The keys of section 17 come out of file key, salt and context")
    func keySchedule() throws {
        let preamble = Preamble(
            chunkSizeExponent: 12, flags: [], salt: (0x20...0x3f).map { UInt8($0) })
        let context = try #require(ContainerContext([("purpose", "kat")]))
        let binding = try KeyBinding(preamble: preamble, context: context)
        #expect(
            Bytes.hexText(binding.wrapBinder)
                == "7ee6a40568e6127b4c1f504b757f540cd2ce8748d67b21a80f17a08220953f9e")
        let fileKey = Bytes.fileKey((0..<32).map { UInt8($0) })
        let keys = try binding.keys(from: fileKey)
        #expect(
            Bytes.hexText(keys.publishedCommitment)
                == "781d4e8ac02e096503d8a71ee71c9c718f2d809e8f811d1f6b18d476e0946aed")
        let expected = [
            "12fca7929e11c16e90dadf92f62acb1295bc3affe29ee2debc45037c9c7a592b",
            "68b968bac13dc060af2ef40f0ac16ce9a52a83fc6e390e03e73b082816a094d4",
        ]
        keys.header.bytes.withBytes { header in
            keys.payload.bytes.withBytes { payload in
                for (span, digits) in [(0, expected[0]), (1, expected[1])] {
                    let wanted = Bytes.hex(digits)
                    let bytes = span == 0 ? header : payload
                    #expect(unsafe ConstantTime.equal(bytes, wanted.span.bytes))
                }
            }
        }
    }
}

/// A key file whose seals have the salt of the known answers.
private final class FixedSaltKeyFile: KeyProvider {
    let stanzaType = StanzaType.keyFile
    let name = "k1"
    private let keyID: [UInt8]
    private let key: [UInt8]
    private let salt: [UInt8]
    private let keyFile: KeyFile?

    init(keyID: [UInt8], key: [UInt8], salt: [UInt8]) {
        self.keyID = keyID
        self.key = key
        self.salt = salt
        keyFile = try? KeyFile(name: "k1", key: Bytes.wrappingKey(key), keyID: keyID)
    }

    func makeFileKey(_: WrapBinding) -> GeneratedFileKey? { nil }

    func wrap(
        _ fileKey: borrowing FileKey, _ binding: WrapBinding
    ) throws(KeyProviderError) -> Stanza {
        let key = key
        do throws(CryptoError) {
            let body = try fileKey.bytes.withBytes { secret throws(CryptoError) in
                unsafe try StanzaSeal.seal(
                    secret, under: key.span.bytes, label: Label.keyFileSeal,
                    binder: binding.binder, salt: salt)
            }
            return Stanza(type: .keyFile, keyID: keyID, body: body)
        } catch { throw KeyProviderError(error) }
    }

    func match(_ stanza: Stanza) -> StanzaMatch { keyFile?.match(stanza) ?? .no }

    func unwrap(
        _ stanza: Stanza, _ binding: WrapBinding
    ) throws(KeyProviderError) -> SecretBytes {
        guard let keyFile else { throw .notOpened }
        return try keyFile.unwrap(stanza, binding)
    }
}
