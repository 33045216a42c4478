import KMSDomain
import KMSModel
import KMSService
import KMSTestSupport
import Testing

/// What somebody with a pen in the store can and cannot do.
@Suite struct StoredMaterialTests {
    private func keyID(_ arn: String) throws -> KeyID {
        try #require(KeyID(text: arn.split(separator: "/").last ?? ""))
    }

    private func version(_ arn: String, _ fixture: Fixture) throws -> KeyVersion {
        let id = try keyID(arn)
        return try #require(try fixture.store.read { try $0.versions(of: id) }.first)
    }

    /// A key in a store of its own, whose only version has the given sealed material.
    private func swapped(
        _ key: String, _ version: KeyVersion, material: [UInt8], _ fixture: Fixture
    ) throws {
        let stored = try #require(try fixture.store.read { try $0.key(version.keyID) })
        try fixture.store.write { store in
            try store.destroy(version.keyID)
            try store.insert(stored)
            try store.insert(
                KeyVersion(
                    id: version.id, keyID: version.keyID, creationDate: version.creationDate,
                    cause: version.cause, sealedMaterial: material))
        }
    }

    @Test("A row with any byte changed does not open", arguments: Assembly.allCases)
    func changed(assembly: Assembly) throws {
        let fixture = try Fixture(assembly)
        let key = try fixture.makeKey()
        let row = try version(key, fixture)
        for index in row.sealedMaterial.indices {
            var material = row.sealedMaterial
            material[index] ^= 0x80
            try swapped(key, row, material: material, fixture)
            #expect(throws: KMSServiceError.backend(.materialNotAuthentic), "byte \(index)") {
                _ = try fixture.encrypt("x", under: key)
            }
        }
        try swapped(key, row, material: row.sealedMaterial, fixture)
        _ = try fixture.encrypt("x", under: key)
    }

    @Test("A row copied over another key's does not open", arguments: Assembly.allCases)
    func copied(assembly: Assembly) throws {
        let fixture = try Fixture(assembly)
        let (mine, theirs) = (try fixture.makeKey(), try fixture.makeKey())
        let blob = try fixture.encrypt("x", under: theirs)
        let row = try version(theirs, fixture)
        try swapped(
            theirs, row, material: try version(mine, fixture).sealedMaterial, fixture)
        #expect(throws: KMSServiceError.backend(.materialNotAuthentic)) {
            _ = try fixture.decrypt(blob)
        }
    }

    @Test("A row of one version copied over another version's does not open")
    func copiedVersion() throws {
        let fixture = try Fixture()
        let key = try fixture.makeKey()
        let first = try version(key, fixture)
        _ = try fixture.service.rotateKeyOnDemand(
            RotateKeyOnDemandRequest(keyID: key), caller: fixture.caller)
        let id = try keyID(key)
        let stored = try #require(try fixture.store.read { try $0.key(id) })
        let second = try #require(try fixture.store.read { try $0.versions(of: id) }.last)
        try fixture.store.write { store in
            try store.destroy(id)
            try store.insert(stored)
            try store.insert(
                KeyVersion(
                    id: second.id, keyID: id, creationDate: second.creationDate,
                    cause: second.cause, sealedMaterial: first.sealedMaterial))
        }
        #expect(throws: KMSServiceError.backend(.materialNotAuthentic)) {
            _ = try fixture.encrypt("x", under: key)
        }
    }

    @Test("No stored row holds the material in the clear, and no two rows are alike")
    func sealed() throws {
        let fixture = try Fixture()
        let rows = try (0..<8).map { _ in try version(fixture.makeKey(), fixture).sealedMaterial }
        #expect(Set(rows).count == 8)
        #expect(rows.allSatisfy { $0.count == 32 + 32 + 16 })
    }
}
