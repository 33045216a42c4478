/// What may be asked of a key, as far as its state decides the answer.
///
/// AWS KMS developer guide, "Key states of AWS KMS keys": one case for each row of its table that
/// these operations reach.
package enum KeyAction: CaseIterable, Sendable {
    /// Encrypt, Sign, GenerateMac, GetPublicKey and all their sisters.
    case useMaterial
    case describe
    case enable
    case disable
    case scheduleDeletion
    case cancelDeletion
    /// CreateAlias and UpdateAlias, for the key they point at.
    case nameByAlias
    case deleteAlias
    case rotateOnDemand
    /// EnableKeyRotation and DisableKeyRotation.
    case changeRotation
    /// GetKeyRotationStatus and ListKeyRotations.
    case readRotation
    /// UpdateKeyDescription, TagResource and UntagResource.
    case changeLabels
    case changePolicy
}

/// Why a key's state or history forbids an action.
package enum KeyRefusal: Error, Equatable, Sendable {
    case isDisabled
    case isPendingDeletion
    case isNotPendingDeletion
    case tooManyOnDemandRotations(limit: Int)
    case isOfUnfitSpec(Key.Spec)
    /// The service made the key for itself, and alone decides on it.
    case isServiceManaged
}
