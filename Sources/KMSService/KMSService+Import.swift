package import KMSDomain
package import KMSModel

/// GetParametersForImport, ImportKeyMaterial, DeleteImportedKeyMaterial.
extension KMSService {
    package func getParametersForImport(
        _ request: GetParametersForImportRequest, caller: Caller
    ) throws(KMSServiceError) -> GetParametersForImportResponse {
        let event = event(
            .getParametersForImport, by: caller,
            parameters: [
                AuditField("keyId", .text(request.keyID)),
                AuditField("wrappingAlgorithm", .text(request.wrappingAlgorithm.rawValue)),
                AuditField("wrappingKeySpec", .text(request.wrappingKeySpec.rawValue)),
            ])
        return try perform(event) { event in
            var access = AccessFacts()
            access[.wrappingAlgorithm] = request.wrappingAlgorithm.rawValue
            access[.wrappingKeySpec] = request.wrappingKeySpec.rawValue
            let (key, arn) = try store.read { store in
                try self.key(
                    request.keyID, for: .getParametersForImport, access: access, in: store,
                    event: &event
                ) { () throws(KMSError) in try Validation.keyID(request.keyID) }
            }
            try refusing(arn) { () throws(KeyRefusal) in try key.require(.importMaterial) }
            let scheme = try Validation.wrapping(request, of: key.spec)
            let expiration = event.time.adding(seconds: MaterialImports.lifetimeInSeconds)
            let made = try materialImports().parameters(
                ImportTokens.Terms(
                    scheme: scheme, keyID: key.id, principal: Self.importer(event.caller),
                    expiration: expiration), kind: request.wrappingKeySpec.keyKind)
            return GetParametersForImportResponse(
                keyID: arn, importToken: made.token, publicKey: made.publicKey,
                parametersValidTo: expiration.secondsSince1970)
        }
    }

    package func importKeyMaterial(
        _ request: ImportKeyMaterialRequest, caller: Caller
    ) throws(KMSServiceError) -> ImportKeyMaterialResponse {
        let model = request.expirationModel ?? .keyMaterialExpires
        var parameters = [
            AuditField("keyId", .text(request.keyID)),
            AuditField("expirationModel", .text(model.rawValue)),
        ]
        let validTo = request.validTo.flatMap(Validation.time)
        if let validTo { parameters.append(AuditField("validTo", .time(validTo))) }
        if let type = request.importType {
            parameters.append(AuditField("importType", .text(type.rawValue)))
        }
        return try change(event(.importKeyMaterial, by: caller, parameters: parameters)) {
            store, event in
            var access = AccessFacts()
            access[.expirationModel] = model.rawValue
            access[.validTo] = validTo?.iso8601
            let now = event.time
            let (key, arn) = try key(
                request.keyID, for: .importKeyMaterial, access: access, in: store, event: &event
            ) { () throws(KMSError) in
                try Validation.importation(request, model, validTo, now: now)
            }
            try refusing(arn) { () throws(KeyRefusal) in try key.require(.importMaterial) }
            try Validation.importOptions(request, of: key.spec)
            let imports = try materialImports()
            let material = try imports.material(
                request.encryptedKeyMaterial, for: key, token: request.importToken,
                principal: Self.importer(event.caller), now: event.time)
            let sealed = try imports.seal(material, of: key)
            try take(
                KeyVersion(
                    id: material.version, keyID: key.name.id, creationDate: event.time,
                    cause: .creation, sealedMaterial: sealed,
                    importation: KeyVersion.Importation(
                        description: request.keyMaterialDescription,
                        validTo: model == .keyMaterialExpires ? validTo : nil)),
                as: request, for: key, arn: arn, in: store)
            let materialID = key.materialID(of: material.version)
            event.response = [AuditField("keyId", .text(arn))]
            event.additional = [AuditField("importedKeyMaterialId", .text(materialID))]
            return ImportKeyMaterialResponse(
                keyID: arn, keyMaterialID: key.spec == .symmetricDefault ? materialID : nil)
        }
    }

    package func deleteImportedKeyMaterial(
        _ request: DeleteImportedKeyMaterialRequest, caller: Caller
    ) throws(KMSServiceError) -> DeleteImportedKeyMaterialResponse {
        var parameters = [AuditField("keyId", .text(request.keyID))]
        if let id = request.keyMaterialID {
            parameters.append(AuditField("keyMaterialId", .text(id)))
        }
        return try change(event(.deleteImportedKeyMaterial, by: caller, parameters: parameters)) {
            store, event in
            let (key, arn) = try key(
                request.keyID, for: .deleteImportedKeyMaterial, in: store, event: &event
            ) { () throws(KMSError) in try Validation.keyID(request.keyID) }
            try refusing(arn) { () throws(KeyRefusal) in try key.require(.deleteMaterial) }
            event.response = [AuditField("keyId", .text(arn))]
            let versions = try store.versions(of: key.id)
            let wanted = request.keyMaterialID ?? key.materialID(of: key.currentVersion)
            guard let version = versions.first(where: { key.materialID(of: $0.id) == wanted })
            else {
                // A key that never had any has none now.
                guard request.keyMaterialID == nil else {
                    throw KMSError.notFound("Key material '\(wanted)' does not exist for \(arn)")
                }
                return DeleteImportedKeyMaterialResponse(keyID: arn)
            }
            try removeMaterial(of: [version], of: key, in: store)
            event.additional = [AuditField("keyMaterialId", .text(wanted))]
            return DeleteImportedKeyMaterialResponse(
                keyID: arn, keyMaterialID: key.spec == .symmetricDefault ? wanted : nil)
        }
    }

    private func materialImports() throws(KMSError) -> MaterialImports {
        guard let imports else {
            throw .unsupportedOperation(
                "Imported key material is not supported by this key service.")
        }
        return imports
    }

    /// Whose token it is: of a session, its role's.
    private static func importer(_ caller: Caller) -> String { caller.principal.conditionARN }
}
