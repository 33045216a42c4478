package import KMSModel

extension ReEncryptRequest: WireRequest {
    package static var operation: KMSOperation { .reEncrypt }

    package static let members: [MemberRule] = [
        .optional("CiphertextBlob", .ciphertext),
        .optional("SourceEncryptionContext", .context),
        .optional("SourceKeyId", .keyID),
        .required("DestinationKeyId", .keyID),
        .optional("DestinationEncryptionContext", .context),
        .optional("SourceEncryptionAlgorithm", .word(EncryptionAlgorithm.self)),
        .optional("DestinationEncryptionAlgorithm", .word(EncryptionAlgorithm.self)),
        .optional("GrantTokens", .grantTokens),
        .optional("DryRun", .boolean),
        .optional("DryRunModifiers", .list(of: .word(DryRunModifier.self))),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            ciphertextBlob: try object.optionalBlob(
                "CiphertextBlob", KMSLimits.ciphertextByteCount) ?? [],
            sourceEncryptionContext: try object.context("SourceEncryptionContext"),
            sourceKeyID: try object.optionalText("SourceKeyId"),
            destinationKeyID: try object.text("DestinationKeyId"),
            destinationEncryptionContext: try object.context("DestinationEncryptionContext"),
            sourceEncryptionAlgorithm: try object.optionalWord("SourceEncryptionAlgorithm")
                ?? .symmetricDefault,
            destinationEncryptionAlgorithm: try object.optionalWord(
                "DestinationEncryptionAlgorithm")
                ?? .symmetricDefault,
            dryRun: try object.optionalFlag("DryRun") ?? false,
            grantTokens: try object.texts("GrantTokens"),
            dryRunModifiers: try object.words("DryRunModifiers"))
    }

    package func write(to json: inout JSONWriter) {
        if !ciphertextBlob.isEmpty { json.member("CiphertextBlob", blob: ciphertextBlob) }
        json.member("SourceEncryptionContext", sourceEncryptionContext)
        json.member("SourceKeyId", sourceKeyID)
        json.member("DestinationKeyId", destinationKeyID)
        json.member("DestinationEncryptionContext", destinationEncryptionContext)
        json.member("SourceEncryptionAlgorithm", sourceEncryptionAlgorithm)
        json.member("DestinationEncryptionAlgorithm", destinationEncryptionAlgorithm)
        if dryRun { json.member("DryRun", true) }
        if !grantTokens.isEmpty { json.member("GrantTokens", grantTokens) }
        if !dryRunModifiers.isEmpty { json.member("DryRunModifiers", dryRunModifiers) }
    }
}

extension ReEncryptResponse: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            ciphertextBlob: try object.blob("CiphertextBlob", KMSLimits.ciphertextByteCount),
            sourceKeyID: try object.text("SourceKeyId"), keyID: try object.text("KeyId"),
            sourceEncryptionAlgorithm: try object.optionalWord("SourceEncryptionAlgorithm")
                ?? .symmetricDefault,
            destinationEncryptionAlgorithm: try object.optionalWord(
                "DestinationEncryptionAlgorithm")
                ?? .symmetricDefault,
            sourceKeyMaterialID: try object.optionalText("SourceKeyMaterialId"),
            destinationKeyMaterialID: try object.optionalText("DestinationKeyMaterialId"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("CiphertextBlob", blob: ciphertextBlob)
        json.member("SourceKeyId", sourceKeyID)
        json.member("KeyId", keyID)
        json.member("SourceEncryptionAlgorithm", sourceEncryptionAlgorithm)
        json.member("DestinationEncryptionAlgorithm", destinationEncryptionAlgorithm)
        json.member("SourceKeyMaterialId", sourceKeyMaterialID)
        json.member("DestinationKeyMaterialId", destinationKeyMaterialID)
    }
}
