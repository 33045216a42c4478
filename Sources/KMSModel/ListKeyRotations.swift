/// Oldest first. The first material is no rotation: `allKeyMaterial` lists it too.
package struct ListKeyRotationsRequest: Equatable, Sendable {
    package var keyID: String
    package var includeKeyMaterial: IncludeKeyMaterial
    package var limit: Int?
    package var marker: String?

    package init(
        keyID: String, includeKeyMaterial: IncludeKeyMaterial = .rotationsOnly, limit: Int? = nil,
        marker: String? = nil
    ) {
        self.keyID = keyID
        self.includeKeyMaterial = includeKeyMaterial
        self.limit = limit
        self.marker = marker
    }
}

package struct ListKeyRotationsResponse: Equatable, Sendable {
    package var rotations: [RotationsListEntry]
    package var nextMarker: String?
    package var truncated: Bool

    package init(
        rotations: [RotationsListEntry], nextMarker: String? = nil, truncated: Bool = false
    ) {
        self.rotations = rotations
        self.nextMarker = nextMarker
        self.truncated = truncated
    }
}

package struct RotationsListEntry: Equatable, Sendable {
    package var keyID: String
    /// AWS tells them for symmetric keys; other services of this API may not.
    package var keyMaterialID: String?
    package var keyMaterialState: KeyMaterialState?
    /// Nothing for the key's first material.
    package var rotationDate: Double?
    package var rotationType: RotationType?
    package var keyMaterialDescription: String?
    package var importState: ImportState?
    package var expirationModel: ExpirationModel?
    package var validTo: Double?

    package init(
        keyID: String, keyMaterialID: String?, keyMaterialState: KeyMaterialState?,
        rotationDate: Double?, rotationType: RotationType?, keyMaterialDescription: String? = nil,
        importState: ImportState? = nil, expirationModel: ExpirationModel? = nil,
        validTo: Double? = nil
    ) {
        self.keyID = keyID
        self.keyMaterialID = keyMaterialID
        self.keyMaterialState = keyMaterialState
        self.rotationDate = rotationDate
        self.rotationType = rotationType
        self.keyMaterialDescription = keyMaterialDescription
        self.importState = importState
        self.expirationModel = expirationModel
        self.validTo = validTo
    }
}
