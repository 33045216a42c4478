package import KMSDomain
package import KMSModel
internal import SecretMemory

/// GenerateDataKey, its sister without plaintext, and GenerateRandom. None of them writes a row.
extension KMSService {
    package func generateDataKey(
        _ request: GenerateDataKeyRequest, caller: Caller
    ) throws(KMSServiceError) -> GenerateDataKeyResponse {
        let event = event(
            .generateDataKey, by: caller,
            parameters: Self.parameters(
                keyID: request.keyID, context: request.encryptionContext,
                numberOfBytes: request.numberOfBytes, keySpec: request.keySpec))
        return try perform(event) { event in
            var byteCount = 0
            let key = try workingKey(
                request.keyID, for: .generateDataKey, context: request.encryptionContext,
                event: &event
            ) { _ throws(KMSError) in
                try Validation.keyID(request.keyID)
                byteCount = try Validation.dataKeyByteCount(
                    numberOfBytes: request.numberOfBytes, keySpec: request.keySpec)
            }
            try refuseDryRun(request.dryRun)
            let plaintext = SecretBytes(randomByteCount: byteCount)
            let blob = try seal(
                plaintext, under: key, context: request.encryptionContext, event: &event)
            return GenerateDataKeyResponse(
                ciphertextBlob: blob, plaintext: plaintext, keyID: key.arn,
                keyMaterialID: key.currentMaterialID)
        }
    }

    package func generateDataKeyWithoutPlaintext(
        _ request: GenerateDataKeyWithoutPlaintextRequest, caller: Caller
    ) throws(KMSServiceError) -> GenerateDataKeyWithoutPlaintextResponse {
        let event = event(
            .generateDataKeyWithoutPlaintext, by: caller,
            parameters: Self.parameters(
                keyID: request.keyID, context: request.encryptionContext,
                numberOfBytes: request.numberOfBytes, keySpec: request.keySpec))
        return try perform(event) { event in
            var byteCount = 0
            let key = try workingKey(
                request.keyID, for: .generateDataKeyWithoutPlaintext,
                context: request.encryptionContext, event: &event
            ) { _ throws(KMSError) in
                try Validation.keyID(request.keyID)
                byteCount = try Validation.dataKeyByteCount(
                    numberOfBytes: request.numberOfBytes, keySpec: request.keySpec)
            }
            try refuseDryRun(request.dryRun)
            let blob = try seal(
                SecretBytes(randomByteCount: byteCount), under: key,
                context: request.encryptionContext, event: &event)
            return GenerateDataKeyWithoutPlaintextResponse(
                ciphertextBlob: blob, keyID: key.arn, keyMaterialID: key.currentMaterialID)
        }
    }

    package func generateRandom(
        _ request: GenerateRandomRequest, caller: Caller
    ) throws(KMSServiceError) -> GenerateRandomResponse {
        let event = event(
            .generateRandom, by: caller,
            parameters: [AuditField("numberOfBytes", .number(request.numberOfBytes))])
        return try perform(event) { event in
            try authorize(.generateRandom, by: event.caller, on: nil)
            try Validation.value(
                request.numberOfBytes, of: "numberOfBytes", in: KMSLimits.randomByteCount)
            return GenerateRandomResponse(
                plaintext: try random(
                    byteCount: request.numberOfBytes, from: request.customKeyStoreID))
        }
    }

    /// A blob of `plaintext` under the newest version of `key`, which the record then names.
    func seal(
        _ plaintext: borrowing SecretBytes, under key: CachedKey, context: EncryptionContext,
        event: inout AuditEvent
    ) throws -> [UInt8] {
        let handle = try sealingHandle(of: key)
        let blob = CiphertextBlob(
            keyID: key.key.id, versionID: key.key.currentVersion,
            salt: SystemRandom.bytes(count: CiphertextBlob.saltByteCount))
        event.additional.append(AuditField("keyMaterialId", .text(key.currentMaterialID)))
        return try plaintext.withBytes { plaintext throws(KeyBackendError) in
            try BlobCipher.seal(plaintext, blob: blob, handle: handle, context: context.encoded)
        }
    }

    func refuseDryRun(_ dryRun: Bool) throws(KMSError) {
        if dryRun {
            throw .dryRunOperation(
                "The request would have succeeded, but the DryRun option is set.")
        }
    }

    private static func parameters(
        keyID: String, context: EncryptionContext, numberOfBytes: Int?, keySpec: DataKeySpec?
    ) -> [AuditField] {
        var parameters = [AuditField("keyId", .text(keyID))]
        if let numberOfBytes {
            parameters.append(AuditField("numberOfBytes", .number(numberOfBytes)))
        }
        if let keySpec { parameters.append(AuditField("keySpec", .text(keySpec.rawValue))) }
        parameters.append(contentsOf: contextParameter("encryptionContext", context))
        return parameters
    }

    static func contextParameter(
        _ name: String, _ context: EncryptionContext
    ) -> [AuditField] {
        context.isEmpty ? [] : [AuditField(name, .pairs(context.auditPairs))]
    }
}
