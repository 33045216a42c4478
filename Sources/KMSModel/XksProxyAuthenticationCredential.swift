package import SecretMemory

/// What requests to a proxy of external keys are signed with.
package struct XksProxyAuthenticationCredential: ~Copyable, Sendable {
    package var accessKeyID: String
    package let rawSecretAccessKey: SecretBytes

    package init(accessKeyID: String, rawSecretAccessKey: consuming SecretBytes) {
        self.accessKeyID = accessKeyID
        self.rawSecretAccessKey = rawSecretAccessKey
    }
}
