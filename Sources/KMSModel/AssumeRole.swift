package import SecretMemory

/// Begins a session of a role: AWS STS (2011-06-15).
package struct AssumeRoleRequest: Equatable, Sendable {
    package var roleARN: String
    package var roleSessionName: String
    package var durationSeconds: Int?
    package var externalID: String?
    /// The text of a policy that narrows the session.
    package var policy: String?

    package init(
        roleARN: String, roleSessionName: String, durationSeconds: Int? = nil,
        externalID: String? = nil, policy: String? = nil
    ) {
        self.roleARN = roleARN
        self.roleSessionName = roleSessionName
        self.durationSeconds = durationSeconds
        self.externalID = externalID
        self.policy = policy
    }
}

package struct AssumeRoleResponse: ~Copyable, Sendable {
    package var accessKeyID: String
    /// 40 characters of ASCII.
    package var secretAccessKey: SecretBytes
    package var sessionToken: String
    /// ISO 8601, to the second.
    package var expiration: String
    package var assumedRoleARN: String
    package var assumedRoleID: String

    package init(
        accessKeyID: String, secretAccessKey: consuming SecretBytes, sessionToken: String,
        expiration: String, assumedRoleARN: String, assumedRoleID: String
    ) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expiration = expiration
        self.assumedRoleARN = assumedRoleARN
        self.assumedRoleID = assumedRoleID
    }
}
