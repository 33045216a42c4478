/// By key id, key ARN, alias name or alias ARN.
package struct DescribeKeyRequest: Equatable, Sendable {
    package var keyID: String

    package init(keyID: String) {
        self.keyID = keyID
    }
}

package struct DescribeKeyResponse: Equatable, Sendable {
    package var keyMetadata: KeyMetadata

    package init(keyMetadata: KeyMetadata) {
        self.keyMetadata = keyMetadata
    }
}
