package import SecretMemory

/// Signs a message of 1…4096 bytes, or the digest of a longer one.
package struct SignRequest: ~Copyable, Sendable {
    package var keyID: String
    package let message: SecretBytes
    package var signingAlgorithm: SigningAlgorithm
    package var messageType: MessageType
    package var grantTokens: [String]
    package var dryRun: Bool

    package init(
        keyID: String, message: consuming SecretBytes, signingAlgorithm: SigningAlgorithm,
        messageType: MessageType = .raw, grantTokens: [String] = [], dryRun: Bool = false
    ) {
        self.keyID = keyID
        self.message = message
        self.signingAlgorithm = signingAlgorithm
        self.messageType = messageType
        self.grantTokens = grantTokens
        self.dryRun = dryRun
    }
}

package struct SignResponse: Equatable, Sendable {
    /// The key's ARN.
    package var keyID: String
    package var signature: [UInt8]
    package var signingAlgorithm: SigningAlgorithm

    package init(keyID: String, signature: [UInt8], signingAlgorithm: SigningAlgorithm) {
        self.keyID = keyID
        self.signature = signature
        self.signingAlgorithm = signingAlgorithm
    }
}
