package import KMSModel

extension EncapsulateRequest: WireRequest {
    package static var operation: KMSOperation { .encapsulate }

    package static let members: [MemberRule] = [
        .required("KeyId", .keyID),
        .required("EncapsulationAlgorithm", .word(EncapsulationAlgorithm.self)),
        .optional("GrantTokens", .grantTokens),
        .optional("DryRun", .boolean),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            keyID: try object.text("KeyId"),
            encapsulationAlgorithm: try object.word("EncapsulationAlgorithm"),
            grantTokens: try object.texts("GrantTokens"),
            dryRun: try object.optionalFlag("DryRun") ?? false)
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("EncapsulationAlgorithm", encapsulationAlgorithm)
        if !grantTokens.isEmpty { json.member("GrantTokens", grantTokens) }
        if dryRun { json.member("DryRun", true) }
    }
}

extension EncapsulateResponse: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            keyID: try object.text("KeyId"),
            sharedSecret: try object.secret("SharedSecret", KMSLimits.plaintextByteCount),
            sharedSecretCiphertextBlob: try object.blob(
                "SharedSecretCiphertextBlob", KMSLimits.ciphertextByteCount),
            encapsulationAlgorithm: try object.word("EncapsulationAlgorithm"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("SharedSecret", secret: sharedSecret)
        json.member("SharedSecretCiphertextBlob", blob: sharedSecretCiphertextBlob)
        json.member("EncapsulationAlgorithm", encapsulationAlgorithm)
    }
}
