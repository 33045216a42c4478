/// One version of a key's material, as it lies in a store: sealed.
package struct KeyVersion: Equatable, Sendable {
    package enum Cause: String, CaseIterable, Sendable {
        case creation = "CREATION"
        case automaticRotation = "AUTOMATIC"
        case onDemandRotation = "ON_DEMAND"
        /// Imported, and not yet rotated to.
        case pendingRotation = "PENDING_ROTATION"
    }

    /// What was said of material that was imported.
    package struct Importation: Equatable, Sendable {
        package var description: String?
        /// When the material is destroyed; never, if there is no date.
        package var validTo: Timestamp?

        package init(description: String?, validTo: Timestamp?) {
            self.description = description
            self.validTo = validTo
        }
    }

    package let id: VersionID
    /// Of the key's name: replicas share their versions.
    package let keyID: KeyID
    package var creationDate: Timestamp
    package var cause: Cause
    /// What ``KeyBackend/generateMaterial(for:version:purpose:)`` gave; opaque to the store. Of imported
    /// material each replica has its own, or none: empty if it was not imported there, was deleted or
    /// has expired.
    package var sealedMaterial: [UInt8]
    /// Of a key whose material is imported; each replica's own as well.
    package var importation: Importation?

    package init(
        id: VersionID, keyID: KeyID, creationDate: Timestamp, cause: Cause,
        sealedMaterial: [UInt8], importation: Importation? = nil
    ) {
        self.id = id
        self.keyID = keyID
        self.creationDate = creationDate
        self.cause = cause
        self.sealedMaterial = sealedMaterial
        self.importation = importation
    }

    package var hasMaterial: Bool { !sealedMaterial.isEmpty }
}
