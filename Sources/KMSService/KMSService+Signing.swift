package import KMSDomain
package import KMSModel
internal import SecretMemory

/// Sign and Verify.
extension KMSService {
    package func sign(
        _ request: borrowing SignRequest, caller: Caller
    ) throws(KMSServiceError) -> SignResponse {
        let wish = SigningWish(request)
        let dryRun = request.dryRun
        let event = event(.sign, by: caller, parameters: wish.parameters)
        return try perform(event) { event in
            let (key, handle, form) = try signingKey(wish, event: &event)
            try refuseDryRun(dryRun)
            let signature = try request.message.withBytes { message throws(KeyBackendError) in
                try handle.sign(message, form.form, by: form.algorithm)
            }
            return SignResponse(
                keyID: key.arn, signature: signature, signingAlgorithm: wish.algorithm)
        }
    }

    package func verify(
        _ request: borrowing VerifyRequest, caller: Caller
    ) throws(KMSServiceError) -> VerifyResponse {
        let wish = SigningWish(request)
        let (signature, dryRun) = (request.signature, request.dryRun)
        let event = event(.verify, by: caller, parameters: wish.parameters)
        return try perform(event) { event in
            let (key, handle, form) = try signingKey(wish, event: &event) {
                () throws(KMSError) in
                try Validation.byteCount(
                    signature.count, of: "signature", in: KMSLimits.ciphertextByteCount)
            }
            let isValid = try request.message.withBytes { message throws(KeyBackendError) in
                try handle.verify(signature, of: message, form.form, by: form.algorithm)
            }
            guard isValid else { throw KMSError.kmsInvalidSignature }
            try refuseDryRun(dryRun)
            return VerifyResponse(
                keyID: key.arn, signatureValid: true, signingAlgorithm: wish.algorithm)
        }
    }

    private func signingKey(
        _ wish: SigningWish, event: inout AuditEvent, validate: () throws(KMSError) -> Void = {}
    ) throws -> (CachedKey, any KeyHandle, SigningForm) {
        let key = try workingKey(wish.keyID, wish.use, event: &event) { () throws(KMSError) in
            try Validation.keyID(wish.keyID)
            try Validation.byteCount(
                wish.messageByteCount, of: "message", in: KMSLimits.plaintextByteCount)
            try validate()
        } fits: { key throws(KMSError) in
            _ = try wish.form(spec: key.spec)
        }
        return (key, try handle(of: key), try wish.form(spec: key.key.spec))
    }
}

/// The same in the words of the domain.
private struct SigningForm {
    let algorithm: Key.SigningAlgorithm
    let form: Key.MessageForm
}

/// What Sign and Verify both are told, besides the message itself.
private struct SigningWish {
    let keyID: String
    let algorithm: SigningAlgorithm
    let messageType: MessageType
    let messageByteCount: Int
    let use: KeyUse
    let parameters: [AuditField]

    init(_ request: borrowing SignRequest) {
        self.init(
            .sign, keyID: request.keyID, request.signingAlgorithm, request.messageType,
            messageByteCount: request.message.byteCount, request.grantTokens, request.dryRun)
    }

    init(_ request: borrowing VerifyRequest) {
        self.init(
            .verify, keyID: request.keyID, request.signingAlgorithm, request.messageType,
            messageByteCount: request.message.byteCount, request.grantTokens, request.dryRun)
    }

    private init(
        _ operation: KMSOperation, keyID: String, _ algorithm: SigningAlgorithm,
        _ messageType: MessageType, messageByteCount: Int, _ grantTokens: [String], _ dryRun: Bool
    ) {
        self.keyID = keyID
        self.algorithm = algorithm
        self.messageType = messageType
        self.messageByteCount = messageByteCount
        var use = KeyUse(operation: operation, usage: .signVerify, grantTokens: grantTokens)
        use.access[.signingAlgorithm] = algorithm.rawValue
        use.access[.messageType] = messageType.rawValue
        self.use = use
        parameters =
            [
                AuditField("keyId", .text(keyID)),
                AuditField("signingAlgorithm", .text(algorithm.rawValue)),
                AuditField("messageType", .text(messageType.rawValue)),
            ] + KMSService.dryRunParameter(dryRun)
    }

    func form(spec: Key.Spec) throws(KMSError) -> SigningForm {
        let (algorithm, form) = try Validation.signing(
            algorithm, messageType, spec: spec, messageByteCount: messageByteCount)
        return SigningForm(algorithm: algorithm, form: form)
    }
}
