import ContainerFormat
import Foundation
import PKCS11Token
import SecretMemory
import Testing
import TokenBed
import TokenKeys

/// Wrapping by keys of SoftHSM2.
@Suite(.serialized) struct TokenKeyTests {
    private static let binder = [UInt8](repeating: 7, count: 32)

    private func token(_ label: String) throws -> Token { try Bed.token(label) }

    private func uri(_ token: Token, _ rest: String) throws -> TokenURI {
        try TokenURI("pkcs11:token=\(token.label)\(rest)")
    }

    @Test("A secret that an AES key wraps comes back, as RFC 3394 in 41 bytes")
    func keyWrap() throws {
        let token = try token(SoftToken.prepare(8))
        try token.withWritingSession { session throws(TokenError) in
            _ = try session.generateAESKey(label: "kek", id: [0x0a, 0xff])
        }
        let key = try TokenKey(token: token, uri: uri(token, ";object=kek"))
        #expect(key.keyID == Array("\(token.serial):0aff".utf8))
        let secret = SecretBytes(randomByteCount: 32)
        let body = try key.wrap(secret, binder: Self.binder)
        #expect(body.count == 41 && body[0] == 2)
        #expect(try Bed.bytes(key.unwrap(body, binder: Self.binder)) == Bed.bytes(secret))
    }

    @Test("What was changed, or wrapped under another key, does not come back")
    func changed() throws {
        let token = try token(SoftToken.prepare(9))
        try token.withWritingSession { session throws(TokenError) in
            _ = try session.generateAESKey(label: "one", id: [1])
            _ = try session.generateAESKey(label: "two", id: [2])
        }
        let one = try TokenKey(token: token, uri: uri(token, ";object=one"))
        let two = try TokenKey(token: token, uri: uri(token, ";object=two"))
        let body = try one.wrap(SecretBytes(randomByteCount: 32), binder: Self.binder)
        #expect(throws: TokenError.notAuthentic) { _ = try two.unwrap(body, binder: Self.binder) }
        for index in body.indices.dropFirst() {
            var changed = body
            changed[index] ^= 1
            #expect(throws: TokenError.notAuthentic, "byte \(index)") {
                _ = try one.unwrap(changed, binder: Self.binder)
            }
        }
        let others: [[UInt8]] = [
            [], [2], [9] + Array(body.dropFirst()), Array(body.dropLast()), body + [0],
        ]
        for wrong in others {
            #expect(throws: (any Error).self) { _ = try one.unwrap(wrong, binder: Self.binder) }
        }
        #expect(throws: Never.self) { _ = try one.unwrap(body, binder: Self.binder) }
    }

    @Test("Mechanism 3 binds the container: with another binder it does not open")
    func gcm() throws {
        let token = try token(SoftToken.prepare(10))
        try token.withWritingSession { session throws(TokenError) in
            _ = try session.generateAESKey(label: "kek", id: [1])
        }
        let secret = SecretBytes(randomByteCount: 32)
        let iv = SystemRandom.bytes(count: 12)
        let sealed = try token.withSession { session throws(TokenError) in
            try session.encrypt(
                secret.duplicate(), under: session.key(KeyQuery(kind: .aes, label: "kek", id: nil)),
                by: .gcm(iv: iv, associatedData: Self.binder))
        }
        #expect(sealed.count == 48)
        let key = try TokenKey(token: token, uri: uri(token, ";object=kek"))
        let body = [3] + iv + sealed
        #expect(try Bed.bytes(key.unwrap(body, binder: Self.binder)) == Bed.bytes(secret))
        #expect(throws: TokenError.notAuthentic) {
            _ = try key.unwrap(body, binder: [UInt8](repeating: 8, count: 32))
        }
        #expect(throws: TokenError.notAuthentic) {
            _ = try key.unwrap(Array(body.prefix(13)), binder: Self.binder)
        }
    }

    @Test("An RSA key of a token without SHA-256 wraps only where SHA-1 is allowed")
    func sha1() throws {
        let label = SoftToken.prepare(11)
        try SoftToken.tool(
            label, ["--keypairgen", "--key-type", "rsa:2048", "--label", "rsa", "--id", "05"])
        let token = try token(label)
        let strict = try TokenKey(token: token, uri: uri(token, ";object=rsa"))
        #expect(throws: TokenError.noUsableMechanism(code: 7)) {
            _ = try strict.wrap(SecretBytes(randomByteCount: 32), binder: Self.binder)
        }
        let lax = try TokenKey(token: token, uri: uri(token, ";object=rsa"), allowsSHA1: true)
        let secret = SecretBytes(randomByteCount: 32)
        let body = try lax.wrap(secret, binder: Self.binder)
        #expect(body.count == 257 && body[0] == 5)
        #expect(try Bed.bytes(lax.unwrap(body, binder: Self.binder)) == Bed.bytes(secret))
        #expect(throws: TokenError.mechanismNotAllowed) {
            _ = try strict.unwrap(body, binder: Self.binder)
        }
    }

    @Test("A key without CKA_ID is refused: no container could name it")
    func noID() throws {
        let token = try token(SoftToken.prepare(12))
        try token.withWritingSession { session throws(TokenError) in
            _ = try session.generateAESKey(label: "kek", id: [])
        }
        #expect(throws: TokenError.keyHasNoID) {
            _ = try TokenKey(token: token, uri: uri(token, ";object=kek"))
        }
        #expect(throws: TokenError.keyNotFound) {
            _ = try TokenKey(token: token, uri: uri(token, ";object=elsewhere"))
        }
    }
}
