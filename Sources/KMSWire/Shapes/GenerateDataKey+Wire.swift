package import KMSModel

extension GenerateDataKeyRequest: WireRequest {
    package static var operation: KMSOperation { .generateDataKey }

    package static let members: [MemberRule] = [
        .required("KeyId", .keyID),
        .optional("EncryptionContext", .context),
        .optional("NumberOfBytes", .numberOfBytes),
        .optional("KeySpec", .word(DataKeySpec.self)),
        .optional("GrantTokens", .grantTokens),
        .optional("Recipient", .structure(RecipientInfo.members)),
        .optional("DryRun", .boolean),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            keyID: try object.text("KeyId"),
            encryptionContext: try object.context("EncryptionContext"),
            numberOfBytes: try object.optionalInteger("NumberOfBytes"),
            keySpec: try object.optionalWord("KeySpec"),
            dryRun: try object.optionalFlag("DryRun") ?? false,
            grantTokens: try object.texts("GrantTokens"),
            recipient: try object.optionalShape("Recipient"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("EncryptionContext", encryptionContext)
        json.member("NumberOfBytes", numberOfBytes)
        json.member("KeySpec", keySpec)
        if dryRun { json.member("DryRun", true) }
        if !grantTokens.isEmpty { json.member("GrantTokens", grantTokens) }
        json.member("Recipient", shape: recipient)
    }
}

extension GenerateDataKeyResponse: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            ciphertextBlob: try object.blob("CiphertextBlob", KMSLimits.ciphertextByteCount),
            plaintext: try object.secret("Plaintext", KMSLimits.randomByteCount),
            keyID: try object.text("KeyId"),
            keyMaterialID: try object.optionalText("KeyMaterialId"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("CiphertextBlob", blob: ciphertextBlob)
        json.member("Plaintext", secret: plaintext)
        json.member("KeyId", keyID)
        json.member("KeyMaterialId", keyMaterialID)
    }
}
