package import KMSDomain
package import KMSModel
internal import OpenSSLCrypto
internal import SecretMemory

/// GenerateMac and VerifyMac.
extension KMSService {
    package func generateMac(
        _ request: borrowing GenerateMacRequest, caller: Caller
    ) throws(KMSServiceError) -> GenerateMacResponse {
        let (keyID, algorithm) = (request.keyID, request.macAlgorithm)
        let (grantTokens, dryRun) = (request.grantTokens, request.dryRun)
        let byteCount = request.message.byteCount
        let event = event(
            .generateMac, by: caller, parameters: Self.parameters(keyID, algorithm, dryRun))
        return try perform(event) { event in
            let use = KeyUse(
                operation: .generateMac, usage: .generateVerifyMAC, grantTokens: grantTokens)
            let (key, handle) = try macKey(
                keyID, use, algorithm, messageByteCount: byteCount, event: &event)
            try refuseDryRun(dryRun)
            let code = try request.message.withBytes { message throws(KeyBackendError) in
                try handle.code(of: message)
            }
            return GenerateMacResponse(mac: code, macAlgorithm: algorithm, keyID: key.arn)
        }
    }

    package func verifyMac(
        _ request: borrowing VerifyMacRequest, caller: Caller
    ) throws(KMSServiceError) -> VerifyMacResponse {
        let (keyID, algorithm, mac) = (request.keyID, request.macAlgorithm, request.mac)
        let (grantTokens, dryRun) = (request.grantTokens, request.dryRun)
        let byteCount = request.message.byteCount
        let event = event(
            .verifyMac, by: caller, parameters: Self.parameters(keyID, algorithm, dryRun))
        return try perform(event) { event in
            let use = KeyUse(
                operation: .verifyMac, usage: .generateVerifyMAC, grantTokens: grantTokens)
            let (key, handle) = try macKey(
                keyID, use, algorithm, messageByteCount: byteCount, event: &event
            ) { () throws(KMSError) in
                try Validation.byteCount(
                    mac.count, of: "mac", in: KMSLimits.ciphertextByteCount)
            }
            let code = try request.message.withBytes { message throws(KeyBackendError) in
                try handle.code(of: message)
            }
            guard ConstantTime.equal(code, mac) else { throw KMSError.kmsInvalidMAC }
            try refuseDryRun(dryRun)
            return VerifyMacResponse(keyID: key.arn, macValid: true, macAlgorithm: algorithm)
        }
    }

    private func macKey(
        _ keyID: String, _ use: KeyUse, _ algorithm: MACAlgorithm, messageByteCount: Int,
        event: inout AuditEvent, validate: () throws(KMSError) -> Void = {}
    ) throws -> (CachedKey, any KeyHandle) {
        var use = use
        use.access[.macAlgorithm] = algorithm.rawValue
        let key = try workingKey(keyID, use, event: &event) { () throws(KMSError) in
            try Validation.keyID(keyID)
            try Validation.byteCount(
                messageByteCount, of: "message", in: KMSLimits.plaintextByteCount)
            try validate()
        } fits: { key throws(KMSError) in
            try Validation.mac(algorithm, spec: key.spec)
        }
        return (key, try handle(of: key))
    }

    private static func parameters(
        _ keyID: String, _ algorithm: MACAlgorithm, _ dryRun: Bool
    ) -> [AuditField] {
        [
            AuditField("keyId", .text(keyID)),
            AuditField("macAlgorithm", .text(algorithm.rawValue)),
        ] + dryRunParameter(dryRun)
    }
}
