import KMSDomain
import KMSModel
import KMSService
import KMSTestSupport
import OpenSSLCrypto
import SecretMemory
import Testing

/// Key material that was made elsewhere.
@Suite struct ImportTests {
    static let specs = KeySpec.allCases.filter { $0 != .mlDSA44 && $0 != .mlKEM512 }
    static let wrappings: [(WrappingAlgorithm, WrappingKeySpec)] =
        [
            .rsaesOAEPSHA1, .rsaesOAEPSHA256, .rsaAESKeyWrapSHA1, .rsaAESKeyWrapSHA256,
        ].flatMap { algorithm in
            [.rsa2048, .rsa3072, .rsa4096].map { (algorithm, $0) }
        } + [(.sm2PKE, .sm2)]

    @Test("A key of origin EXTERNAL waits for its material, and says so to everybody who wants it")
    func pending() throws {
        let world = try ImportWorld()
        let metadata = try world.metadata
        #expect(metadata.keyState == .pendingImport)
        #expect(!metadata.enabled)
        #expect(metadata.origin == .external)
        #expect(metadata.expirationModel == nil)
        #expect(metadata.currentKeyMaterialID == nil)
        let pending = KMSError.kmsInvalidState("\(world.key) is pending import.")
        let (service, caller) = (world.fixture.service, world.fixture.caller)
        #expect(refusal { _ = try world.fixture.encrypt("x", under: world.key) } == pending)
        #expect(
            refusal { try service.enableKey(EnableKeyRequest(keyID: world.key), caller: caller) }
                == pending)
        #expect(
            refusal { try service.disableKey(DisableKeyRequest(keyID: world.key), caller: caller) }
                == pending)
        #expect(
            refusal {
                _ = try service.rotateKeyOnDemand(
                    RotateKeyOnDemandRequest(keyID: world.key), caller: caller)
            } == pending)
        #expect(
            refusal {
                try service.enableKeyRotation(
                    EnableKeyRotationRequest(keyID: world.key), caller: caller)
            }
                == .unsupportedOperation(
                    "\(world.key) origin is EXTERNAL which is not valid for this operation."))
        #expect(
            try service.deleteImportedKeyMaterial(
                DeleteImportedKeyMaterialRequest(keyID: world.key), caller: caller
            ).keyMaterialID == nil)
    }

    @Test(
        "Imported material is used as the service's own is, over every backend that can",
        arguments: [Assembly.softwareOverMemory, .softwareOverSQLite, .tokenOverMemory],
        MaterialOwner.Tool.allCases)
    func use(assembly: Assembly, tool: MaterialOwner.Tool) throws {
        let world = try ImportWorld(assembly)
        let (material, _) = try world.owner.makeMaterial(.symmetricDefault)
        let response = try world.importMaterial(material, tool: tool)
        #expect(response.keyID == world.key)
        let metadata = try world.metadata
        #expect(metadata.keyState == .enabled)
        #expect(metadata.enabled)
        #expect(metadata.expirationModel == .keyMaterialDoesNotExpire)
        #expect(metadata.validTo == nil)
        #expect(metadata.currentKeyMaterialID == response.keyMaterialID)
        let blob = try world.fixture.encrypt("x", under: world.key)
        #expect(try world.fixture.secondService().canDecrypt(blob, world.fixture.caller))
        let expected = unsafe try HKDFSHA256.expand(
            pseudorandomKey: material.span.bytes, info: Array("info".utf8))
        let derived = try world.handle().deriveKey(info: Array("info".utf8))
        #expect(expected.withBytes { $0.bytes } == derived.withBytes { $0.bytes })
    }

    @Test("Material of every spec is taken, and is what its owner has", arguments: specs)
    func everySpec(spec: KeySpec) throws {
        let world = try ImportWorld(spec: spec)
        let (material, publicKey) = try world.owner.makeMaterial(spec)
        _ = try world.importMaterial(material, by: .rsaAESKeyWrapSHA256)
        #expect(try world.metadata.keyState == .enabled)
        let handle = try world.handle()
        if let publicKey { #expect(try handle.publicKey() == publicKey) }
        if let digest = spec.hmacDigest {
            let message = Array("message".utf8)
            let expected = unsafe try HMAC.code(
                digest, key: material.span.bytes, message: message.span.bytes)
            #expect(unsafe try handle.code(of: message.span.bytes) == expected)
        }
        // The same again is the same; other material of the spec is not.
        _ = try world.importMaterial(material, by: .rsaAESKeyWrapSHA1)
        let other = try world.owner.makeMaterial(spec).material
        guard
            case .incorrectKeyMaterial = refusal({
                _ = try world.importMaterial(other, by: .rsaAESKeyWrapSHA256)
            })
        else {
            Issue.record("other material was taken")
            return
        }
    }

    @Test("Every way of wrapping comes through", arguments: wrappings)
    func everyWrapping(algorithm: WrappingAlgorithm, spec: WrappingKeySpec) throws {
        let world = try ImportWorld()
        let (material, _) = try world.owner.makeMaterial(.symmetricDefault)
        _ = try world.importMaterial(material, by: algorithm, to: spec)
        #expect(try world.metadata.keyState == .enabled)
    }

    @Test("Wrappings that AWS does not have are refused")
    func wrongWrappings() throws {
        func refused(
            _ spec: KeySpec, _ algorithm: WrappingAlgorithm, _ wrapping: WrappingKeySpec
        ) throws -> KMSError? {
            let world = try ImportWorld(spec: spec)
            return refusal { _ = try world.parameters(algorithm, wrapping) }
        }
        for (spec, algorithm, wrapping): (KeySpec, WrappingAlgorithm, WrappingKeySpec) in [
            (.symmetricDefault, .rsaesPKCS1V15, .rsa2048),
            (.rsa2048, .rsaesOAEPSHA256, .rsa4096), (.rsa4096, .rsaesOAEPSHA1, .rsa4096),
            (.eccNISTP521, .rsaesOAEPSHA256, .rsa2048),
        ] {
            guard case .unsupportedOperation = try refused(spec, algorithm, wrapping) else {
                Issue.record("\(spec) \(algorithm) \(wrapping) was taken")
                return
            }
        }
        for (algorithm, wrapping): (WrappingAlgorithm, WrappingKeySpec) in [
            (.sm2PKE, .rsa2048), (.rsaesOAEPSHA256, .sm2),
        ] {
            guard case .validation = try refused(.symmetricDefault, algorithm, wrapping) else {
                Issue.record("\(algorithm) \(wrapping) was taken")
                return
            }
        }
        let service = try Fixture()
        let own = try service.makeKey()
        #expect(
            refusal {
                _ = try service.service.getParametersForImport(
                    GetParametersForImportRequest(
                        keyID: own, wrappingAlgorithm: .rsaesOAEPSHA256, wrappingKeySpec: .rsa2048),
                    caller: service.caller)
            }
                == .unsupportedOperation(
                    "\(own) origin is AWS_KMS which is not valid for this operation."))
    }

    @Test("What is none of the spec is refused as material, what is not wrapped as a ciphertext")
    func wrongMaterial() throws {
        for (spec, other): (KeySpec, KeySpec) in [
            (.symmetricDefault, .hmac224), (.hmac256, .hmac512), (.rsa3072, .rsa2048),
            (.eccNISTP256, .eccSECGP256K1), (.eccNISTEdwards25519, .symmetricDefault),
            (.mlDSA65, .mlDSA87), (.sm2, .eccNISTP256),
        ] {
            let world = try ImportWorld(spec: spec)
            let material = try world.owner.makeMaterial(other).material
            guard
                case .incorrectKeyMaterial = refusal({
                    _ = try world.importMaterial(material, by: .rsaAESKeyWrapSHA256)
                })
            else {
                Issue.record("\(other) was taken for \(spec)")
                return
            }
            #expect(try world.metadata.keyState == .pendingImport)
        }
        let world = try ImportWorld()
        for algorithm: WrappingAlgorithm in [.rsaesOAEPSHA256, .rsaAESKeyWrapSHA256] {
            let parameters = try world.parameters(algorithm, .rsa2048)
            var wrapped = try world.owner.wrap(
                [UInt8](repeating: 7, count: 32), to: parameters.publicKey, by: algorithm)
            wrapped[wrapped.count - 1] ^= 1
            #expect(
                refusal { _ = try world.send(wrapped, parameters.importToken) }
                    == .invalidCiphertext)
            #expect(
                refusal { _ = try world.send([1], parameters.importToken) } == .invalidCiphertext)
        }
    }

    @Test("A token counts for its key, its caller, its wrapping key and its day only")
    func tokens() throws {
        // Everybody may import: the token alone says no.
        let world = try ImportWorld(authorizer: RecordingAuthorizer())
        let material = [UInt8](repeating: 7, count: 32)
        let parameters = try world.parameters(.rsaesOAEPSHA256, .rsa2048)
        #expect(
            parameters.parametersValidTo == TurnedClock.start.adding(days: 1).secondsSince1970)
        #expect(parameters.importToken.count <= 6144)
        let wrapped = try world.owner.wrap(
            material, to: parameters.publicKey, by: .rsaesOAEPSHA256)
        func isInvalid(_ body: () throws -> Void) -> Bool {
            if case .invalidImportToken = refusal(body) { true } else { false }
        }
        // Each byte of the token.
        for index in stride(from: 0, to: parameters.importToken.count, by: 7) {
            var token = parameters.importToken
            token[index] ^= 1
            #expect(isInvalid { _ = try world.send(wrapped, token) }, "byte \(index)")
        }
        for count in [0, 1, 33, 34, 60, 90, parameters.importToken.count - 1] where count > 0 {
            let token = Array(parameters.importToken.prefix(count))
            #expect(isInvalid { _ = try world.send(wrapped, token) }, "\(count) bytes")
        }
        // Another key's.
        let other = try world.makeKey(.symmetricDefault)
        #expect(isInvalid { _ = try world.send(wrapped, parameters.importToken, key: other) })
        // Another caller's.
        let caller = Caller(
            kind: .root, principalID: "1", arn: "arn:aws:iam::000000000000:user/other",
            accountID: "000000000000", region: world.fixture.caller.region, userName: nil,
            source: "local", userAgent: "")
        #expect(isInvalid { _ = try world.send(wrapped, parameters.importToken, caller: caller) })
        // Another wrapping key's.
        let second = try world.parameters(.rsaesOAEPSHA256, .rsa2048)
        #expect(
            refusal { _ = try world.send(wrapped, second.importToken) } == .invalidCiphertext)
        #expect(second.publicKey != parameters.publicKey)
        // A day later.
        world.fixture.clock.advance(seconds: 24 * 60 * 60 - 1)
        _ = try world.send(wrapped, parameters.importToken)
        world.fixture.clock.advance(seconds: 1)
        guard
            case .expiredImportToken = refusal({
                _ = try world.send(wrapped, parameters.importToken)
            })
        else {
            Issue.record("an expired token was taken")
            return
        }
    }

    @Test(
        "Material that expires is destroyed then; what it sealed opens after it came back",
        arguments: [Assembly.softwareOverMemory, .softwareOverSQLite])
    func expiry(assembly: Assembly) throws {
        let world = try ImportWorld(assembly)
        let material = try world.owner.makeMaterial(.symmetricDefault).material
        let validTo = TurnedClock.start.adding(days: 10)
        _ = try world.importMaterial(material, validTo: validTo.secondsSince1970)
        #expect(try world.metadata.validTo == validTo.secondsSince1970)
        #expect(try world.metadata.expirationModel == .keyMaterialExpires)
        let blob = try world.fixture.encrypt("x", under: world.key)
        world.fixture.clock.advance(days: 9)
        #expect(try world.fixture.decrypt(blob) == "x")
        world.fixture.clock.advance(days: 1)
        #expect(
            refusal { _ = try world.fixture.decrypt(blob) }
                == .kmsInvalidState("\(world.key) is pending import."))
        #expect(try world.metadata.keyState == .pendingImport)
        #expect(try world.versions.map(\.sealedMaterial) == [[]])
        let record = try #require(
            world.fixture.audit.events.first { $0.name == "DeleteExpiredKeyMaterial" })
        #expect(record.resources == [world.key])
        let other = try world.owner.makeMaterial(.symmetricDefault).material
        guard case .incorrectKeyMaterial = refusal({ _ = try world.importMaterial(other) }) else {
            Issue.record("other material was taken")
            return
        }
        _ = try world.importMaterial(material)
        #expect(try world.fixture.decrypt(blob) == "x")
        #expect(try world.metadata.expirationModel == .keyMaterialDoesNotExpire)
    }

    @Test("A date of expiry is asked for, in the future and within a year, or not taken")
    func validTo() throws {
        let world = try ImportWorld()
        let now = TurnedClock.start
        for (model, validTo): (ExpirationModel?, Double?) in [
            (nil, nil), (.keyMaterialExpires, nil), (nil, now.secondsSince1970),
            (nil, now.adding(days: 366).secondsSince1970), (nil, .infinity), (nil, 1e300),
            (nil, -1e300), (.keyMaterialDoesNotExpire, now.adding(days: 1).secondsSince1970),
        ] {
            guard
                case .validation = refusal({
                    _ = try world.fixture.service.importKeyMaterial(
                        ImportKeyMaterialRequest(
                            keyID: world.key, importToken: [1], encryptedKeyMaterial: [1],
                            validTo: validTo, expirationModel: model),
                        caller: world.fixture.caller)
                })
            else {
                Issue.record("\(String(describing: model)) \(String(describing: validTo))")
                return
            }
        }
    }

    @Test("Deleted material is gone from the store, and the key waits for the same")
    func deletion() throws {
        let world = try ImportWorld(.softwareOverSQLite)
        let material = try world.owner.makeMaterial(.symmetricDefault).material
        let imported = try world.importMaterial(material)
        let blob = try world.fixture.encrypt("x", under: world.key)
        let (service, caller) = (world.fixture.service, world.fixture.caller)
        try service.disableKey(DisableKeyRequest(keyID: world.key), caller: caller)
        let deleted = try service.deleteImportedKeyMaterial(
            DeleteImportedKeyMaterialRequest(keyID: world.key), caller: caller)
        #expect(deleted.keyID == world.key)
        #expect(deleted.keyMaterialID == imported.keyMaterialID)
        #expect(try world.versions.map(\.sealedMaterial) == [[]])
        #expect(try world.metadata.keyState == .pendingImport)
        #expect(refusal { _ = try world.fixture.decrypt(blob) } != nil)
        _ = try world.importMaterial(material)
        #expect(try world.metadata.keyState == .enabled)
        #expect(try world.fixture.decrypt(blob) == "x")
        // A dying key can lose its material, and comes back without it.
        _ = try service.scheduleKeyDeletion(
            ScheduleKeyDeletionRequest(keyID: world.key), caller: caller)
        _ = try service.deleteImportedKeyMaterial(
            DeleteImportedKeyMaterialRequest(keyID: world.key), caller: caller)
        #expect(try world.metadata.keyState == .pendingDeletion)
        #expect(
            refusal { _ = try world.parameters(.rsaesOAEPSHA256, .rsa2048) }
                == .kmsInvalidState("\(world.key) is pending deletion."))
        _ = try service.cancelKeyDeletion(
            CancelKeyDeletionRequest(keyID: world.key), caller: caller)
        #expect(try world.metadata.keyState == .pendingImport)
        guard
            case .notFound = refusal({
                _ = try service.deleteImportedKeyMaterial(
                    DeleteImportedKeyMaterialRequest(
                        keyID: world.key, keyMaterialID: String(repeating: "a", count: 64)),
                    caller: caller)
            })
        else {
            Issue.record("unknown material was deleted")
            return
        }
    }

    @Test(
        "Several materials: one waits for the rotation, all have to be there, each opens its own",
        arguments: [Assembly.softwareOverMemory, .softwareOverSQLite])
    func rotation(assembly: Assembly) throws {
        let world = try ImportWorld(assembly)
        let (service, caller) = (world.fixture.service, world.fixture.caller)
        let materials = try (0..<3).map { _ in
            try world.owner.makeMaterial(.symmetricDefault).material
        }
        let first = try world.importMaterial(materials[0], description: "first")
        let old = try world.fixture.encrypt("old", under: world.key)
        #expect(
            refusal {
                _ = try service.rotateKeyOnDemand(
                    RotateKeyOnDemandRequest(keyID: world.key), caller: caller)
            }
                == .kmsInvalidState(
                    "\(world.key) has no key material that is pending rotation."))
        // Not said to be new, it has to be the old.
        guard case .incorrectKeyMaterial = refusal({ _ = try world.importMaterial(materials[1]) })
        else {
            Issue.record("new material was taken for old")
            return
        }
        guard
            case .incorrectKeyMaterial = refusal({
                _ = try world.importMaterial(materials[0], type: .newKeyMaterial)
            })
        else {
            Issue.record("old material was taken for new")
            return
        }
        let second = try world.importMaterial(
            materials[1], type: .newKeyMaterial,
            validTo: TurnedClock.start.adding(days: 20).secondsSince1970, description: "second")
        #expect(try world.rotations().map(\.keyMaterialState) == [.current, .pendingRotation])
        #expect(try world.metadata.currentKeyMaterialID == first.keyMaterialID)
        guard
            case .kmsInvalidState = refusal({
                _ = try world.importMaterial(materials[2], type: .newKeyMaterial)
            })
        else {
            Issue.record("two materials wait")
            return
        }
        world.fixture.clock.advance(days: 1)
        _ = try service.rotateKeyOnDemand(
            RotateKeyOnDemandRequest(keyID: world.key), caller: caller)
        #expect(try world.metadata.currentKeyMaterialID == second.keyMaterialID)
        let new = try world.fixture.encrypt("new", under: world.key)
        #expect(new[24..<40] != old[24..<40])
        #expect(try world.fixture.decrypt(old) == "old")
        let listed = try world.rotations()
        #expect(listed.map(\.keyMaterialID) == [first.keyMaterialID, second.keyMaterialID])
        #expect(listed.map(\.keyMaterialState) == [.nonCurrent, .current])
        #expect(listed.map(\.keyMaterialDescription) == ["first", "second"])
        #expect(listed.map(\.importState) == [.imported, .imported])
        #expect(listed.map(\.rotationType) == [nil, .onDemand])
        #expect(
            listed.map(\.rotationDate)
                == [nil, TurnedClock.start.adding(days: 1).secondsSince1970])
        #expect(listed.map(\.expirationModel) == [.keyMaterialDoesNotExpire, .keyMaterialExpires])
        // An old one that is gone stops the key.
        _ = try service.deleteImportedKeyMaterial(
            DeleteImportedKeyMaterialRequest(
                keyID: world.key, keyMaterialID: first.keyMaterialID), caller: caller)
        #expect(try world.rotations().map(\.importState) == [.pendingImport, .imported])
        #expect(try world.metadata.keyState == .pendingImport)
        #expect(refusal { _ = try world.fixture.decrypt(new) } != nil)
        // And is asked for by its name.
        guard
            case .incorrectKeyMaterial = refusal({
                _ = try world.importMaterial(materials[1], materialID: first.keyMaterialID)
            })
        else {
            Issue.record("another material was taken")
            return
        }
        _ = try world.importMaterial(materials[0], materialID: first.keyMaterialID)
        #expect(try world.fixture.decrypt(old) == "old")
        #expect(try world.fixture.decrypt(new) == "new")
        #expect(try world.rotations().first?.keyMaterialDescription == "first")
        // What waits for a rotation has sealed nothing and is forgotten.
        let third = try world.importMaterial(materials[2], type: .newKeyMaterial)
        _ = try service.deleteImportedKeyMaterial(
            DeleteImportedKeyMaterialRequest(
                keyID: world.key, keyMaterialID: third.keyMaterialID), caller: caller)
        #expect(try world.metadata.keyState == .enabled)
        #expect(try world.rotations().count == 2)
        // The second expires.
        world.fixture.clock.advance(days: 19)
        #expect(try world.metadata.keyState == .pendingImport)
        #expect(try world.rotations().map(\.importState) == [.imported, .pendingImport])
    }

    @Test("What tells several materials apart means nothing for a key that has but one")
    func options() throws {
        let world = try ImportWorld(spec: .hmac256)
        for (type, description, id): (ImportType?, String?, String?) in [
            (.newKeyMaterial, nil, nil), (nil, "x", nil),
            (nil, nil, String(repeating: "a", count: 64)),
        ] {
            guard
                case .unsupportedOperation = refusal({
                    _ = try world.importMaterial(
                        [UInt8](repeating: 1, count: 32), type: type, description: description,
                        materialID: id)
                })
            else {
                Issue.record("was taken")
                return
            }
        }
        let symmetric = try ImportWorld()
        guard
            case .validation = refusal({
                _ = try symmetric.importMaterial(
                    [UInt8](repeating: 1, count: 32), type: .newKeyMaterial,
                    materialID: String(repeating: "a", count: 64))
            })
        else {
            Issue.record("a name for new material was taken")
            return
        }
    }

    @Test("Policies see how material is wrapped, when it ends and where a key's comes from")
    func conditions() throws {
        let recorder = RecordingAuthorizer()
        let world = try ImportWorld(authorizer: recorder)
        let validTo = TurnedClock.start.adding(days: 3)
        _ = try world.importMaterial(
            [UInt8](repeating: 1, count: 32), by: .rsaAESKeyWrapSHA256, to: .rsa3072,
            validTo: validTo.secondsSince1970)
        let parameters = try #require(
            recorder.requests.first { $0.action == "kms:GetParametersForImport" })
        #expect(parameters.conditions[.wrappingAlgorithm] == ["RSA_AES_KEY_WRAP_SHA_256"])
        #expect(parameters.conditions[.wrappingKeySpec] == ["RSA_3072"])
        #expect(parameters.conditions[.keyOrigin] == ["EXTERNAL"])
        let imported = try #require(
            recorder.requests.first { $0.action == "kms:ImportKeyMaterial" })
        #expect(imported.conditions[.expirationModel] == ["KEY_MATERIAL_EXPIRES"])
        #expect(imported.conditions[.validTo] == [validTo.iso8601])
        #expect(imported.conditions[.keyOrigin] == ["EXTERNAL"])
        let created = try #require(recorder.requests.first { $0.action == "kms:CreateKey" })
        #expect(created.conditions[.keyOrigin] == ["EXTERNAL"])
    }

    @Test("Records tell of an import without token and material")
    func records() throws {
        let world = try ImportWorld()
        let response = try world.importMaterial([UInt8](repeating: 1, count: 32))
        let event = try #require(
            world.fixture.audit.events.last { $0.name == "ImportKeyMaterial" })
        #expect(event.resources == [world.key])
        #expect(event.parameters.map(\.name) == ["keyId", "expirationModel"])
        guard case .text(let id)? = event.additional.first?.value else {
            Issue.record("the record does not name the material")
            return
        }
        #expect(id == response.keyMaterialID)
    }

    @Test("A service that was given nothing to import with makes no such key")
    func withoutImports() throws {
        let fixture = try Fixture(.vaultOverMemory)
        guard
            case .unsupportedOperation = refusal({
                _ = try fixture.service.createKey(
                    CreateKeyRequest(origin: .external), caller: fixture.caller)
            })
        else {
            Issue.record("was made")
            return
        }
    }
}
