package import SecretMemory

/// The HMAC of 1…4096 bytes under the key.
package struct GenerateMacRequest: ~Copyable, Sendable {
    package let message: SecretBytes
    package var keyID: String
    package var macAlgorithm: MACAlgorithm
    package var grantTokens: [String]
    package var dryRun: Bool

    package init(
        message: consuming SecretBytes, keyID: String, macAlgorithm: MACAlgorithm,
        grantTokens: [String] = [], dryRun: Bool = false
    ) {
        self.message = message
        self.keyID = keyID
        self.macAlgorithm = macAlgorithm
        self.grantTokens = grantTokens
        self.dryRun = dryRun
    }
}

package struct GenerateMacResponse: Equatable, Sendable {
    package var mac: [UInt8]
    package var macAlgorithm: MACAlgorithm
    /// The key's ARN.
    package var keyID: String

    package init(mac: [UInt8], macAlgorithm: MACAlgorithm, keyID: String) {
        self.mac = mac
        self.macAlgorithm = macAlgorithm
        self.keyID = keyID
    }
}
