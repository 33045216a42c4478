package import SecretMemory

/// What a caller signs with. The session token goes out with each request and is worth nothing
/// without the secret access key, which never leaves its memory.
package struct SigningCredentials: ~Copyable, Sendable {
    package let accessKeyID: String
    package let secretAccessKey: SecretBytes
    package let sessionToken: String?

    package init(
        accessKeyID: String, secretAccessKey: consuming SecretBytes, sessionToken: String? = nil
    ) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
    }
}
