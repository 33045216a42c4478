package import KMSModel

extension GenerateDataKeyPairWithoutPlaintextRequest: WireRequest {
    package static var operation: KMSOperation { .generateDataKeyPairWithoutPlaintext }

    package static let members: [MemberRule] = [
        .optional("EncryptionContext", .context),
        .required("KeyId", .keyID),
        .required("KeyPairSpec", .word(DataKeyPairSpec.self)),
        .optional("GrantTokens", .grantTokens),
        .optional("DryRun", .boolean),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            keyID: try object.text("KeyId"), keyPairSpec: try object.word("KeyPairSpec"),
            encryptionContext: try object.context("EncryptionContext"),
            grantTokens: try object.texts("GrantTokens"),
            dryRun: try object.optionalFlag("DryRun") ?? false)
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("KeyPairSpec", keyPairSpec)
        json.member("EncryptionContext", encryptionContext)
        if !grantTokens.isEmpty { json.member("GrantTokens", grantTokens) }
        if dryRun { json.member("DryRun", true) }
    }
}

extension GenerateDataKeyPairWithoutPlaintextResponse: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(

            privateKeyCiphertextBlob: try object.blob(
                "PrivateKeyCiphertextBlob", KMSLimits.ciphertextByteCount),
            publicKey: try object.blob("PublicKey", KMSLimits.publicKeyByteCount),
            keyID: try object.text("KeyId"), keyPairSpec: try object.word("KeyPairSpec"),
            keyMaterialID: try object.optionalText("KeyMaterialId"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("PrivateKeyCiphertextBlob", blob: privateKeyCiphertextBlob)
        json.member("PublicKey", blob: publicKey)
        json.member("KeyId", keyID)
        json.member("KeyPairSpec", keyPairSpec)
        json.member("KeyMaterialId", keyMaterialID)
    }
}
