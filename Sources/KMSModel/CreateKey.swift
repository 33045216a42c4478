/// Makes a key of the service, without an alias.
package struct CreateKeyRequest: Equatable, Sendable {
    package var description: String
    package var keyUsage: KeyUsage
    package var keySpec: KeySpec
    package var origin: Origin
    package var multiRegion: Bool

    package init(
        description: String = "", keyUsage: KeyUsage = .encryptDecrypt,
        keySpec: KeySpec = .symmetricDefault, origin: Origin = .awsKMS, multiRegion: Bool = false
    ) {
        self.description = description
        self.keyUsage = keyUsage
        self.keySpec = keySpec
        self.origin = origin
        self.multiRegion = multiRegion
    }
}

package struct CreateKeyResponse: Equatable, Sendable {
    package var keyMetadata: KeyMetadata

    package init(keyMetadata: KeyMetadata) {
        self.keyMetadata = keyMetadata
    }
}
