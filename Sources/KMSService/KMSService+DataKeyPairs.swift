package import KMSDomain
package import KMSModel
internal import SecretMemory

/// GenerateDataKeyPair and its sister without plaintext.
extension KMSService {
    package func generateDataKeyPair(
        _ request: GenerateDataKeyPairRequest, caller: Caller
    ) throws(KMSServiceError) -> GenerateDataKeyPairResponse {
        let event = event(
            .generateDataKeyPair, by: caller,
            parameters: Self.parameters(
                request.keyID, request.keyPairSpec, request.encryptionContext, request.dryRun))
        return try perform(event) { event in
            let use = KeyUse(
                operation: .generateDataKeyPair, usage: .encryptDecrypt,
                context: request.encryptionContext, grantTokens: request.grantTokens)
            let made = try generate(
                request.keyPairSpec, under: request.keyID, use, dryRun: request.dryRun,
                event: &event
            ) { () throws(KMSError) in try Validation.noRecipient(request.recipient) }
            return GenerateDataKeyPairResponse(
                privateKeyCiphertextBlob: made.blob,
                privateKeyPlaintext: made.pair.privateKey.duplicate(),
                publicKey: made.pair.publicKey, keyID: made.key.arn,
                keyPairSpec: request.keyPairSpec, keyMaterialID: made.key.currentMaterialID)
        }
    }

    package func generateDataKeyPairWithoutPlaintext(
        _ request: GenerateDataKeyPairWithoutPlaintextRequest, caller: Caller
    ) throws(KMSServiceError) -> GenerateDataKeyPairWithoutPlaintextResponse {
        let event = event(
            .generateDataKeyPairWithoutPlaintext, by: caller,
            parameters: Self.parameters(
                request.keyID, request.keyPairSpec, request.encryptionContext, request.dryRun))
        return try perform(event) { event in
            let use = KeyUse(
                operation: .generateDataKeyPairWithoutPlaintext, usage: .encryptDecrypt,
                context: request.encryptionContext, grantTokens: request.grantTokens)
            let made = try generate(
                request.keyPairSpec, under: request.keyID, use, dryRun: request.dryRun,
                event: &event)
            return GenerateDataKeyPairWithoutPlaintextResponse(
                privateKeyCiphertextBlob: made.blob, publicKey: made.pair.publicKey,
                keyID: made.key.arn, keyPairSpec: request.keyPairSpec,
                keyMaterialID: made.key.currentMaterialID)
        }
    }

    /// A pair, its private half also sealed under the key of the request.
    private struct SealedPair: ~Copyable {
        let pair: DataKeyPair
        let blob: [UInt8]
        let key: CachedKey
    }

    private func generate(
        _ pairSpec: DataKeyPairSpec, under keyID: String, _ use: KeyUse, dryRun: Bool,
        event: inout AuditEvent, validate: () throws(KMSError) -> Void = {}
    ) throws -> SealedPair {
        var use = use
        use.access[.dataKeyPairSpec] = pairSpec.rawValue
        let key = try workingKey(keyID, use, event: &event) { () throws(KMSError) in
            try Validation.keyID(keyID)
            try validate()
            _ = try Self.supported(pairSpec)
        } fits: { key throws(KMSError) in
            try Validation.symmetric(key.spec, toGenerate: "data key pair")
            // As at AWS, which has no reason for it either.
            guard key.customKeyStoreID == nil else {
                throw KeyRefusal.hasOrigin(key.source.origin).kmsError(arn: key.arn)
            }
        }
        let handle = try handle(of: key)
        try refuseDryRun(dryRun)
        let pair = try DataKeyPair.generate(Self.supported(pairSpec))
        let blob = try seal(
            pair.privateKey, under: key, handle, by: .symmetricDefault, context: use.context,
            event: &event)
        return SealedPair(pair: pair, blob: blob, key: key)
    }

    private static func supported(_ spec: DataKeyPairSpec) throws(KMSError) -> Key.Spec {
        guard let spec = Key.Spec(rawValue: spec.rawValue) else {
            throw .unsupportedOperation(
                "KeyPairSpec \(spec.rawValue) is not supported by this key service.")
        }
        return spec
    }

    private static func parameters(
        _ keyID: String, _ spec: DataKeyPairSpec, _ context: EncryptionContext, _ dryRun: Bool
    ) -> [AuditField] {
        [AuditField("keyId", .text(keyID)), AuditField("keyPairSpec", .text(spec.rawValue))]
            + contextParameter("encryptionContext", context) + dryRunParameter(dryRun)
    }
}
