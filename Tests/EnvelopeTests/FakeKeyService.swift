import ContainerFormat
import KeyProviders
import SecretMemory
import Synchronization

/// A key service that knows some ciphertexts, as the vectors' `kms` lines describe it: it decrypts
/// only with the very encryption context, and counts what it was asked.
final class FakeKeyService: KeyProvider {
    struct Entry: Sendable {
        let blob: [UInt8]
        let plaintext: [UInt8]
        let context: EncryptionContext
    }

    /// By bytes: Swift's strings would take two spellings of one character for the same.
    typealias EncryptionContext = [[UInt8]: [UInt8]]

    let stanzaType = StanzaType.awsKMS
    let arn: String
    let entries: Mutex<[Entry]>
    let unwrapCount = Mutex(0)
    /// What every unwrap answers instead.
    private let failure: KeyProviderError?

    init(arn: String, entries: [Entry] = [], failure: KeyProviderError? = nil) {
        self.arn = arn
        self.entries = Mutex(entries)
        self.failure = failure
    }

    var name: String { arn }

    func makeFileKey(_: WrapBinding) -> GeneratedFileKey? { nil }

    /// The blob is a number: what it stands for is in the entries only.
    func wrap(
        _ fileKey: borrowing FileKey, _ binding: WrapBinding
    ) throws(KeyProviderError) -> Stanza {
        let plaintext = fileKey.bytes.withBytes { bytes in
            (0..<bytes.byteCount).map {
                unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self)
            }
        }
        let blob = SystemRandom.bytes(count: 24)
        let entry = Entry(blob: blob, plaintext: plaintext, context: Self.context(of: binding))
        entries.withLock { $0.append(entry) }
        return Stanza(type: .awsKMS, keyID: Array(arn.utf8), body: blob)
    }

    func match(_ stanza: Stanza) -> StanzaMatch {
        stanza.knownType == .awsKMS && Self.isSameKey(stanza.keyID, Array(arn.utf8)) ? .yes : .no
    }

    func unwrap(
        _ stanza: Stanza, _ binding: WrapBinding
    ) throws(KeyProviderError) -> SecretBytes {
        unwrapCount.withLock { $0 += 1 }
        if let failure { throw failure }
        let context = Self.context(of: binding)
        let entry = entries.withLock { entries in
            entries.first { $0.blob == stanza.body && $0.context == context }
        }
        guard let entry else { throw .notOpened }
        return unsafe SecretBytes(copying: entry.plaintext.span.bytes)
    }

    var callCount: Int { unwrapCount.withLock { $0 } }

    /// The encryption context of container-v1, 6.3: all pairs, and the binder in hex.
    private static func context(of binding: WrapBinding) -> EncryptionContext {
        var context: EncryptionContext = [:]
        for pair in binding.context.pairs { context[pair.key] = pair.value }
        context[Array("coffer:bind".utf8)] = Array(Bytes.hexText(binding.binder).utf8)
        return context
    }

    /// Byte for byte, or two multi-Region ARNs that differ in the Region only.
    private static func isSameKey(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        if left == right { return true }
        let left = left.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        let right = right.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        return left.count == 6 && right.count == 6 && left[5].starts(with: "key/mrk-".utf8)
            && left[0..<3].elementsEqual(right[0..<3]) && left[4...].elementsEqual(right[4...])
    }
}
