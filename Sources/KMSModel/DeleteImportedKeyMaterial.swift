/// Destroys imported material now; the key waits for the same material.
package struct DeleteImportedKeyMaterialRequest: Equatable, Sendable {
    package var keyID: String
    package var keyMaterialID: String?

    package init(keyID: String, keyMaterialID: String? = nil) {
        self.keyID = keyID
        self.keyMaterialID = keyMaterialID
    }
}

package struct DeleteImportedKeyMaterialResponse: Equatable, Sendable {
    /// The key's ARN.
    package var keyID: String
    package var keyMaterialID: String?

    package init(keyID: String, keyMaterialID: String? = nil) {
        self.keyID = keyID
        self.keyMaterialID = keyMaterialID
    }
}
