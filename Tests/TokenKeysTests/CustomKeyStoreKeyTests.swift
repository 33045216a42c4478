import KMSDomain
import KMSModel
import KMSService
import KMSTestSupport
import SecretMemory
import Testing
import TokenBed
import TokenKeys

/// What becomes of single keys in tokens of SoftHSM2.
@Suite(.serialized) struct CustomKeyStoreKeyTests {
    private let world: StoreWorld
    private let id: String

    init() throws {
        world = try StoreWorld(32, relative: 33)
        id = try world.make()
        try world.connect(id)
        // What the test before has left.
        for line in try objects().split(separator: "\n") where line.contains("label:") {
            let label = line.split(separator: ":", maxSplits: 1)[1].drop { $0 == " " }
            try SoftToken.tool(
                world.label, ["--delete-object", "--type", "secrkey", "--label", String(label)])
        }
    }

    private func objects() throws -> String {
        try SoftToken.tool(world.label, ["--list-objects"])
    }

    @Test("A key that cannot be kept is gone from the token too")
    func refusedAtLast() throws {
        for request in [
            CreateKeyRequest(
                origin: .awsCloudHSM, policy: "nonsense", customKeyStoreID: id),
            CreateKeyRequest(
                origin: .awsCloudHSM,
                tags: [Tag(tagKey: "a", tagValue: ""), Tag(tagKey: "a", tagValue: "")],
                customKeyStoreID: id),
        ] {
            _ = world.refusal {
                _ = try world.service.createKey(request, caller: world.caller)
            }
            #expect(try !objects().contains("coffer "))
        }
        _ = try world.makeKey(in: id)
        #expect(try objects().contains("coffer "))
    }

    @Test("A key that somebody deletes from the token is lost, and the others work on")
    func deletedInTheToken() throws {
        let (lost, kept) = (try world.makeKey(in: id), try world.makeKey(in: id))
        let lostBlob = try world.encrypt("lost", under: lost)
        let keptBlob = try world.encrypt("kept", under: kept)
        let label = "coffer \(try world.metadata(lost).keyID)"
        try SoftToken.tool(
            world.label, ["--delete-object", "--type", "secrkey", "--label", label])
        guard
            case .kmsInvalidState = world.refusal({ _ = try world.decrypt(lostBlob) }),
            case .kmsInvalidState = world.refusal({ _ = try world.encrypt("x", under: lost) })
        else {
            Issue.record("another answer")
            return
        }
        #expect(try world.decrypt(keptBlob) == "kept")
        #expect(try world.entry(id).connectionState == .connected)
    }

    @Test("The end of a key whose store is not connected leaves it in the token, and says so")
    func orphan() throws {
        let key = try world.makeKey(in: id)
        _ = try world.service.scheduleKeyDeletion(
            ScheduleKeyDeletionRequest(keyID: key, pendingWindowInDays: 7), caller: world.caller)
        try world.disconnect(id)
        #expect(try world.metadata(key).keyState == .pendingDeletion)
        world.clock.advance(days: 7)
        // Who does not know the way to stores leaves the key to who does.
        let other = KMSService(
            store: world.store, backend: VaultKeyBackend(), audit: world.audit,
            authorizer: LocalRootAuthorizer(realm: .local), clock: world.clock,
            root: try StoreWorld.root())
        try other.performDueWork()
        #expect(try world.store.read { try $0.hasKeys(inCustomKeyStore: id) })
        try world.service.performDueWork()
        let last = try #require(world.audit.events.last)
        #expect(last.name == "DeleteKey")
        #expect(StoreWorld.isDestroyed(last) == false)
        #expect(try objects().contains("coffer "))
        try world.delete(id)
    }

    @Test("Disabled keys of a disconnected store are unavailable too, and disabled after it")
    func disabled() throws {
        let key = try world.makeKey(in: id)
        try world.service.disableKey(DisableKeyRequest(keyID: key), caller: world.caller)
        try world.disconnect(id)
        #expect(try world.metadata(key).keyState == .unavailable)
        try world.connect(id)
        #expect(try world.metadata(key).keyState == .disabled)
    }

    @Test("A ciphertext goes from a key here to one in the token and back; a key pair is refused")
    func uses() throws {
        let inside = try world.makeKey(in: id)
        let here = try world.service.createKey(CreateKeyRequest(), caller: world.caller)
            .keyMetadata.arn
        func reEncrypt(_ blob: [UInt8], to key: String) throws -> [UInt8] {
            try world.service.reEncrypt(
                ReEncryptRequest(ciphertextBlob: blob, destinationKeyID: key), caller: world.caller
            ).ciphertextBlob
        }
        let blob = try world.encrypt("text", under: here)
        let moved = try reEncrypt(blob, to: inside)
        #expect(try world.decrypt(moved) == "text")
        #expect(try world.decrypt(reEncrypt(moved, to: here)) == "text")
        let refusal = world.refusal {
            _ = try world.service.generateDataKeyPairWithoutPlaintext(
                GenerateDataKeyPairWithoutPlaintextRequest(
                    keyID: inside, keyPairSpec: .eccNISTP256), caller: world.caller)
        }
        #expect(
            refusal
                == .unsupportedOperation(
                    "\(inside) origin is AWS_CLOUDHSM which is not valid for this operation."))
    }

    @Test("Who may not wait is told so before anything happens, and keys here answer meanwhile")
    func waiting() throws {
        let inside = try world.makeKey(in: id)
        let here = try world.service.createKey(CreateKeyRequest(), caller: world.caller)
            .keyMetadata.arn
        let blob = try world.encrypt("text", under: inside)
        let count = world.audit.events.count
        func isToldToWait(_ body: () throws -> Void) -> Bool {
            do { try Waiting.$isAllowed.withValue(false) { try body() } } catch {
                return error as? KMSServiceError == .hasToWait(store: id)
            }
            return false
        }
        #expect(isToldToWait { _ = try world.decrypt(blob) })
        #expect(isToldToWait { _ = try world.encrypt("x", under: inside) })
        #expect(isToldToWait { _ = try world.makeKey(in: id) })
        #expect(isToldToWait { try world.connect(id) })
        #expect(isToldToWait { try world.disconnect(id) })
        #expect(isToldToWait { try world.update(id, name: "x") })
        #expect(
            isToldToWait {
                _ = try world.service.generateRandom(
                    GenerateRandomRequest(numberOfBytes: 1, customKeyStoreID: id),
                    caller: world.caller)
            })
        #expect(world.audit.events.count == count)
        try Waiting.$isAllowed.withValue(false) { _ = try world.encrypt("x", under: here) }
        // A key that has to go from the token waits for who may wait.
        _ = try world.service.scheduleKeyDeletion(
            ScheduleKeyDeletionRequest(keyID: inside, pendingWindowInDays: 7),
            caller: world.caller)
        world.clock.advance(days: 7)
        #expect(isToldToWait { _ = try world.encrypt("x", under: here) })
        _ = try world.encrypt("x", under: here)
        try Waiting.$isAllowed.withValue(false) { _ = try world.encrypt("x", under: here) }
    }
}
