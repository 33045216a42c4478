import KMSDomain
import KMSModel
import KMSService
import KMSTestSupport
import Testing

/// Multi-Region keys whose material is imported: one name and one set of versions, and in each region
/// its own material of them.
@Suite struct ImportedReplicaTests {
    private static let kinds = [Assembly.softwareOverMemory, .softwareOverSQLite]

    /// A primary with material, and a replica that has none yet.
    private struct Pair {
        let primary: ImportWorld
        let replica: ImportWorld
        let material: [UInt8]
        let materialID: String?

        init(_ kind: Assembly = .softwareOverSQLite, spec: KeySpec = .symmetricDefault) throws {
            primary = try ImportWorld(kind, spec: spec, multiRegion: true)
            material = try primary.owner.makeMaterial(spec).material
            materialID = try primary.importMaterial(material, by: .rsaAESKeyWrapSHA256)
                .keyMaterialID
            replica = try primary.replica(in: "eu-south-1")
        }

        func newMaterial() throws -> [UInt8] {
            try primary.owner.makeMaterial(.symmetricDefault).material
        }
    }

    private static func isIncorrect(_ body: () throws -> Void) -> Bool {
        if case .incorrectKeyMaterial = refusal(body) { true } else { false }
    }

    private static func pending(_ world: ImportWorld) -> KMSError {
        .kmsInvalidState("\(world.key) is pending import.")
    }

    @Test(
        "A replica waits for the primary's material, and has it under the same name",
        arguments: kinds)
    func replica(kind: Assembly) throws {
        let pair = try Pair(kind)
        let (primary, replica) = (pair.primary, pair.replica)
        let metadata = try replica.metadata
        #expect(metadata.keyState == .pendingImport && !metadata.enabled)
        #expect(metadata.origin == .external && metadata.expirationModel == nil)
        #expect(metadata.keyID == (try primary.metadata.keyID))
        let blob = try primary.seal()
        #expect(refusal { _ = try replica.opens(blob) } == Self.pending(replica))
        #expect(refusal { _ = try replica.seal() } == Self.pending(replica))
        #expect(try replica.rotations().map(\.importState) == [.pendingImport])
        let other = try pair.newMaterial()
        #expect(Self.isIncorrect { try replica.importMaterial(other) })
        #expect(
            refusal { try replica.importMaterial(pair.material, type: .newKeyMaterial) }
                == .unsupportedOperation("\(replica.key) is not a multi-region primary key."))
        let imported = try replica.importMaterial(pair.material, materialID: pair.materialID)
        #expect(imported.keyID == replica.key && imported.keyMaterialID == pair.materialID)
        #expect(try replica.metadata.keyState == .enabled)
        #expect(try replica.metadata.currentKeyMaterialID == pair.materialID)
        #expect(try replica.opens(blob))
        #expect(try primary.opens(replica.seal()))
        #expect(try primary.rotations().count == 1 && replica.rotations().count == 1)
    }

    @Test("A key without its material cannot be replicated, and takes no primary's place")
    func withoutMaterial() throws {
        let empty = try ImportWorld(multiRegion: true)
        #expect(refusal { _ = try empty.replica(in: "eu-south-1") } == Self.pending(empty))
        let pair = try Pair()
        let update = UpdatePrimaryRegionRequest(
            keyID: pair.primary.key, primaryRegion: "eu-south-1")
        #expect(
            refusal {
                try pair.primary.service.updatePrimaryRegion(update, caller: pair.primary.caller)
            } == Self.pending(pair.replica))
    }

    @Test("A token for one region's key is none for another's")
    func tokens() throws {
        let pair = try Pair()
        let parameters = try pair.primary.parameters(.rsaesOAEPSHA256, .rsa2048)
        let wrapped = try pair.primary.owner.wrap(
            pair.material, to: parameters.publicKey, by: .rsaesOAEPSHA256)
        guard
            case .invalidImportToken = refusal({
                _ = try pair.replica.send(wrapped, parameters.importToken)
            })
        else {
            Issue.record("the primary's token was taken")
            return
        }
    }

    @Test(
        "Material of every kind of key goes to the replicas, and no other than the primary's",
        arguments: [KeySpec.hmac256, .eccNISTP256, .rsa2048])
    func otherSpecs(spec: KeySpec) throws {
        let pair = try Pair(spec: spec)
        let other = try pair.primary.owner.makeMaterial(spec).material
        #expect(
            Self.isIncorrect { try pair.replica.importMaterial(other, by: .rsaAESKeyWrapSHA256) })
        try pair.replica.importMaterial(pair.material, by: .rsaAESKeyWrapSHA256)
        let (ours, theirs) = (try pair.primary.handle(), try pair.replica.handle())
        if spec == .hmac256 {
            let message = Array("message".utf8)
            #expect(
                unsafe try ours.code(of: message.span.bytes)
                    == theirs.code(of: message.span.bytes))
        } else {
            #expect(try ours.publicKey() == theirs.publicKey())
        }
    }

    @Test(
        "Material expires and is deleted in one region, and stays in the others",
        arguments: kinds)
    func ends(kind: Assembly) throws {
        let pair = try Pair(kind)
        let (primary, replica) = (pair.primary, pair.replica)
        let validTo = TurnedClock.start.adding(days: 10).secondsSince1970
        try replica.importMaterial(pair.material, validTo: validTo, description: "the south's")
        #expect(try replica.metadata.validTo == validTo)
        #expect(try primary.metadata.expirationModel == .keyMaterialDoesNotExpire)
        let blob = try replica.seal()
        primary.fixture.clock.advance(days: 10)
        #expect(try replica.metadata.keyState == .pendingImport)
        #expect(try replica.versions.map(\.sealedMaterial) == [[]])
        #expect(try primary.opens(blob))
        let record = try #require(
            primary.fixture.audit.events.first { $0.name == "DeleteExpiredKeyMaterial" })
        #expect(record.resources == [replica.key])
        // It comes back with what was said of it, and without a date.
        try replica.importMaterial(pair.material)
        #expect(try replica.rotations().map(\.keyMaterialDescription) == ["the south's"])
        #expect(try primary.rotations().map(\.keyMaterialDescription) == [nil])
        try primary.deleteMaterial()
        #expect(try primary.metadata.keyState == .pendingImport)
        #expect(refusal { _ = try primary.opens(blob) } == Self.pending(primary))
        #expect(try replica.metadata.keyState == .enabled)
        #expect(try replica.opens(blob))
    }

    @Test(
        "New material comes to the primary first, and is rotated to once every replica has it",
        arguments: kinds)
    func rotation(kind: Assembly) throws {
        let pair = try Pair(kind)
        let (primary, replica) = (pair.primary, pair.replica)
        try replica.importMaterial(pair.material)
        let old = try replica.seal()
        let new = try pair.newMaterial()
        #expect(Self.isIncorrect { try replica.importMaterial(new) })
        let id = try primary.importMaterial(new, type: .newKeyMaterial).keyMaterialID
        for world in [primary, replica] {
            #expect(try world.metadata.keyState == .enabled)
            #expect(
                try world.rotations().map(\.keyMaterialState)
                    == [.current, .pendingMultiRegionImportAndRotation])
        }
        #expect(try replica.rotations().map(\.importState) == [.imported, .pendingImport])
        #expect(
            refusal { try primary.rotate() }
                == .kmsInvalidState(
                    "\(primary.key) has key material that is pending multi-Region import and "
                        + "rotation."))
        try replica.importMaterial(new, materialID: id)
        #expect(try primary.rotations().last?.keyMaterialState == .pendingRotation)
        #expect(
            refusal { try replica.rotate() }
                == .unsupportedOperation("\(replica.key) is not a multi-region primary key."))
        try primary.rotate()
        for world in [primary, replica] {
            #expect(try world.metadata.currentKeyMaterialID == id)
            #expect(try world.rotations().map(\.keyMaterialState) == [.nonCurrent, .current])
            #expect(try world.opens(old))
        }
        #expect(try primary.opens(replica.seal()))
        // A replica that is made now needs both.
        let late = try primary.replica(in: "eu-west-1")
        try late.importMaterial(new)
        #expect(try late.metadata.keyState == .pendingImport)
        try late.importMaterial(pair.material)
        #expect(try late.metadata.keyState == .enabled)
        #expect(try late.opens(old))
    }

    @Test(
        "Material that waits for a rotation goes from all regions with the primary's",
        arguments: kinds)
    func pendingMaterial(kind: Assembly) throws {
        let pair = try Pair(kind)
        let (primary, replica) = (pair.primary, pair.replica)
        try replica.importMaterial(pair.material)
        let new = try pair.newMaterial()
        let id = try primary.importMaterial(new, type: .newKeyMaterial).keyMaterialID
        let validTo = TurnedClock.start.adding(days: 10).secondsSince1970
        try replica.importMaterial(new, validTo: validTo)
        #expect(try replica.metadata.validTo == validTo)
        // From the replica alone.
        try replica.deleteMaterial(id)
        #expect(try replica.metadata.keyState == .enabled)
        #expect(try replica.rotations().map(\.importState) == [.imported, .pendingImport])
        #expect(try primary.rotations().map(\.importState) == [.imported, .imported])
        try replica.importMaterial(new, validTo: validTo)
        try primary.deleteMaterial(id)
        for world in [primary, replica] {
            #expect(try world.rotations().count == 1)
            #expect(try world.metadata.keyState == .enabled)
            #expect(try world.metadata.validTo == nil)
        }
        // Another may take its place.
        try primary.importMaterial(pair.newMaterial(), type: .newKeyMaterial)
    }

    @Test("A replica that has become the primary takes new material and outlives the first")
    func newPrimary() throws {
        let pair = try Pair()
        let (first, second) = (pair.primary, pair.replica)
        try second.importMaterial(pair.material)
        let blob = try first.seal()
        try first.service.updatePrimaryRegion(
            UpdatePrimaryRegionRequest(keyID: first.key, primaryRegion: "eu-south-1"),
            caller: first.caller)
        let new = try pair.newMaterial()
        #expect(Self.isIncorrect { try first.importMaterial(new) })
        try second.importMaterial(new, type: .newKeyMaterial)
        try first.importMaterial(new)
        try second.rotate()
        #expect(try first.opens(second.seal()))
        _ = try first.service.scheduleKeyDeletion(
            ScheduleKeyDeletionRequest(keyID: first.key, pendingWindowInDays: 7),
            caller: first.caller)
        first.fixture.clock.advance(days: 7)
        #expect(refusal { _ = try first.metadata } != nil)
        #expect(try second.opens(blob))
        #expect(try second.rotations().map(\.importState) == [.imported, .imported])
    }

    @Test("Material that expires while its key changes region is not used once more")
    func expiresInTransition() throws {
        let pair = try Pair()
        let (first, second) = (pair.primary, pair.replica)
        let validTo = TurnedClock.start.adding(days: 10).secondsSince1970
        try second.importMaterial(pair.material, validTo: validTo)
        let blob = try second.seal()
        try first.service.updatePrimaryRegion(
            UpdatePrimaryRegionRequest(keyID: first.key, primaryRegion: "eu-south-1"),
            caller: first.caller)
        first.fixture.clock.advance(days: 10)
        #expect(refusal { _ = try second.opens(blob) } == Self.pending(second))
        #expect(try first.opens(blob))
    }
}
