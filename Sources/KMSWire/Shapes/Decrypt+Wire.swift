package import KMSModel

extension DecryptRequest: WireRequest {
    package static var operation: KMSOperation { .decrypt }

    package static let members: [MemberRule] = [
        .optional("CiphertextBlob", .ciphertext),
        .optional("EncryptionContext", .context),
        .optional("GrantTokens", .grantTokens),
        .optional("KeyId", .keyID),
        .optional("EncryptionAlgorithm", .word(EncryptionAlgorithm.self)),
        .optional("Recipient", .structure(RecipientInfo.members)),
        .optional("DryRun", .boolean),
        .optional("DryRunModifiers", .list(of: .word(DryRunModifier.self))),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            ciphertextBlob: try object.optionalBlob(
                "CiphertextBlob", KMSLimits.ciphertextByteCount) ?? [],
            encryptionContext: try object.context("EncryptionContext"),
            keyID: try object.optionalText("KeyId"),
            encryptionAlgorithm: try object.optionalWord("EncryptionAlgorithm")
                ?? .symmetricDefault,
            dryRun: try object.optionalFlag("DryRun") ?? false,
            grantTokens: try object.texts("GrantTokens"),
            recipient: try object.optionalShape("Recipient"),
            dryRunModifiers: try object.words("DryRunModifiers"))
    }

    package func write(to json: inout JSONWriter) {
        if !ciphertextBlob.isEmpty { json.member("CiphertextBlob", blob: ciphertextBlob) }
        json.member("EncryptionContext", encryptionContext)
        json.member("KeyId", keyID)
        json.member("EncryptionAlgorithm", encryptionAlgorithm)
        if dryRun { json.member("DryRun", true) }
        if !grantTokens.isEmpty { json.member("GrantTokens", grantTokens) }
        json.member("Recipient", shape: recipient)
        if !dryRunModifiers.isEmpty { json.member("DryRunModifiers", dryRunModifiers) }
    }
}

extension DecryptResponse: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            keyID: try object.text("KeyId"),
            plaintext: try object.secret("Plaintext", KMSLimits.plaintextByteCount),
            encryptionAlgorithm: try object.optionalWord("EncryptionAlgorithm")
                ?? .symmetricDefault,
            keyMaterialID: try object.optionalText("KeyMaterialId"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("Plaintext", secret: plaintext)
        json.member("EncryptionAlgorithm", encryptionAlgorithm)
        json.member("KeyMaterialId", keyMaterialID)
    }
}
