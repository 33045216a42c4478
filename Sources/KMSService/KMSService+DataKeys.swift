package import KMSDomain
package import KMSModel
internal import SecretMemory

/// GenerateDataKey, its sister without plaintext, and GenerateRandom. None of them writes a row.
extension KMSService {
    package func generateDataKey(
        _ request: GenerateDataKeyRequest, caller: Caller
    ) throws(KMSServiceError) -> GenerateDataKeyResponse {
        let wish = DataKeyWish(request)
        let event = event(.generateDataKey, by: caller, parameters: wish.parameters)
        return try perform(event) { event in
            let (key, handle) = try sealingKey(wish, event: &event) { () throws(KMSError) in
                try Validation.noRecipient(request.recipient)
            }
            let plaintext = SecretBytes(randomByteCount: try wish.byteCount())
            let blob = try seal(
                plaintext, under: key, handle, by: .symmetricDefault,
                context: request.encryptionContext, event: &event)
            return GenerateDataKeyResponse(
                ciphertextBlob: blob, plaintext: plaintext, keyID: key.arn,
                keyMaterialID: key.currentMaterialID)
        }
    }

    package func generateDataKeyWithoutPlaintext(
        _ request: GenerateDataKeyWithoutPlaintextRequest, caller: Caller
    ) throws(KMSServiceError) -> GenerateDataKeyWithoutPlaintextResponse {
        let wish = DataKeyWish(request)
        let event = event(
            .generateDataKeyWithoutPlaintext, by: caller, parameters: wish.parameters)
        return try perform(event) { event in
            let (key, handle) = try sealingKey(wish, event: &event)
            let blob = try seal(
                SecretBytes(randomByteCount: try wish.byteCount()), under: key, handle,
                by: .symmetricDefault, context: request.encryptionContext, event: &event)
            return GenerateDataKeyWithoutPlaintextResponse(
                ciphertextBlob: blob, keyID: key.arn, keyMaterialID: key.currentMaterialID)
        }
    }

    /// The symmetric key that is to seal a data key, once everything is as it should be; in a dry run,
    /// that is all.
    private func sealingKey(
        _ wish: DataKeyWish, event: inout AuditEvent,
        validate: () throws(KMSError) -> Void = {}
    ) throws -> (CachedKey, any KeyHandle) {
        let key = try workingKey(wish.keyID, wish.use, event: &event) { () throws(KMSError) in
            try Validation.keyID(wish.keyID)
            _ = try wish.byteCount()
            try validate()
        } fits: { key throws(KMSError) in
            try Validation.symmetric(key.spec, toGenerate: "data key")
        }
        let handle = try handle(of: key)
        try refuseDryRun(wish.dryRun)
        return (key, handle)
    }

    package func generateRandom(
        _ request: GenerateRandomRequest, caller: Caller
    ) throws(KMSServiceError) -> GenerateRandomResponse {
        var parameters = [AuditField("numberOfBytes", .number(request.numberOfBytes))]
        if let id = request.customKeyStoreID {
            parameters.append(AuditField("customKeyStoreId", .text(id)))
        }
        let event = event(.generateRandom, by: caller, parameters: parameters)
        return try perform(event) { event in
            try authorize(.generateRandom, by: event.caller, on: nil)
            try Validation.value(
                request.numberOfBytes, of: "numberOfBytes", in: KMSLimits.randomByteCount)
            try Validation.noRecipient(request.recipient)
            return GenerateRandomResponse(
                plaintext: try random(
                    byteCount: request.numberOfBytes, from: request.customKeyStoreID,
                    in: event.caller.realm))
        }
    }

    func refuseDryRun(_ dryRun: Bool) throws(KMSError) {
        if dryRun {
            throw .dryRunOperation(
                "The request would have succeeded, but the DryRun option is set.")
        }
    }

    static func contextParameter(
        _ name: String, _ context: EncryptionContext
    ) -> [AuditField] {
        context.isEmpty ? [] : [AuditField(name, .pairs(context.auditPairs))]
    }

    static func dryRunParameter(_ dryRun: Bool) -> [AuditField] {
        dryRun ? [AuditField("dryRun", .boolean(true))] : []
    }
}

/// What both of GenerateDataKey's requests ask for.
private struct DataKeyWish {
    let keyID: String
    let numberOfBytes: Int?
    let keySpec: DataKeySpec?
    let use: KeyUse
    let dryRun: Bool

    init(_ request: GenerateDataKeyRequest) {
        keyID = request.keyID
        numberOfBytes = request.numberOfBytes
        keySpec = request.keySpec
        use = KeyUse(
            operation: .generateDataKey, usage: .encryptDecrypt,
            context: request.encryptionContext, grantTokens: request.grantTokens)
        dryRun = request.dryRun
    }

    init(_ request: GenerateDataKeyWithoutPlaintextRequest) {
        keyID = request.keyID
        numberOfBytes = request.numberOfBytes
        keySpec = request.keySpec
        use = KeyUse(
            operation: .generateDataKeyWithoutPlaintext, usage: .encryptDecrypt,
            context: request.encryptionContext, grantTokens: request.grantTokens)
        dryRun = request.dryRun
    }

    func byteCount() throws(KMSError) -> Int {
        try Validation.dataKeyByteCount(numberOfBytes: numberOfBytes, keySpec: keySpec)
    }

    var parameters: [AuditField] {
        var parameters = [AuditField("keyId", .text(keyID))]
        if let numberOfBytes {
            parameters.append(AuditField("numberOfBytes", .number(numberOfBytes)))
        }
        if let keySpec { parameters.append(AuditField("keySpec", .text(keySpec.rawValue))) }
        parameters += KMSService.contextParameter("encryptionContext", use.context)
        return parameters + KMSService.dryRunParameter(dryRun)
    }
}
