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
            currentKeyMaterialID: try object.optionalText("CurrentKeyMaterialId"))
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
