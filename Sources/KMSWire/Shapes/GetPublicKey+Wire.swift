package import KMSModel

extension GetPublicKeyRequest: WireRequest {
    package static var operation: KMSOperation { .getPublicKey }

    package static let members: [MemberRule] = [
        .required("KeyId", .keyID),
        .optional("GrantTokens", .grantTokens),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(keyID: try object.text("KeyId"), grantTokens: try object.texts("GrantTokens"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        if !grantTokens.isEmpty { json.member("GrantTokens", grantTokens) }
    }
}

extension GetPublicKeyResponse: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            keyID: try object.text("KeyId"),
            publicKey: try object.blob("PublicKey", KMSLimits.publicKeyByteCount),
            keySpec: try KeySpec(wire: object) ?? .symmetricDefault,
            keyUsage: try object.word("KeyUsage"),
            encryptionAlgorithms: try object.words("EncryptionAlgorithms"),
            signingAlgorithms: try object.words("SigningAlgorithms"),
            keyAgreementAlgorithms: try object.words("KeyAgreementAlgorithms"),
            encapsulationAlgorithms: try object.words("EncapsulationAlgorithms"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("PublicKey", blob: publicKey)
        json.member("CustomerMasterKeySpec", keySpec)
        json.member("KeySpec", keySpec)
        json.member("KeyUsage", keyUsage)
        if !encryptionAlgorithms.isEmpty {
            json.member("EncryptionAlgorithms", encryptionAlgorithms)
        }
        if !signingAlgorithms.isEmpty { json.member("SigningAlgorithms", signingAlgorithms) }
        if !keyAgreementAlgorithms.isEmpty {
            json.member("KeyAgreementAlgorithms", keyAgreementAlgorithms)
        }
        if !encapsulationAlgorithms.isEmpty {
            json.member("EncapsulationAlgorithms", encapsulationAlgorithms)
        }
    }
}
