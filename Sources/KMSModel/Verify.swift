package import SecretMemory

/// Checks a signature; one that is not the key's is an error.
package struct VerifyRequest: ~Copyable, Sendable {
    package var keyID: String
    package let message: SecretBytes
    package var signature: [UInt8]
    package var signingAlgorithm: SigningAlgorithm
    package var messageType: MessageType
    package var grantTokens: [String]
    package var dryRun: Bool

    package init(
        keyID: String, message: consuming SecretBytes, signature: [UInt8],
        signingAlgorithm: SigningAlgorithm, messageType: MessageType = .raw,
        grantTokens: [String] = [], dryRun: Bool = false
    ) {
        self.keyID = keyID
        self.message = message
        self.signature = signature
        self.signingAlgorithm = signingAlgorithm
        self.messageType = messageType
        self.grantTokens = grantTokens
        self.dryRun = dryRun
    }
}

package struct VerifyResponse: Equatable, Sendable {
    /// The key's ARN.
    package var keyID: String
    package var signatureValid: Bool
    package var signingAlgorithm: SigningAlgorithm

    package init(keyID: String, signatureValid: Bool, signingAlgorithm: SigningAlgorithm) {
        self.keyID = keyID
        self.signatureValid = signatureValid
        self.signingAlgorithm = signingAlgorithm
    }
}
