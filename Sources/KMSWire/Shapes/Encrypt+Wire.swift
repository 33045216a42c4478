package import KMSModel

extension EncryptRequest: WireRequest {
    package static var operation: KMSOperation { .encrypt }

    package static let members: [MemberRule] = [
        .required("KeyId", .keyID),
        .required("Plaintext", .plaintext),
        .optional("EncryptionContext", .context),
        .optional("GrantTokens", .grantTokens),
        .optional("EncryptionAlgorithm", .word(EncryptionAlgorithm.self)),
        .optional("DryRun", .boolean),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            keyID: try object.text("KeyId"),
            plaintext: try object.secret("Plaintext", KMSLimits.plaintextByteCount),
            encryptionContext: try object.context("EncryptionContext"),
            encryptionAlgorithm: try object.optionalWord("EncryptionAlgorithm")
                ?? .symmetricDefault,
            dryRun: try object.optionalFlag("DryRun") ?? false,
            grantTokens: try object.texts("GrantTokens"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("Plaintext", secret: plaintext)
        json.member("EncryptionContext", encryptionContext)
        json.member("EncryptionAlgorithm", encryptionAlgorithm)
        if dryRun { json.member("DryRun", true) }
        if !grantTokens.isEmpty { json.member("GrantTokens", grantTokens) }
    }
}

extension EncryptResponse: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            ciphertextBlob: try object.blob("CiphertextBlob", KMSLimits.ciphertextByteCount),
            keyID: try object.text("KeyId"),
            encryptionAlgorithm: try object.optionalWord("EncryptionAlgorithm") ?? .symmetricDefault
        )
    }

    package func write(to json: inout JSONWriter) {
        json.member("CiphertextBlob", blob: ciphertextBlob)
        json.member("KeyId", keyID)
        json.member("EncryptionAlgorithm", encryptionAlgorithm)
    }
}
