import ContainerFormat
import Crypto
import Foundation
import OpenSSLCrypto
import SecretMemory
import Testing

@testable import KeyProviders

@Suite struct RecoveryKeyTests {
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

    private static func identity(_ text: String) throws -> RecoveryIdentity {
        let bytes = Array(text.utf8)
        return unsafe try RecoveryIdentity(text: bytes.span.bytes)
    }

    private static func unwrapped(
        _ provider: any KeyProvider, _ stanza: Stanza, _ binding: WrapBinding = binding
    ) -> Result<[UInt8], KeyProviderError> {
        do throws(KeyProviderError) {
            return .success(copy(try provider.unwrap(stanza, binding)))
        } catch { return .failure(error) }
    }

    private static func isMatch(_ provider: any KeyProvider, _ stanza: Stanza) -> Bool {
        if case .yes = provider.match(stanza) { true } else { false }
    }

    @Test("age's example identity has age's example recipient (C2SP age, MLKEM768-X25519)")
    func knownIdentity() throws {
        let text = "AGE-SECRET-KEY-PQ-1XX76JRALNLXDMEW0CRK45QMCCH4X06SE84UN3VPM33W6HWDX0H3SK3ZQFR"
        let recipient = try Self.identity(text).recipient.text
        #expect(recipient.count == 1959)
        #expect(
            recipient.hasPrefix("age1pq1x34nzsvr0rxjsgdn8zgyhfe8j7ceq5r9rdelkjuh3y235jzxshfg87pz"))
        // The last six characters depend on all the others.
        #expect(recipient.hasSuffix("ze9pyyzk3tlhl53k2ykx3qheyty7saeq0d3fzv49zc0k"))
        #expect(try Self.identity(text.lowercased()).recipient.text == recipient)
        #expect(String(decoding: Self.copy(try Self.identity(text).text), as: UTF8.self) == text)
        #expect(try RecoveryRecipient(text: Array(recipient.utf8)).text == recipient)
    }

    @Test("What the public half wraps the secret half unwraps, under the same binder and untouched")
    func roundTrip() throws {
        let identity = try RecoveryIdentity.make()
        let key = RecoveryKey(identity)
        let fileKey = FileKey()
        let stanza = try RecoveryKey(identity.recipient).wrap(fileKey, Self.binding)
        #expect(stanza.type == "mlkem768x25519" && stanza.body.count == 1168)
        #expect(stanza.keyID == Array(SHA256.hash(data: identity.recipient.publicKey).prefix(4)))
        let wanted = Self.copy(fileKey.bytes)
        #expect(Self.unwrapped(key, stanza) == .success(wanted))
        #expect(Self.unwrapped(key, stanza, Self.otherBinding) == .failure(.notOpened))
        let other = RecoveryKey(try RecoveryIdentity.make())
        #expect(Self.unwrapped(other, stanza) == .failure(.notOpened))
        #expect(
            Self.unwrapped(RecoveryKey(identity.recipient), stanza) == .failure(.notOpened))
        for position in [0, 1, 500, 1087, 1088, 1119, 1120, 1151, 1152, 1167] {
            for bit: UInt8 in [1, 0x80] {
                var body = stanza.body
                body[position] ^= bit
                let changed = Stanza(type: .recovery, keyID: stanza.keyID, body: body)
                #expect(Self.unwrapped(key, changed) == .failure(.notOpened))
            }
        }
    }

    @Test("R34: two wraps of one key share nothing")
    func freshWraps() throws {
        let key = RecoveryKey(try RecoveryIdentity.make().recipient)
        let fileKey = FileKey()
        var seen: Set<[UInt8]> = []
        for _ in 0..<20 {
            let body = try key.wrap(fileKey, Self.binding).body
            for part in [body[..<1088], body[1088..<1120], body[1120...]] {
                #expect(seen.insert(Array(part)).inserted)
            }
        }
    }

    @Test("R12: a recovery key matches its own stanza's form and key-id, or an empty one")
    func matches() throws {
        let identity = try RecoveryIdentity.make()
        let (key, publicHalf) = (RecoveryKey(identity), RecoveryKey(identity.recipient))
        let good = try publicHalf.wrap(FileKey(), Self.binding)
        #expect(Self.isMatch(key, good) && Self.isMatch(publicHalf, good))
        let unnamed = Stanza(type: .recovery, keyID: [], body: good.body)
        #expect(Self.isMatch(key, unnamed) && !Self.isMatch(publicHalf, unnamed))
        for stanza in [
            Stanza(type: .recovery, keyID: Array(good.keyID.prefix(3)), body: good.body),
            Stanza(type: .recovery, keyID: [1, 2, 3, 4, 5], body: good.body),
            Stanza(type: .recovery, keyID: good.keyID, body: Array(good.body.dropLast())),
            Stanza(type: .recovery, keyID: good.keyID, body: good.body + [0]),
            Stanza(type: .recovery, keyID: [], body: []),
            Stanza(type: .keyFile, keyID: good.keyID, body: good.body),
        ] { #expect(!Self.isMatch(key, stanza)) }
    }

    @Test("A text of another length, kind or content is no recovery key, and the reason is given")
    func wrongTexts() throws {
        func recipient(_ text: String) -> RecoveryTextError? {
            do throws(RecoveryTextError) {
                _ = try RecoveryRecipient(text: Array(text.utf8))
                return nil
            } catch { return error }
        }
        func encoded(_ bytes: [UInt8], _ prefix: String) -> String {
            unsafe String(
                decoding: Self.copy(Bech32.encode(bytes.span.bytes, prefix: prefix)), as: UTF8.self)
        }
        let good = try RecoveryIdentity.make().recipient
        #expect(recipient(good.text) == nil && recipient(good.text.uppercased()) == nil)
        for count in [0, 32, 1215, 1217] {
            let bytes = Array((good.publicKey + [0]).prefix(count))
            #expect(recipient(encoded(bytes, "age1pq")) == .otherLength)
        }
        // 12-bit coefficients of 4095 are none of ML-KEM's.
        let impossible = [UInt8](repeating: 0xFF, count: 1216)
        #expect(recipient(encoded(impossible, "age1pq")) == .noPublicKey)
        #expect(recipient(encoded(good.publicKey, "age")) == .otherPrefix)
        for count in [0, 31, 33] {
            let text = encoded([UInt8](repeating: 1, count: count), "AGE-SECRET-KEY-PQ-")
            #expect(throws: RecoveryTextError.otherLength) { try Self.identity(text) }
        }
        #expect(throws: RecoveryTextError.otherPrefix) {
            try Self.identity(encoded([UInt8](repeating: 1, count: 32), "AGE-SECRET-KEY-"))
        }
    }

    @Test("The HPKE message is swift-crypto's, both ways")
    func oracle() throws {
        let seed = SystemRandom.bytes(count: 32)
        let suite = HPKE.Ciphersuite(
            kem: .XWingMLKEM768X25519, kdf: .HKDF_SHA256, aead: .AES_GCM_256)
        let info = Data("coffer/v1 mlkem768x25519".utf8) + [0] + Self.binding.binder
        let theirs = try XWingMLKEM768X25519.PrivateKey(
            seedRepresentation: Data(seed), publicKey: nil)
        let identity = try RecoveryIdentity(seed: Self.secret(seed))
        #expect(identity.recipient.publicKey == Array(theirs.publicKey.rawRepresentation))
        for _ in 0..<10 {
            let fileKey = FileKey()
            let wanted = Self.copy(fileKey.bytes)
            let ours = try RecoveryKey(identity.recipient).wrap(fileKey, Self.binding)
            var opener = try HPKE.Recipient(
                privateKey: theirs, ciphersuite: suite, info: info,
                encapsulatedKey: Data(ours.body.prefix(1120)))
            #expect(Array(try opener.open(Data(ours.body.dropFirst(1120)))) == wanted)
            var sealer = try HPKE.Sender(
                recipientKey: theirs.publicKey, ciphersuite: suite, info: info)
            let sealed = try sealer.seal(Data(wanted))
            let stanza = Stanza(
                type: .recovery, keyID: [], body: Array(sealer.encapsulatedKey + sealed))
            #expect(Self.unwrapped(RecoveryKey(identity), stanza) == .success(wanted))
        }
    }
}
