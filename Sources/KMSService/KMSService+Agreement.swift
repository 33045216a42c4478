package import KMSDomain
package import KMSModel
internal import SecretMemory

/// DeriveSharedSecret, Encapsulate and Decapsulate.
extension KMSService {
    package func deriveSharedSecret(
        _ request: DeriveSharedSecretRequest, caller: Caller
    ) throws(KMSServiceError) -> DeriveSharedSecretResponse {
        let event = event(
            .deriveSharedSecret, by: caller,
            parameters: [
                AuditField("keyId", .text(request.keyID)),
                AuditField("keyAgreementAlgorithm", .text(request.keyAgreementAlgorithm.rawValue)),
                AuditField("publicKey", .text(PublicBase64.encode(request.publicKey))),
            ] + Self.dryRunParameter(request.dryRun))
        return try perform(event) { event in
            var use = KeyUse(
                operation: .deriveSharedSecret, usage: .keyAgreement,
                grantTokens: request.grantTokens)
            use.access[.keyAgreementAlgorithm] = request.keyAgreementAlgorithm.rawValue
            let key = try workingKey(request.keyID, use, event: &event) { () throws(KMSError) in
                try Validation.keyID(request.keyID)
                try Validation.byteCount(
                    request.publicKey.count, of: "publicKey", in: KMSLimits.publicKeyByteCount)
                try Validation.noRecipient(request.recipient)
            }
            let handle = try handle(of: key)
            let secret: SecretBytes
            do throws(KeyBackendError) {
                secret = try handle.sharedSecret(with: request.publicKey)
            } catch .notAPublicKey {
                throw KMSError.validation(
                    "The public key is not valid for key spec \(key.key.spec.rawValue).")
            } catch { throw error }
            try refuseDryRun(request.dryRun)
            return DeriveSharedSecretResponse(
                keyID: key.arn, sharedSecret: secret,
                keyAgreementAlgorithm: request.keyAgreementAlgorithm,
                keyOrigin: metadata(of: key.key).origin)
        }
    }

    package func encapsulate(
        _ request: EncapsulateRequest, caller: Caller
    ) throws(KMSServiceError) -> EncapsulateResponse {
        let event = event(
            .encapsulate, by: caller,
            parameters: [
                AuditField("keyId", .text(request.keyID)),
                AuditField(
                    "encapsulationAlgorithm", .text(request.encapsulationAlgorithm.rawValue)),
            ] + Self.dryRunParameter(request.dryRun))
        return try perform(event) { event in
            let use = KeyUse(
                operation: .encapsulate, usage: .encapsulateDecapsulate,
                grantTokens: request.grantTokens)
            let key = try workingKey(request.keyID, use, event: &event) { () throws(KMSError) in
                try Validation.keyID(request.keyID)
            }
            let handle = try handle(of: key)
            try refuseDryRun(request.dryRun)
            let made = try handle.encapsulate()
            return EncapsulateResponse(
                keyID: key.arn, sharedSecret: made.sharedSecret.duplicate(),
                sharedSecretCiphertextBlob: made.encapsulation,
                encapsulationAlgorithm: request.encapsulationAlgorithm)
        }
    }

    /// What was encapsulated to another key, or changed, gives another secret and no error: ML-KEM
    /// rejects implicitly. Only a wrong length is told.
    package func decapsulate(
        _ request: DecapsulateRequest, caller: Caller
    ) throws(KMSServiceError) -> DecapsulateResponse {
        let event = event(
            .decapsulate, by: caller,
            parameters: [
                AuditField("keyId", .text(request.keyID)),
                AuditField(
                    "encapsulationAlgorithm", .text(request.encapsulationAlgorithm.rawValue)),
            ] + Self.dryRunParameter(request.dryRun))
        return try perform(event) { event in
            let use = KeyUse(
                operation: .decapsulate, usage: .encapsulateDecapsulate,
                grantTokens: request.grantTokens)
            let blob = request.sharedSecretCiphertextBlob
            let key = try workingKey(request.keyID, use, event: &event) { () throws(KMSError) in
                try Validation.keyID(request.keyID)
                try Validation.byteCount(
                    blob.count, of: "sharedSecretCiphertextBlob",
                    in: KMSLimits.ciphertextByteCount)
            }
            let handle = try handle(of: key)
            let secret: SecretBytes
            do throws(KeyBackendError) {
                secret = try handle.decapsulate(blob)
            } catch .notAuthentic {
                throw KMSError.invalidCiphertext
            } catch { throw error }
            try refuseDryRun(request.dryRun)
            return DecapsulateResponse(
                keyID: key.arn, sharedSecret: secret,
                encapsulationAlgorithm: request.encapsulationAlgorithm)
        }
    }
}
