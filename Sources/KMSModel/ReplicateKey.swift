/// Makes a replica of a multi-Region key, with its id and material, in another Region.
package struct ReplicateKeyRequest: Equatable, Sendable {
    package var keyID: String
    package var replicaRegion: String
    package var policy: String?
    package var bypassPolicyLockoutSafetyCheck: Bool
    package var description: String?
    package var tags: [Tag]

    package init(
        keyID: String, replicaRegion: String, policy: String? = nil,
        bypassPolicyLockoutSafetyCheck: Bool = false, description: String? = nil, tags: [Tag] = []
    ) {
        self.keyID = keyID
        self.replicaRegion = replicaRegion
        self.policy = policy
        self.bypassPolicyLockoutSafetyCheck = bypassPolicyLockoutSafetyCheck
        self.description = description
        self.tags = tags
    }
}

package struct ReplicateKeyResponse: Equatable, Sendable {
    package var replicaKeyMetadata: KeyMetadata
    package var replicaPolicy: String
    package var replicaTags: [Tag]

    package init(replicaKeyMetadata: KeyMetadata, replicaPolicy: String, replicaTags: [Tag] = []) {
        self.replicaKeyMetadata = replicaKeyMetadata
        self.replicaPolicy = replicaPolicy
        self.replicaTags = replicaTags
    }
}
