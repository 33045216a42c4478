/// Puts wrapped material into a key that was made without.
package struct ImportKeyMaterialRequest: Equatable, Sendable {
    package var keyID: String
    package var importToken: [UInt8]
    package var encryptedKeyMaterial: [UInt8]
    package var validTo: Double?
    package var expirationModel: ExpirationModel?
    package var importType: ImportType?
    package var keyMaterialDescription: String?
    package var keyMaterialID: String?

    package init(
        keyID: String, importToken: [UInt8], encryptedKeyMaterial: [UInt8], validTo: Double? = nil,
        expirationModel: ExpirationModel? = nil, importType: ImportType? = nil,
        keyMaterialDescription: String? = nil, keyMaterialID: String? = nil
    ) {
        self.keyID = keyID
        self.importToken = importToken
        self.encryptedKeyMaterial = encryptedKeyMaterial
        self.validTo = validTo
        self.expirationModel = expirationModel
        self.importType = importType
        self.keyMaterialDescription = keyMaterialDescription
        self.keyMaterialID = keyMaterialID
    }
}

package struct ImportKeyMaterialResponse: Equatable, Sendable {
    /// The key's ARN.
    package var keyID: String
    package var keyMaterialID: String?

    package init(keyID: String, keyMaterialID: String? = nil) {
        self.keyID = keyID
        self.keyMaterialID = keyMaterialID
    }
}
