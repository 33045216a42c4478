package import KMSDomain
package import KMSModel

/// GetPublicKey.
extension KMSService {
    package func getPublicKey(
        _ request: GetPublicKeyRequest, caller: Caller
    ) throws(KMSServiceError) -> GetPublicKeyResponse {
        let event = event(
            .getPublicKey, by: caller, parameters: [AuditField("keyId", .text(request.keyID))])
        return try perform(event) { event in
            let use = KeyUse(
                operation: .getPublicKey, usage: nil, grantTokens: request.grantTokens)
            let key = try workingKey(request.keyID, use, event: &event) { () throws(KMSError) in
                try Validation.keyID(request.keyID)
            }
            guard key.key.spec.isAsymmetric else {
                throw KeyRefusal.isOfUnfitSpec(key.key.spec).kmsError(arn: key.arn)
            }
            let algorithms = KeyAlgorithms(of: key.key)
            return GetPublicKeyResponse(
                keyID: key.arn, publicKey: try handle(of: key).publicKey(),
                keySpec: KeySpec(key.key.spec), keyUsage: KeyUsage(key.key.usage),
                encryptionAlgorithms: algorithms.encryption, signingAlgorithms: algorithms.signing,
                keyAgreementAlgorithms: algorithms.keyAgreement,
                encapsulationAlgorithms: algorithms.encapsulation)
        }
    }
}
