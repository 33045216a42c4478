package import KMSDomain
package import KMSModel
internal import SecretMemory

/// Encrypt, Decrypt and ReEncrypt.
extension KMSService {
    package func encrypt(
        _ request: borrowing EncryptRequest, caller: Caller
    ) throws(KMSServiceError) -> EncryptResponse {
        let keyID = request.keyID
        let context = request.encryptionContext
        let algorithm = request.encryptionAlgorithm
        let byteCount = request.plaintext.byteCount
        let dryRun = request.dryRun
        let event = event(
            .encrypt, by: caller,
            parameters: [
                AuditField("keyId", .text(keyID)),
                AuditField("encryptionAlgorithm", .text(algorithm.rawValue)),
            ] + Self.contextParameter("encryptionContext", context))
        return try perform(event) { event in
            var access = AccessFacts()
            access[.encryptionAlgorithm] = algorithm.rawValue
            let key = try workingKey(
                keyID, for: .encrypt, context: context, access: access, event: &event
            ) { key throws(KMSError) in
                try Validation.keyID(keyID)
                try Validation.byteCount(
                    byteCount, of: "plaintext", in: KMSLimits.plaintextByteCount)
                if let key { try Validation.symmetric(algorithm, spec: key.spec.rawValue) }
            }
            try refuseDryRun(dryRun)
            let blob = try seal(request.plaintext, under: key, context: context, event: &event)
            return EncryptResponse(
                ciphertextBlob: blob, keyID: key.arn, encryptionAlgorithm: algorithm)
        }
    }

    package func decrypt(
        _ request: DecryptRequest, caller: Caller
    ) throws(KMSServiceError) -> DecryptResponse {
        var parameters = [
            AuditField("encryptionAlgorithm", .text(request.encryptionAlgorithm.rawValue))
        ]
        if let keyID = request.keyID { parameters.append(AuditField("keyId", .text(keyID))) }
        parameters += Self.contextParameter("encryptionContext", request.encryptionContext)
        return try perform(event(.decrypt, by: caller, parameters: parameters)) { event in
            let source = BlobSource(
                blob: request.ciphertextBlob, keyID: request.keyID,
                context: request.encryptionContext, algorithm: request.encryptionAlgorithm,
                keyIDMember: "keyId")
            let (key, blob) = try locate(source, for: .decrypt, event: &event)
            let plaintext = try open(source, blob, under: key, event: &event)
            try refuseDryRun(request.dryRun)
            return DecryptResponse(
                keyID: key.arn, plaintext: plaintext,
                encryptionAlgorithm: request.encryptionAlgorithm,
                keyMaterialID: key.key.materialID(of: blob.versionID))
        }
    }

    package func reEncrypt(
        _ request: ReEncryptRequest, caller: Caller
    ) throws(KMSServiceError) -> ReEncryptResponse {
        var parameters = [
            AuditField("destinationKeyId", .text(request.destinationKeyID)),
            AuditField(
                "sourceEncryptionAlgorithm", .text(request.sourceEncryptionAlgorithm.rawValue)),
            AuditField(
                "destinationEncryptionAlgorithm",
                .text(request.destinationEncryptionAlgorithm.rawValue)),
        ]
        if let keyID = request.sourceKeyID {
            parameters.append(AuditField("sourceKeyId", .text(keyID)))
        }
        parameters += Self.contextParameter(
            "sourceEncryptionContext", request.sourceEncryptionContext)
        parameters += Self.contextParameter(
            "destinationEncryptionContext", request.destinationEncryptionContext)
        return try perform(event(.reEncrypt, by: caller, parameters: parameters)) { event in
            let source = BlobSource(
                blob: request.ciphertextBlob, keyID: request.sourceKeyID,
                context: request.sourceEncryptionContext,
                algorithm: request.sourceEncryptionAlgorithm, keyIDMember: "sourceKeyId",
                action: "kms:ReEncryptFrom")
            let (sourceKey, blob) = try locate(source, for: .reEncrypt, event: &event)
            var access = AccessFacts(action: "kms:ReEncryptTo")
            access[.encryptionAlgorithm] = request.destinationEncryptionAlgorithm.rawValue
            let destination = try workingKey(
                request.destinationKeyID, for: .reEncrypt,
                context: request.destinationEncryptionContext, access: access, event: &event
            ) { key throws(KMSError) in
                try Validation.keyID(request.destinationKeyID, member: "destinationKeyId")
                if let key {
                    try Validation.symmetric(
                        request.destinationEncryptionAlgorithm, spec: key.spec.rawValue)
                }
            }
            let plaintext = try open(source, blob, under: sourceKey, event: &event)
            try refuseDryRun(request.dryRun)
            let sealed = try seal(
                plaintext, under: destination, context: request.destinationEncryptionContext,
                event: &event)
            return ReEncryptResponse(
                ciphertextBlob: sealed, sourceKeyID: sourceKey.arn, keyID: destination.arn,
                sourceEncryptionAlgorithm: request.sourceEncryptionAlgorithm,
                destinationEncryptionAlgorithm: request.destinationEncryptionAlgorithm,
                sourceKeyMaterialID: sourceKey.key.materialID(of: blob.versionID),
                destinationKeyMaterialID: destination.currentMaterialID)
        }
    }
}
