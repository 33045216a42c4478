package import KMSModel

extension VerifyRequest: WireRequest {
    package static var operation: KMSOperation { .verify }

    package static let members: [MemberRule] = [
        .required("KeyId", .keyID),
        .required("Message", .plaintext),
        .optional("MessageType", .word(MessageType.self)),
        .required("Signature", .ciphertext),
        .required("SigningAlgorithm", .word(SigningAlgorithm.self)),
        .optional("GrantTokens", .grantTokens),
        .optional("DryRun", .boolean),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            keyID: try object.text("KeyId"),
            message: try object.secret("Message", KMSLimits.plaintextByteCount),
            signature: try object.blob("Signature", KMSLimits.ciphertextByteCount),
            signingAlgorithm: try object.word("SigningAlgorithm"),
            messageType: try object.optionalWord("MessageType") ?? .raw,
            grantTokens: try object.texts("GrantTokens"),
            dryRun: try object.optionalFlag("DryRun") ?? false)
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("Message", secret: message)
        json.member("Signature", blob: signature)
        json.member("SigningAlgorithm", signingAlgorithm)
        json.member("MessageType", messageType)
        if !grantTokens.isEmpty { json.member("GrantTokens", grantTokens) }
        if dryRun { json.member("DryRun", true) }
    }
}

extension VerifyResponse: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            keyID: try object.text("KeyId"), signatureValid: try object.flag("SignatureValid"),
            signingAlgorithm: try object.word("SigningAlgorithm"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("SignatureValid", signatureValid)
        json.member("SigningAlgorithm", signingAlgorithm)
    }
}
