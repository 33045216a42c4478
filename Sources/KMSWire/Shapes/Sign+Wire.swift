package import KMSModel

extension SignRequest: WireRequest {
    package static var operation: KMSOperation { .sign }

    package static let members: [MemberRule] = [
        .required("KeyId", .keyID),
        .required("Message", .plaintext),
        .optional("MessageType", .word(MessageType.self)),
        .optional("GrantTokens", .grantTokens),
        .required("SigningAlgorithm", .word(SigningAlgorithm.self)),
        .optional("DryRun", .boolean),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            keyID: try object.text("KeyId"),
            message: try object.secret("Message", KMSLimits.plaintextByteCount),
            signingAlgorithm: try object.word("SigningAlgorithm"),
            messageType: try object.optionalWord("MessageType") ?? .raw,
            grantTokens: try object.texts("GrantTokens"),
            dryRun: try object.optionalFlag("DryRun") ?? false)
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("Message", secret: message)
        json.member("SigningAlgorithm", signingAlgorithm)
        json.member("MessageType", messageType)
        if !grantTokens.isEmpty { json.member("GrantTokens", grantTokens) }
        if dryRun { json.member("DryRun", true) }
    }
}

extension SignResponse: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            keyID: try object.text("KeyId"),
            signature: try object.blob("Signature", KMSLimits.ciphertextByteCount),
            signingAlgorithm: try object.word("SigningAlgorithm"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("Signature", blob: signature)
        json.member("SigningAlgorithm", signingAlgorithm)
    }
}
