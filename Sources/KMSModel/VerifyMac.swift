package import SecretMemory

/// Checks an HMAC; one that is not the key's is an error.
package struct VerifyMacRequest: ~Copyable, Sendable {
    package let message: SecretBytes
    package var keyID: String
    package var macAlgorithm: MACAlgorithm
    package var mac: [UInt8]
    package var grantTokens: [String]
    package var dryRun: Bool

    package init(
        message: consuming SecretBytes, keyID: String, macAlgorithm: MACAlgorithm, mac: [UInt8],
        grantTokens: [String] = [], dryRun: Bool = false
    ) {
        self.message = message
        self.keyID = keyID
        self.macAlgorithm = macAlgorithm
        self.mac = mac
        self.grantTokens = grantTokens
        self.dryRun = dryRun
    }
}

package struct VerifyMacResponse: Equatable, Sendable {
    /// The key's ARN.
    package var keyID: String
    package var macValid: Bool
    package var macAlgorithm: MACAlgorithm

    package init(keyID: String, macValid: Bool, macAlgorithm: MACAlgorithm) {
        self.keyID = keyID
        self.macValid = macValid
        self.macAlgorithm = macAlgorithm
    }
}
