package import KMSModel

extension DecryptRequest: WireRequest {
    package static var operation: KMSOperation { .decrypt }

    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            ciphertextBlob: try object.blob("CiphertextBlob", KMSLimits.ciphertextByteCount),
            encryptionContext: try object.context("EncryptionContext"),
            keyID: try object.optionalText("KeyId"),
            encryptionAlgorithm: try object.optionalWord("EncryptionAlgorithm")
                ?? .symmetricDefault,
            dryRun: try object.optionalFlag("DryRun") ?? false)
    }

    package func write(to json: inout JSONWriter) {
        json.member("CiphertextBlob", blob: ciphertextBlob)
        json.member("EncryptionContext", encryptionContext)
        json.member("KeyId", keyID)
        json.member("EncryptionAlgorithm", encryptionAlgorithm)
        if dryRun { json.member("DryRun", true) }
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
