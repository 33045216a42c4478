import KMSDomain
import KMSModel
import KMSService
import KMSTestSupport
import PKCS11Token
import SecretMemory
import Testing
import TokenBed
import TokenKeys

/// A token of another maker, NSS's softokn, found by the name under which it is registered.
@Suite(.serialized) struct NSSTests {
    /// One for all tests: the module is told its folder once.
    private static let registration = Result { try SoftNSS.registration() }

    private static let binder = [UInt8](repeating: 7, count: 32)

    @Test("NSS wraps by RFC 3394, opens RFC 5649 and GCM, and holds a root of trust")
    func keys() throws {
        let configuration = try Self.configuration()
        let uri = try TokenURI(
            "pkcs11:token=NSS%20Certificate%20DB;object=kek?module-name=\(SoftNSS.moduleName)")
        let token = try Token(uri: uri, configuration: configuration) { Bed.pin(SoftNSS.pin) }
        try token.withWritingSession { session throws(TokenError) in
            _ = try session.generateAESKey(label: "kek", id: [3])
        }
        let key = try TokenKey(token: token, uri: uri)
        let secret = SecretBytes(randomByteCount: 32)
        let body = try key.wrap(secret, binder: Self.binder)
        #expect(body.count == 41 && body[0] == 2)
        #expect(try Bed.bytes(key.unwrap(body, binder: Self.binder)) == Bed.bytes(secret))
        for index in [1, 20, 40] {
            var changed = body
            changed[index] ^= 1
            #expect(throws: TokenError.notAuthentic) {
                _ = try key.unwrap(changed, binder: Self.binder)
            }
        }
        let query = KeyQuery(kind: .aes, label: "kek", id: nil)
        let padded = try token.withSession { session throws(TokenError) in
            try session.wrap(secret.duplicate(), under: session.key(query), by: .padded)
        }
        #expect(padded.count == 40)
        #expect(try Bed.bytes(key.unwrap([1] + padded, binder: Self.binder)) == Bed.bytes(secret))
        let iv = SystemRandom.bytes(count: 12)
        let sealed = try token.withSession { session throws(TokenError) in
            try session.encrypt(
                secret.duplicate(), under: session.key(query),
                by: .gcm(iv: iv, associatedData: Self.binder))
        }
        #expect(
            try Bed.bytes(key.unwrap([3] + iv + sealed, binder: Self.binder))
                == Bed.bytes(secret))
        #expect(throws: TokenError.notAuthentic) {
            _ = try key.unwrap([3] + iv + sealed, binder: [])
        }

        try TokenRoot.create(token: token, name: "root")
        let root = try TokenRoot(token: token, name: "root")
        let id = try #require(RandomID(bytes: [UInt8](repeating: 1, count: 16)))
        let purpose = MaterialPurpose(spec: .symmetricDefault, usage: .encryptDecrypt)
        let row = try root.generateMaterial(for: id, version: id, purpose: purpose)
        let material = try root.openMaterial(row, of: id, version: id, purpose: purpose)
        let expected = try Bed.bytes(material.deriveKey(info: [1]))
        token.forget()
        #expect(try Bed.bytes(material.deriveKey(info: [1])) == expected)
        // A login is of all of the process: who comes next shows a PIN again.
        token.forget()
    }

    @Test("A custom key store in NSS's token makes keys that stay there, and works")
    func keyStore() throws {
        let uri = try TokenURI(
            "pkcs11:token=NSS%20Certificate%20DB?module-name=\(SoftNSS.moduleName)")
        let world = try StoreWorld(
            label: SoftNSS.label, store: InMemoryKeyStore(), configuration: Self.configuration(),
            clusters: [
                TokenCluster(
                    id: StoreWorld.cluster, uri: uri, modulePath: nil,
                    trustAnchor: StoreWorld.certificate)
            ])
        let id = try world.make(pin: "4321")
        try world.connect(id)
        #expect(try world.entry(id).connectionErrorCode == .invalidCredentials)
        try world.disconnect(id)
        try world.update(id, pin: SoftNSS.pin)
        try world.connect(id)
        let key = try world.makeKey(in: id)
        let blob = try world.encrypt("text", under: key)
        try world.disconnect(id)
        try world.connect(id)
        #expect(try world.decrypt(blob) == "text")
        let random = try world.service.generateRandom(
            GenerateRandomRequest(numberOfBytes: 32, customKeyStoreID: id), caller: world.caller)
        #expect(random.plaintext.byteCount == 32)
        _ = try world.service.scheduleKeyDeletion(
            ScheduleKeyDeletionRequest(keyID: key, pendingWindowInDays: 7), caller: world.caller)
        world.clock.advance(days: 7)
        try world.service.performDueWork()
        let last = try #require(world.audit.events.last)
        #expect(last.name == "DeleteKey")
        #expect(StoreWorld.isDestroyed(last) == true)
    }

    private static func configuration() throws -> ModuleConfiguration {
        ModuleConfiguration(directories: [try registration.get()])
    }

    @Test("A name that is not registered is refused")
    func unregistered() throws {
        let uri = try TokenURI("pkcs11:token=x?module-name=elsewhere")
        #expect(throws: TokenError.moduleNotRegistered(name: "elsewhere")) {
            _ = try Token(uri: uri) { nil }
        }
    }
}
