import Foundation
import SecretMemory
import Testing

@testable import RemoteKeys

@Suite("Transit", .enabled(if: RealService.openBao != nil, Comment(rawValue: RealService.missing)))
struct TransitKeyTests {
    private let bao: OpenBao
    private let binder = [UInt8](0..<32)
    private var deadline: ContinuousClock.Instant { .now + .seconds(60) }

    init() throws { bao = try OpenBao.shared.get() }

    private func makeKey(_ name: String, _ parameters: String = "{\"type\":\"aes256-gcm96\"}")
        throws
    {
        guard try bao.root(.post, "transit/keys/\(name)", parameters).isSuccess else {
            throw Missing()
        }
    }

    private func bytes(_ text: SecretText) -> [UInt8] { (0..<text.count).map { text[$0] } }
    private func bytes(_ secret: borrowing SecretBytes) -> [UInt8] {
        bytes(SecretText(secret.duplicate()))
    }

    @Test(
        "A made and a wrapped key come back, and for another binder neither does",
        arguments: [
            "{\"type\":\"aes256-gcm96\"}", "{\"type\":\"aes128-gcm96\"}",
            "{\"type\":\"chacha20-poly1305\"}", "{\"type\":\"xchacha20-poly1305\"}",
            "{\"type\":\"aes256-gcm96\",\"derived\":true}",
        ])
    func roundTrip(parameters: String) throws {
        let name = "round-\(UUID().uuidString)"
        try makeKey(name, parameters)
        let key = try bao.key(name)
        let made = try key.makeKey(binder: binder, deadline: deadline)
        #expect(made.key.count == 32)
        #expect(
            bytes(try key.unwrap(made.wrap, binder: binder, deadline: deadline)) == bytes(made.key))
        let secret = SecretBytes(randomByteCount: 32)
        let wrap = try key.wrap(secret, binder: binder, deadline: deadline)
        #expect(wrap.keyVersion == 1)
        #expect(bytes(try key.unwrap(wrap, binder: binder, deadline: deadline)) == bytes(secret))
        var other = binder
        other[31] ^= 1
        for wrap in [made.wrap, wrap] {
            #expect(throws: VaultError.notAuthentic) {
                _ = try key.unwrap(wrap, binder: other, deadline: deadline)
            }
        }
    }

    @Test("A key of another name opens nothing of this one")
    func otherKey() throws {
        try makeKey("mine")
        try makeKey("theirs")
        let wrap = try bao.key("mine").makeKey(binder: binder, deadline: deadline).wrap
        #expect(throws: VaultError.notAuthentic) {
            _ = try bao.key("theirs").unwrap(wrap, binder: binder, deadline: deadline)
        }
    }

    @Test("The version of the key is told, and one that is not allowed any more says so")
    func versions() throws {
        try makeKey("versions")
        let key = try bao.key("versions")
        let first = try key.makeKey(binder: binder, deadline: deadline).wrap
        _ = try bao.root(.post, "transit/keys/versions/rotate", "{}")
        let second = try key.makeKey(binder: binder, deadline: deadline).wrap
        #expect(first.keyVersion == 1)
        #expect(second.keyVersion == 2)
        _ = try key.unwrap(first, binder: binder, deadline: deadline)
        _ = try bao.root(
            .post, "transit/keys/versions/config", "{\"min_decryption_version\":2}")
        #expect(throws: VaultError.versionTooOld) {
            _ = try key.unwrap(first, binder: binder, deadline: deadline)
        }
        _ = try key.unwrap(second, binder: binder, deadline: deadline)
    }

    @Test("Wrapping under an unknown name makes no key, whoever asks")
    func noKeyIsMade() throws {
        let secret = SecretBytes(randomByteCount: 32)
        let key = try bao.key("never-made")
        #expect(throws: VaultError.noSuchKey) {
            try key.wrap(secret, binder: binder, deadline: deadline)
        }
        #expect(throws: VaultError.noSuchKey) {
            try key.makeKey(binder: binder, deadline: deadline)
        }
        let token = try bao.token(
            "all-but-read",
            [
                ("transit/encrypt/never-made", "create\\\",\\\"update"),
                ("transit/decrypt/never-made", "update"),
                ("transit/datakey/plaintext/never-made", "update"),
            ])
        let blind = try bao.key("never-made", ["VAULT_TOKEN": token])
        #expect(throws: VaultError.noSuchKey) {
            try blind.wrap(secret, binder: binder, deadline: deadline)
        }
        #expect(try bao.root(.get, "transit/keys/never-made").status == 404)
    }

    @Test("A key whose description may not be read is tried, and wraps")
    func probe() throws {
        try makeKey("unread")
        let token = try bao.token(
            "unread",
            [
                ("transit/encrypt/unread", "update"), ("transit/decrypt/unread", "update"),
                ("transit/datakey/plaintext/unread", "update"),
            ])
        let key = try bao.key("unread", ["VAULT_TOKEN": token])
        let wrap = try key.wrap(
            SecretBytes(randomByteCount: 32), binder: binder, deadline: deadline)
        _ = try key.unwrap(wrap, binder: binder, deadline: deadline)
    }

    @Test("Where a key can be neither read nor tried, nothing is wrapped")
    func unknown() throws {
        try makeKey("opaque")
        let token = try bao.token(
            "opaque", [("transit/encrypt/opaque", "create\\\",\\\"update")])
        #expect(throws: VaultError.keyUnknown) {
            try bao.key("opaque", ["VAULT_TOKEN": token]).wrap(
                SecretBytes(randomByteCount: 32), binder: binder, deadline: deadline)
        }
    }

    @Test("A key that binds nothing is refused, read or tried")
    func notAEAD() throws {
        try makeKey("rsa", "{\"type\":\"rsa-2048\"}")
        #expect(throws: VaultError.notAEAD(type: "rsa-2048")) {
            try bao.key("rsa").makeKey(binder: binder, deadline: deadline)
        }
        let token = try bao.token(
            "rsa",
            [
                ("transit/encrypt/rsa", "update"), ("transit/decrypt/rsa", "update"),
                ("transit/datakey/plaintext/rsa", "update"),
            ])
        #expect(throws: VaultError.self) {
            try bao.key("rsa", ["VAULT_TOKEN": token]).makeKey(binder: binder, deadline: deadline)
        }
    }

    @Test("A token that may not, and one that is none, are denied")
    func denied() throws {
        try makeKey("closed")
        let wrap = try bao.key("closed").makeKey(binder: binder, deadline: deadline).wrap
        for token in [try bao.token("nothing", [("transit/random", "update")]), "s.none"] {
            let key = try bao.key("closed", ["VAULT_TOKEN": token])
            let error = try #require(throws: VaultError.self) {
                _ = try key.unwrap(wrap, binder: binder, deadline: deadline)
            }
            guard case .denied(let message) = error else {
                Issue.record("\(error)")
                continue
            }
            #expect(message.contains("permission denied"))
            #expect(!message.contains(token))
        }
    }

    @Test("The token that the command line tool left in the home is used")
    func tokenFile() throws {
        try makeKey("home")
        let folder = RealService.newFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data("root\n".utf8).write(to: folder.appendingPathComponent(".vault-token"))
        let key = try bao.key("home", ["HOME": folder.path])
        _ = try key.makeKey(binder: binder, deadline: deadline)
        #expect(throws: VaultError.noToken) {
            try bao.key("home", ["HOME": folder.appendingPathComponent("empty").path])
                .makeKey(binder: binder, deadline: deadline)
        }
    }

    @Test("A role signs in, and again when its token ended")
    func appRole() throws {
        try makeKey("role")
        _ = try bao.root(.post, "sys/auth/approle", "{\"type\":\"approle\"}")
        try bao.policy(
            "role",
            [
                ("transit/keys/role", "read"), ("transit/datakey/plaintext/role", "update"),
                ("transit/decrypt/role", "update"),
            ])
        _ = try bao.root(
            .post, "auth/approle/role/app", "{\"token_policies\":\"role\",\"token_ttl\":\"60s\"}")
        let role = try bao.root(.get, "auth/approle/role/app/role-id").text("role_id")
        let secret = try bao.root(.post, "auth/approle/role/app/secret-id").text("secret_id")
        let variables = [
            "COFFER_VAULT_LOGIN": "approle", "VAULT_ROLE_ID": role, "VAULT_SECRET_ID": secret,
        ]
        let key = try bao.key("role", variables)
        let wrap = try key.makeKey(binder: binder, deadline: deadline).wrap
        // Every token of the role ends here, as at the end of its life.
        _ = try bao.root(.post, "sys/leases/revoke-prefix/auth/approle", "{}")
        _ = try bao.root(.post, "sys/leases/revoke-force/auth/approle/login", "{}")
        _ = try key.unwrap(wrap, binder: binder, deadline: deadline)
        #expect(throws: VaultError.self) {
            try bao.key("role", variables.merging(["VAULT_SECRET_ID": "wrong"]) { $1 })
                .makeKey(binder: binder, deadline: deadline)
        }
    }

    @Test("A body that is no ciphertext of Transit is never sent")
    func badCiphertext() {
        for text in [
            "", "vault:v1:", "vault:v0:AAAA", "vault:v01:AAAA", "vault:1:AAAA", "vault:v1:AA\"AA",
            "vault:v1:AAAA:x", "other:v1:AAAA", "vault:v1:" + String(repeating: "A", count: 2000),
        ] {
            #expect(TransitCiphertext(Array(text.utf8)) == nil, "\(text)")
        }
        #expect(TransitCiphertext(Array("vault:v12:AAAA".utf8))?.keyVersion == 12)
    }

    @Test(
        "Names that a path would take for something else are refused",
        arguments: [
            "transit", "transit/", "/key", "transit/../sys", "transit/a b", "transit/k?x", "a//b",
            "transit/%2e",
        ])
    func badName(name: String) {
        #expect(throws: VaultError.badKeyName(name)) { try VaultKeyName(name) }
    }
}
