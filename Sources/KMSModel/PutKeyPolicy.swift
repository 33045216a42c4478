/// Replaces the key's policy.
package struct PutKeyPolicyRequest: Equatable, Sendable {
    package var keyID: String
    package var policy: String
    package var policyName: String?
    package var bypassPolicyLockoutSafetyCheck: Bool

    package init(
        keyID: String, policy: String, policyName: String? = nil,
        bypassPolicyLockoutSafetyCheck: Bool = false
    ) {
        self.keyID = keyID
        self.policy = policy
        self.policyName = policyName
        self.bypassPolicyLockoutSafetyCheck = bypassPolicyLockoutSafetyCheck
    }
}
