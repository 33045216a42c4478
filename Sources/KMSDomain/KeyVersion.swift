/// One version of a key's material, as it lies in a store: sealed.
package struct KeyVersion: Equatable, Sendable {
    package enum Cause: String, CaseIterable, Sendable {
        case creation = "CREATION"
        case automaticRotation = "AUTOMATIC"
        case onDemandRotation = "ON_DEMAND"
    }

    package let id: VersionID
    /// Of the key's name: replicas share their versions.
    package let keyID: KeyID
    package let creationDate: Timestamp
    package let cause: Cause
    /// What ``KeyBackend/generateMaterial(for:version:purpose:)`` gave; opaque to the store.
    package let sealedMaterial: [UInt8]

    package init(
        id: VersionID, keyID: KeyID, creationDate: Timestamp, cause: Cause,
        sealedMaterial: [UInt8]
    ) {
        self.id = id
        self.keyID = keyID
        self.creationDate = creationDate
        self.cause = cause
        self.sealedMaterial = sealedMaterial
    }
}
