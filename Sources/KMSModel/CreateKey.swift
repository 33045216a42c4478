/// Makes a key of the service, without an alias.
package struct CreateKeyRequest: Equatable, Sendable {
    package var description: String
    package var keyUsage: KeyUsage
    package var keySpec: KeySpec
    package var origin: Origin
    package var multiRegion: Bool
    package var policy: String?
    package var bypassPolicyLockoutSafetyCheck: Bool
    package var tags: [Tag]
    package var customKeyStoreID: String?
    package var xksKeyID: String?

    package init(
        description: String = "", keyUsage: KeyUsage = .encryptDecrypt,
        keySpec: KeySpec = .symmetricDefault, origin: Origin = .awsKMS, multiRegion: Bool = false,
        policy: String? = nil, bypassPolicyLockoutSafetyCheck: Bool = false, tags: [Tag] = [],
        customKeyStoreID: String? = nil, xksKeyID: String? = nil
    ) {
        self.description = description
        self.keyUsage = keyUsage
        self.keySpec = keySpec
        self.origin = origin
        self.multiRegion = multiRegion
        self.policy = policy
        self.bypassPolicyLockoutSafetyCheck = bypassPolicyLockoutSafetyCheck
        self.tags = tags
        self.customKeyStoreID = customKeyStoreID
        self.xksKeyID = xksKeyID
    }
}

package struct CreateKeyResponse: Equatable, Sendable {
    package var keyMetadata: KeyMetadata

    package init(keyMetadata: KeyMetadata) {
        self.keyMetadata = keyMetadata
    }
}
