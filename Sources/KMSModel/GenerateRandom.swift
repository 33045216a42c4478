package import SecretMemory

package struct GenerateRandomRequest: Equatable, Sendable {
    package var numberOfBytes: Int

    package init(numberOfBytes: Int) {
        self.numberOfBytes = numberOfBytes
    }
}

package struct GenerateRandomResponse: ~Copyable, Sendable {
    package let plaintext: SecretBytes

    package init(plaintext: consuming SecretBytes) {
        self.plaintext = plaintext
    }
}
