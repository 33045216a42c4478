package import KMSModel

extension CreateKeyRequest: WireRequest {
    package static var operation: KMSOperation { .createKey }

    package static let members: [MemberRule] = [
        .optional("Policy", .policy),
        .optional("Description", .description),
        .optional("KeyUsage", .word(KeyUsage.self)),
        .optional("CustomerMasterKeySpec", .oldKeySpec),
        .optional("KeySpec", .word(KeySpec.self)),
        .optional("Origin", .word(Origin.self)),
        .optional("CustomKeyStoreId", .customKeyStoreID),
        .optional("BypassPolicyLockoutSafetyCheck", .boolean),
        .optional("Tags", .list(of: .structure(Tag.members))),
        .optional("MultiRegion", .boolean),
        .optional("XksKeyId", .xksKeyID),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            description: try object.optionalText("Description") ?? "",
            keyUsage: try object.optionalWord("KeyUsage") ?? .encryptDecrypt,
            keySpec: try KeySpec(wire: object) ?? .symmetricDefault,
            origin: try object.optionalWord("Origin") ?? .awsKMS,
            multiRegion: try object.optionalFlag("MultiRegion") ?? false,
            policy: try object.optionalText("Policy"),
            bypassPolicyLockoutSafetyCheck: try object.optionalFlag(
                "BypassPolicyLockoutSafetyCheck") ?? false,
            tags: try object.shapes("Tags"),
            customKeyStoreID: try object.optionalText("CustomKeyStoreId"),
            xksKeyID: try object.optionalText("XksKeyId"))
    }

    package func write(to json: inout JSONWriter) {
        if !description.isEmpty { json.member("Description", description) }
        json.member("KeyUsage", keyUsage)
        json.member("KeySpec", keySpec)
        json.member("Origin", origin)
        if multiRegion { json.member("MultiRegion", true) }
        json.member("Policy", policy)
        if bypassPolicyLockoutSafetyCheck { json.member("BypassPolicyLockoutSafetyCheck", true) }
        if !tags.isEmpty { json.member("Tags", shapes: tags) }
        json.member("CustomKeyStoreId", customKeyStoreID)
        json.member("XksKeyId", xksKeyID)
    }
}

extension CreateKeyResponse: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(keyMetadata: try object.shape("KeyMetadata"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyMetadata", shape: keyMetadata)
    }
}
