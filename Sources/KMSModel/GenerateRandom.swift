package import SecretMemory

package struct GenerateRandomRequest: Equatable, Sendable {
    package var numberOfBytes: Int
    package var customKeyStoreID: String?
    package var recipient: RecipientInfo?

    package init(
        numberOfBytes: Int, customKeyStoreID: String? = nil, recipient: RecipientInfo? = nil
    ) {
        self.numberOfBytes = numberOfBytes
        self.customKeyStoreID = customKeyStoreID
        self.recipient = recipient
    }
}

package struct GenerateRandomResponse: ~Copyable, Sendable {
    package let plaintext: SecretBytes

    package init(plaintext: consuming SecretBytes) {
        self.plaintext = plaintext
    }
}
