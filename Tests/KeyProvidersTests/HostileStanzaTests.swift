import ContainerFormat
import KMSTestSupport
import SecretMemory
import Testing

@testable import KeyProviders

/// Stanzas as somebody would write them who wants to waste memory or to look like a refusal.
@Suite struct HostileStanzaTests {
    private static let binding = WrapBinding(
        binder: [UInt8](repeating: 5, count: 32), context: .empty)

    private static func scrypt(_ log2N: UInt32, _ r: UInt32, _ p: UInt32) -> Stanza {
        var body: [UInt8] = [2]
        for number in [log2N, r, p] { body.append(bigEndian: number) }
        return Stanza(type: .passphrase, keyID: [], body: body + [UInt8](repeating: 0, count: 80))
    }

    @Test(
        "R16: what r and p take beside N is within the cap too",
        arguments: [
            (1, 1024, 16, true), (1, 1025, 1, false), (1, 1 << 22, 1, false),
            (20, 8, 16, true), (21, 8, 1, false),
        ] as [(UInt32, UInt32, UInt32, Bool)])
    func scryptCost(log2N: UInt32, r: UInt32, p: UInt32, isAllowed: Bool) {
        let passphrase = Passphrase(SecretBytes(randomByteCount: 8))
        switch passphrase.match(Self.scrypt(log2N, r, p)) {
        case .yesWithKeyDerivation: #expect(isAllowed)
        case .overCost: #expect(!isAllowed)
        case .yes, .no, .unknown:
            Issue.record("a passphrase stanza is either derived or over the cap")
        }
    }

    @Test(
        "What no key service could have written does not open, and is no refusal",
        arguments: [(36, 0), (36, 6145), (36, 30_000), (4000, 160), (36, 160)])
    func invalidForTheService(keyIDByteCount: Int, bodyByteCount: Int) throws {
        let directory = TemporaryDirectory()
        let service = try EmbeddedKeyService.create(
            in: directory.path(of: "keystore"), rootPassphrase: nil)
        let key = KeyServiceKey(anyKeyOf: { service })
        let prefix = "arn:aws:kms:coffer-local-1:000000000000:key/"
        let stanza = Stanza(
            type: .awsKMS,
            keyID: Array(prefix.utf8)
                + [UInt8](repeating: UInt8(ascii: "a"), count: keyIDByteCount),
            body: [UInt8](repeating: 7, count: bodyByteCount))
        let error = #expect(throws: KeyProviderError.self) {
            _ = try key.unwrap(stanza, Self.binding)
        }
        // An id that is none is a key that is not here.
        #expect(error == .notOpened || error == .noSuchKey)
    }
}
