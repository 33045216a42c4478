import Foundation
import KMSDomain
import KMSModel
import KMSService
import KMSStore
import KMSTestSupport
import PKCS11Token
import SecretMemory
import Testing
import TokenBed
import TokenKeys

/// Custom key stores in tokens of SoftHSM2.
@Suite(.serialized) struct CustomKeyStoreTests {
    @Test("A key of a store is born in the token, never leaves it, and works there")
    func keys() throws {
        let directory = TemporaryDirectory()
        let world = try StoreWorld(
            24, store: SQLiteKeyStore.create(at: directory.path(of: "keys.sqlite")))
        let id = try world.make()
        #expect(id.count == 21 && id.hasPrefix("cks-"))
        try world.connect(id)
        let entry = try world.entry(id)
        #expect(entry.connectionState == .connected)
        #expect(entry.connectionErrorCode == nil)
        #expect(entry.customKeyStoreType == .awsCloudHSM)
        #expect(entry.cloudHSMClusterID == StoreWorld.cluster)
        #expect(entry.trustAnchorCertificate == StoreWorld.certificate)
        let key = try world.makeKey(in: id)
        let metadata = try world.metadata(key)
        #expect(metadata.origin == .awsCloudHSM)
        #expect(metadata.customKeyStoreID == id)
        #expect(metadata.cloudHSMClusterID == StoreWorld.cluster)
        #expect(metadata.keyState == .enabled)
        #expect(metadata.currentKeyMaterialID == nil)
        let blob = try world.encrypt("text", under: key)
        #expect(try world.decrypt(blob) == "text")
        // The token knows it, and gives it to nobody; the row is only where it is.
        let objects = try SoftToken.tool(world.label, ["--list-objects"])
        #expect(objects.contains("coffer \(metadata.keyID)"))
        #expect(objects.contains("never extractable"))
        let keyID = try #require(KeyID(text: metadata.keyID))
        let version = try #require(try world.store.read { try $0.versions(of: keyID) }.first)
        #expect(version.sealedMaterial == keyID.bytes + version.id.bytes)
        // A second key is another one.
        let second = try world.makeKey(in: id)
        let other = try world.encrypt("text", under: second)
        #expect(try world.decrypt(other) == "text")
        var mixed = blob
        mixed.replaceSubrange(8..<40, with: other[8..<40])
        #expect(world.refusal { _ = try world.decrypt(mixed) } == .invalidCiphertext)
        // And is made in a store only if that is connected.
        try world.disconnect(id)
        guard
            case .customKeyStoreInvalidState = world.refusal({ _ = try world.makeKey(in: id) })
        else {
            Issue.record("a key was made")
            return
        }
    }

    @Test("Keys of a disconnected store are unavailable, and work again when it is connected")
    func disconnection() throws {
        let world = try StoreWorld(25)
        let id = try world.make()
        try world.connect(id)
        let key = try world.makeKey(in: id)
        let blob = try world.encrypt("text", under: key)
        let second = world.secondService()
        #expect(try world.decrypt(blob, by: second) == "text")
        try world.disconnect(id)
        let unavailable = KMSError.kmsInvalidState("\(key) is unavailable.")
        #expect(world.refusal { _ = try world.decrypt(blob) } == unavailable)
        #expect(world.refusal { _ = try world.decrypt(blob, by: second) } == unavailable)
        #expect(world.refusal { _ = try world.encrypt("x", under: key) } == unavailable)
        #expect(try world.metadata(key).keyState == .unavailable)
        try world.connect(id)
        #expect(try world.decrypt(blob) == "text")
        #expect(try world.decrypt(blob, by: second) == "text")
        // A server that starts anew finds the PIN under its root.
        #expect(try world.decrypt(blob, by: world.secondService()) == "text")
        #expect(try world.metadata(key).keyState == .enabled)
    }

    @Test("States allow what AWS says of them")
    func states() throws {
        let world = try StoreWorld(26)
        let id = try world.make()
        func isInvalid(_ body: () throws -> Void) -> Bool {
            if case .customKeyStoreInvalidState = world.refusal(body) { true } else { false }
        }
        #expect(try world.entry(id).connectionState == .disconnected)
        #expect(isInvalid { try world.disconnect(id) })
        try world.connect(id)
        try world.connect(id)
        #expect(isInvalid { try world.delete(id) })
        #expect(isInvalid { try world.update(id, pin: "1234") })
        #expect(isInvalid { try world.update(id, cluster: StoreWorld.relative) })
        try world.update(id, name: "renamed")
        #expect(try world.entry(id).customKeyStoreName == "renamed")
        let key = try world.makeKey(in: id)
        try world.disconnect(id)
        guard case .customKeyStoreHasCMKs = world.refusal({ try world.delete(id) }) else {
            Issue.record("a store with keys was deleted")
            return
        }
        // With the end of its window the key goes from the token as well.
        try world.connect(id)
        _ = try world.service.scheduleKeyDeletion(
            ScheduleKeyDeletionRequest(keyID: key, pendingWindowInDays: 7), caller: world.caller)
        #expect(try SoftToken.tool(world.label, ["--list-objects"]).contains("coffer "))
        world.clock.advance(days: 7)
        try world.service.performDueWork()
        #expect(try !SoftToken.tool(world.label, ["--list-objects"]).contains("coffer "))
        try world.disconnect(id)
        try world.delete(id)
        guard case .customKeyStoreNotFound = world.refusal({ _ = try world.entry(id) }) else {
            Issue.record("a deleted store is there")
            return
        }
    }

    @Test("A wrong PIN fails the connection, is tried once, and can be put right")
    func credentials() throws {
        let world = try StoreWorld(27)
        let id = try world.make(pin: "4321")
        try world.connect(id)
        #expect(try world.entry(id).connectionState == .failed)
        #expect(try world.entry(id).connectionErrorCode == .invalidCredentials)
        guard case .customKeyStoreInvalidState = world.refusal({ try world.connect(id) }) else {
            Issue.record("a failed store was connected")
            return
        }
        try world.disconnect(id)
        try world.update(id, pin: SoftToken.pin)
        try world.connect(id)
        #expect(try world.entry(id).connectionState == .connected)
        let event = try #require(
            world.audit.events.last { $0.name == "ConnectCustomKeyStore" && $0.isServiceEvent })
        guard case .text(let state)? = event.additional.first?.value else {
            Issue.record("no state in the record")
            return
        }
        #expect(state == "CONNECTED")
    }

    @Test("Clusters are there, active, known by their certificate, and used by one store each")
    func clusters() throws {
        let world = try StoreWorld(28, relative: 29)
        guard
            case .cloudHSMClusterNotFound = world.refusal({
                _ = try world.make(cluster: "cluster-22222222222")
            }),
            case .cloudHSMClusterNotActive = world.refusal({
                _ = try world.make(cluster: StoreWorld.absent)
            }),
            case .incorrectTrustAnchor = world.refusal({
                _ = try world.make(certificate: "another")
            })
        else {
            Issue.record("was made")
            return
        }
        let id = try world.make()
        guard
            case .cloudHSMClusterInUse = world.refusal({ _ = try world.make("second") }),
            case .customKeyStoreNameInUse = world.refusal({
                _ = try world.make(cluster: StoreWorld.relative)
            }),
            case .cloudHSMClusterNotRelated = world.refusal({
                try world.update(id, cluster: StoreWorld.stranger)
            }),
            case .cloudHSMClusterNotFound = world.refusal({
                try world.update(id, cluster: "cluster-22222222222")
            })
        else {
            Issue.record("was taken")
            return
        }
        let second = try world.make("second", cluster: StoreWorld.relative)
        guard
            case .customKeyStoreNameInUse = world.refusal({
                try world.update(second, name: "store")
            })
        else {
            Issue.record("a name was taken twice")
            return
        }
        let listed = try world.service.describeCustomKeyStores(
            DescribeCustomKeyStoresRequest(), caller: world.caller)
        #expect(Set(listed.customKeyStores.map(\.customKeyStoreID)) == [id, second])
        let first = try world.service.describeCustomKeyStores(
            DescribeCustomKeyStoresRequest(limit: 1), caller: world.caller)
        #expect(first.truncated)
        let rest = try world.service.describeCustomKeyStores(
            DescribeCustomKeyStoresRequest(limit: 1, marker: first.nextMarker),
            caller: world.caller)
        #expect(!rest.truncated)
        #expect(
            Set((first.customKeyStores + rest.customKeyStores).map(\.customKeyStoreID))
                == [id, second])
        try world.delete(second)
        try world.update(id, cluster: StoreWorld.relative)
        #expect(try world.entry(id).cloudHSMClusterID == StoreWorld.relative)
    }

    @Test("What keys of a store cannot be is refused")
    func refused() throws {
        let world = try StoreWorld(30)
        let id = try world.make()
        try world.connect(id)
        let key = try world.makeKey(in: id)
        let origin = KMSError.unsupportedOperation(
            "\(key) origin is AWS_CLOUDHSM which is not valid for this operation.")
        #expect(
            world.refusal {
                _ = try world.service.rotateKeyOnDemand(
                    RotateKeyOnDemandRequest(keyID: key), caller: world.caller)
            } == origin)
        #expect(
            world.refusal {
                try world.service.enableKeyRotation(
                    EnableKeyRotationRequest(keyID: key), caller: world.caller)
            } == origin)
        #expect(
            world.refusal {
                _ = try world.service.deleteImportedKeyMaterial(
                    DeleteImportedKeyMaterialRequest(keyID: key), caller: world.caller)
            } == origin)
        func create(_ request: CreateKeyRequest) -> KMSError? {
            world.refusal { _ = try world.service.createKey(request, caller: world.caller) }
        }
        guard
            case .unsupportedOperation = create(
                CreateKeyRequest(
                    keyUsage: .signVerify, keySpec: .rsa2048, origin: .awsCloudHSM,
                    customKeyStoreID: id)),
            case .validation = create(CreateKeyRequest(origin: .awsCloudHSM)),
            case .validation = create(CreateKeyRequest(customKeyStoreID: id)),
            case .customKeyStoreNotFound = create(
                CreateKeyRequest(origin: .awsCloudHSM, customKeyStoreID: "cks-0"))
        else {
            Issue.record("was made")
            return
        }
        let random = try world.service.generateRandom(
            GenerateRandomRequest(numberOfBytes: 40, customKeyStoreID: id), caller: world.caller)
        #expect(random.plaintext.byteCount == 40)
        try world.disconnect(id)
        guard
            case .customKeyStoreInvalidState = world.refusal({
                _ = try world.service.generateRandom(
                    GenerateRandomRequest(numberOfBytes: 40, customKeyStoreID: id),
                    caller: world.caller)
            })
        else {
            Issue.record("a disconnected store gave random bytes")
            return
        }
    }

    @Test("A token that is removed while it is in use makes its keys fail, not the service")
    func removal() throws {
        let world = try StoreWorld(31)
        let id = try world.make()
        try world.connect(id)
        let key = try world.makeKey(in: id)
        let blob = try world.encrypt("text", under: key)
        let own = try world.service.createKey(CreateKeyRequest(), caller: world.caller)
            .keyMetadata.arn
        try Command.run("softhsm2-util", ["--delete-token", "--token", world.label])
        for body: () throws -> Void in [
            { _ = try world.decrypt(blob) }, { _ = try world.encrypt("x", under: key) },
            { _ = try world.decrypt(blob, by: world.secondService()) },
        ] {
            guard case .kmsInvalidState = world.refusal(body) else {
                Issue.record("another answer")
                return
            }
        }
        #expect(try world.decrypt(world.encrypt("own", under: own)) == "own")
    }
}
