package import KMSModel

extension ImportKeyMaterialRequest: WireRequest {
    package static var operation: KMSOperation { .importKeyMaterial }

    package static let members: [MemberRule] = [
        .required("KeyId", .keyID),
        .required("ImportToken", .ciphertext),
        .required("EncryptedKeyMaterial", .ciphertext),
        .optional("ValidTo", .date),
        .optional("ExpirationModel", .word(ExpirationModel.self)),
        .optional("ImportType", .word(ImportType.self)),
        .optional("KeyMaterialDescription", .keyMaterialDescription),
        .optional("KeyMaterialId", .keyMaterialID),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            keyID: try object.text("KeyId"),
            importToken: try object.blob("ImportToken", KMSLimits.ciphertextByteCount),
            encryptedKeyMaterial: try object.blob(
                "EncryptedKeyMaterial", KMSLimits.ciphertextByteCount),
            validTo: try object.optionalDate("ValidTo"),
            expirationModel: try object.optionalWord("ExpirationModel"),
            importType: try object.optionalWord("ImportType"),
            keyMaterialDescription: try object.optionalText("KeyMaterialDescription"),
            keyMaterialID: try object.optionalText("KeyMaterialId"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("ImportToken", blob: importToken)
        json.member("EncryptedKeyMaterial", blob: encryptedKeyMaterial)
        json.member("ValidTo", date: validTo)
        json.member("ExpirationModel", expirationModel)
        json.member("ImportType", importType)
        json.member("KeyMaterialDescription", keyMaterialDescription)
        json.member("KeyMaterialId", keyMaterialID)
    }
}

extension ImportKeyMaterialResponse: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            keyID: try object.text("KeyId"), keyMaterialID: try object.optionalText("KeyMaterialId")
        )
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("KeyMaterialId", keyMaterialID)
    }
}
