/// By key id, key ARN, alias name or alias ARN.
package struct DescribeKeyRequest: Equatable, Sendable {
    package var keyID: String
    package var grantTokens: [String]

    package init(keyID: String, grantTokens: [String] = []) {
        self.keyID = keyID
        self.grantTokens = grantTokens
    }
}

package struct DescribeKeyResponse: Equatable, Sendable {
    package var keyMetadata: KeyMetadata

    package init(keyMetadata: KeyMetadata) {
        self.keyMetadata = keyMetadata
    }
}
