package import KMSModel

extension GenerateDataKeyWithoutPlaintextRequest: WireRequest {
    package static var operation: KMSOperation { .generateDataKeyWithoutPlaintext }

    package static let members: [MemberRule] = [
        .required("KeyId", .keyID),
        .optional("EncryptionContext", .context),
        .optional("KeySpec", .word(DataKeySpec.self)),
        .optional("NumberOfBytes", .numberOfBytes),
        .optional("GrantTokens", .grantTokens),
        .optional("DryRun", .boolean),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            keyID: try object.text("KeyId"),
            encryptionContext: try object.context("EncryptionContext"),
            numberOfBytes: try object.optionalInteger("NumberOfBytes"),
            keySpec: try object.optionalWord("KeySpec"),
            dryRun: try object.optionalFlag("DryRun") ?? false,
            grantTokens: try object.texts("GrantTokens"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("EncryptionContext", encryptionContext)
        json.member("NumberOfBytes", numberOfBytes)
        json.member("KeySpec", keySpec)
        if dryRun { json.member("DryRun", true) }
        if !grantTokens.isEmpty { json.member("GrantTokens", grantTokens) }
    }
}

extension GenerateDataKeyWithoutPlaintextResponse: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            ciphertextBlob: try object.blob("CiphertextBlob", KMSLimits.ciphertextByteCount),
            keyID: try object.text("KeyId"),
            keyMaterialID: try object.optionalText("KeyMaterialId"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("CiphertextBlob", blob: ciphertextBlob)
        json.member("KeyId", keyID)
        json.member("KeyMaterialId", keyMaterialID)
    }
}
