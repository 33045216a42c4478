package import KMSModel

extension DeriveSharedSecretRequest: WireRequest {
    package static var operation: KMSOperation { .deriveSharedSecret }

    package static let members: [MemberRule] = [
        .required("KeyId", .keyID),
        .required("KeyAgreementAlgorithm", .word(KeyAgreementAlgorithm.self)),
        .required("PublicKey", .publicKey),
        .optional("GrantTokens", .grantTokens),
        .optional("DryRun", .boolean),
        .optional("Recipient", .structure(RecipientInfo.members)),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            keyID: try object.text("KeyId"),
            keyAgreementAlgorithm: try object.word("KeyAgreementAlgorithm"),
            publicKey: try object.blob("PublicKey", KMSLimits.publicKeyByteCount),
            grantTokens: try object.texts("GrantTokens"),
            dryRun: try object.optionalFlag("DryRun") ?? false,
            recipient: try object.optionalShape("Recipient"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("KeyAgreementAlgorithm", keyAgreementAlgorithm)
        json.member("PublicKey", blob: publicKey)
        if !grantTokens.isEmpty { json.member("GrantTokens", grantTokens) }
        if dryRun { json.member("DryRun", true) }
        json.member("Recipient", shape: recipient)
    }
}

extension DeriveSharedSecretResponse: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            keyID: try object.text("KeyId"),
            sharedSecret: try object.secret("SharedSecret", KMSLimits.plaintextByteCount),
            keyAgreementAlgorithm: try object.word("KeyAgreementAlgorithm"),
            keyOrigin: try object.word("KeyOrigin"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("SharedSecret", secret: sharedSecret)
        json.member("KeyAgreementAlgorithm", keyAgreementAlgorithm)
        json.member("KeyOrigin", keyOrigin)
    }
}
