package struct GetKeyPolicyRequest: Equatable, Sendable {
    package var keyID: String
    package var policyName: String?

    package init(keyID: String, policyName: String? = nil) {
        self.keyID = keyID
        self.policyName = policyName
    }
}

package struct GetKeyPolicyResponse: Equatable, Sendable {
    package var policy: String
    package var policyName: String?

    package init(policy: String, policyName: String? = nil) {
        self.policy = policy
        self.policyName = policyName
    }
}
