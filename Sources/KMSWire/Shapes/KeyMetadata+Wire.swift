package import KMSModel

extension KeyMetadata: WireShape {
    /// Lenient where services of this API differ: only identity, dates and state are required.
    package init(wire object: JSONObject) throws(WireError) {
        let keyState: KeyState = try object.word("KeyState")
        self.init(
            awsAccountID: try object.optionalText("AWSAccountId") ?? "",
            keyID: try object.text("KeyId"), arn: try object.text("Arn"),
            creationDate: try object.date("CreationDate"),
            enabled: try object.optionalFlag("Enabled") ?? (keyState == .enabled),
            description: try object.optionalText("Description") ?? "",
            keyUsage: try object.optionalWord("KeyUsage") ?? .encryptDecrypt, keyState: keyState,
            deletionDate: try object.optionalDate("DeletionDate"),
            origin: try object.optionalWord("Origin") ?? .awsKMS,
            keyManager: try object.optionalWord("KeyManager") ?? .customer,
            keySpec: try KeySpec(wire: object) ?? .symmetricDefault,
            encryptionAlgorithms: try object.words("EncryptionAlgorithms"),
            multiRegion: try object.optionalFlag("MultiRegion") ?? false,
            pendingDeletionWindowInDays: try object.optionalInteger("PendingDeletionWindowInDays"),
            currentKeyMaterialID: try object.optionalText("CurrentKeyMaterialId"),
            validTo: try object.optionalDate("ValidTo"),
            customKeyStoreID: try object.optionalText("CustomKeyStoreId"),
            cloudHSMClusterID: try object.optionalText("CloudHsmClusterId"),
            expirationModel: try object.optionalWord("ExpirationModel"),
            signingAlgorithms: try object.words("SigningAlgorithms"),
            keyAgreementAlgorithms: try object.words("KeyAgreementAlgorithms"),
            encapsulationAlgorithms: try object.words("EncapsulationAlgorithms"),
            macAlgorithms: try object.words("MacAlgorithms"),
            multiRegionConfiguration: try object.optionalShape("MultiRegionConfiguration"),
            xksKeyConfiguration: try object.optionalShape("XksKeyConfiguration"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("AWSAccountId", awsAccountID)
        json.member("KeyId", keyID)
        json.member("Arn", arn)
        json.member("CreationDate", date: creationDate)
        json.member("Enabled", enabled)
        json.member("Description", description)
        json.member("KeyUsage", keyUsage)
        json.member("KeyState", keyState)
        json.member("DeletionDate", date: deletionDate)
        json.member("Origin", origin)
        json.member("KeyManager", keyManager)
        json.member("CustomerMasterKeySpec", keySpec)
        json.member("KeySpec", keySpec)
        if !encryptionAlgorithms.isEmpty {
            json.member("EncryptionAlgorithms", encryptionAlgorithms)
        }
        json.member("MultiRegion", multiRegion)
        json.member("PendingDeletionWindowInDays", pendingDeletionWindowInDays)
        json.member("CurrentKeyMaterialId", currentKeyMaterialID)
        json.member("ValidTo", date: validTo)
        json.member("CustomKeyStoreId", customKeyStoreID)
        json.member("CloudHsmClusterId", cloudHSMClusterID)
        json.member("ExpirationModel", expirationModel)
        if !signingAlgorithms.isEmpty { json.member("SigningAlgorithms", signingAlgorithms) }
        if !keyAgreementAlgorithms.isEmpty {
            json.member("KeyAgreementAlgorithms", keyAgreementAlgorithms)
        }
        if !encapsulationAlgorithms.isEmpty {
            json.member("EncapsulationAlgorithms", encapsulationAlgorithms)
        }
        if !macAlgorithms.isEmpty { json.member("MacAlgorithms", macAlgorithms) }
        json.member("MultiRegionConfiguration", shape: multiRegionConfiguration)
        json.member("XksKeyConfiguration", shape: xksKeyConfiguration)
    }
}

extension KeySpec {
    /// By its name, or by the one that it had before 2021 and old clients and services still use.
    init?(wire object: JSONObject) throws(WireError) {
        let oldName: KeySpec? = try object.optionalWord("CustomerMasterKeySpec")
        guard let spec: KeySpec = try object.optionalWord("KeySpec") ?? oldName else { return nil }
        self = spec
    }
}
