package import KMSDomain
package import KMSModel
internal import SecretMemory

/// Encrypt, Decrypt and ReEncrypt.
extension KMSService {
    package func encrypt(
        _ request: borrowing EncryptRequest, caller: Caller
    ) throws(KMSServiceError) -> EncryptResponse {
        let (keyID, context) = (request.keyID, request.encryptionContext)
        let algorithm = request.encryptionAlgorithm
        let byteCount = request.plaintext.byteCount
        let (grantTokens, dryRun) = (request.grantTokens, request.dryRun)
        let event = event(
            .encrypt, by: caller,
            parameters: [
                AuditField("keyId", .text(keyID)),
                AuditField("encryptionAlgorithm", .text(algorithm.rawValue)),
            ] + Self.contextParameter("encryptionContext", context)
                + Self.dryRunParameter(dryRun))
        return try perform(event) { event in
            var use = KeyUse(
                operation: .encrypt, usage: .encryptDecrypt, context: context,
                grantTokens: grantTokens)
            use.access[.encryptionAlgorithm] = algorithm.rawValue
            let key = try workingKey(keyID, use, event: &event) { () throws(KMSError) in
                try Validation.keyID(keyID)
                try Validation.byteCount(
                    byteCount, of: "plaintext", in: KMSLimits.plaintextByteCount)
            } fits: { key throws(KMSError) in
                try Validation.encryption(
                    algorithm, spec: key.spec, context: context, plaintextByteCount: byteCount)
            }
            let handle = try handle(of: key)
            try refuseDryRun(dryRun)
            let ciphertext = try seal(
                request.plaintext, under: key, handle, by: algorithm, context: context,
                event: &event)
            return EncryptResponse(
                ciphertextBlob: ciphertext, keyID: key.arn, encryptionAlgorithm: algorithm)
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
        parameters += Self.dryRunParameter(request.dryRun)
        return try perform(event(.decrypt, by: caller, parameters: parameters)) { event in
            let source = CiphertextSource(request)
            let located = try locate(source, event: &event) { () throws(KMSError) in
                try Validation.noRecipient(request.recipient)
            }
            if source.ignoresCiphertext { try refuseDryRun(true) }
            let plaintext = try open(source, located, event: &event)
            try refuseDryRun(request.dryRun)
            return DecryptResponse(
                keyID: located.key.arn, plaintext: plaintext,
                encryptionAlgorithm: request.encryptionAlgorithm,
                keyMaterialID: located.materialID)
        }
    }

    package func reEncrypt(
        _ request: ReEncryptRequest, caller: Caller
    ) throws(KMSServiceError) -> ReEncryptResponse {
        let event = event(.reEncrypt, by: caller, parameters: Self.parameters(request))
        return try perform(event) { event in
            let isSameKey = try namesSameKey(request, by: event.caller)
            let source = CiphertextSource(request, isSameKey: isSameKey)
            let located = try locate(source, event: &event)
            let algorithm = request.destinationEncryptionAlgorithm
            let context = request.destinationEncryptionContext
            var use = KeyUse(
                operation: .reEncrypt, usage: .encryptDecrypt, context: context,
                grantTokens: request.grantTokens, access: AccessFacts(action: "kms:ReEncryptTo"))
            use.access[.encryptionAlgorithm] = algorithm.rawValue
            use.access[.reEncryptOnSameKey] = "\(isSameKey)"
            let destination = try workingKey(request.destinationKeyID, use, event: &event) {
                () throws(KMSError) in
                try Validation.keyID(request.destinationKeyID, member: "destinationKeyId")
            } fits: { key throws(KMSError) in
                try Validation.encryption(algorithm, spec: key.spec, context: context)
            }
            let handle = try handle(of: destination)
            if source.ignoresCiphertext { try refuseDryRun(true) }
            let plaintext = try open(source, located, event: &event)
            try Validation.encryption(
                algorithm, spec: destination.key.spec, context: context,
                plaintextByteCount: plaintext.byteCount)
            try refuseDryRun(request.dryRun)
            let sealed = try seal(
                plaintext, under: destination, handle, by: algorithm, context: context,
                event: &event)
            return ReEncryptResponse(
                ciphertextBlob: sealed, sourceKeyID: located.key.arn, keyID: destination.arn,
                sourceEncryptionAlgorithm: request.sourceEncryptionAlgorithm,
                destinationEncryptionAlgorithm: algorithm,
                sourceKeyMaterialID: located.materialID,
                destinationKeyMaterialID: destination.currentMaterialID)
        }
    }

    private static func parameters(_ request: ReEncryptRequest) -> [AuditField] {
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
        parameters += contextParameter("sourceEncryptionContext", request.sourceEncryptionContext)
        parameters += contextParameter(
            "destinationEncryptionContext", request.destinationEncryptionContext)
        return parameters + dryRunParameter(request.dryRun)
    }
}
