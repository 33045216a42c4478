package import KMSModel

extension KMSOperation {
    /// CloudTrail's `readOnly`: the store stays as it was.
    package var isReadOnly: Bool {
        switch self {
        case .decapsulate, .decrypt, .deriveSharedSecret, .describeCustomKeyStores, .describeKey,
            .encapsulate, .encrypt, .generateDataKey, .generateDataKeyPair,
            .generateDataKeyPairWithoutPlaintext, .generateDataKeyWithoutPlaintext, .generateMac,
            .generateRandom, .getKeyLastUsage, .getKeyPolicy, .getKeyRotationStatus,
            .getParametersForImport, .getPublicKey, .listAliases, .listGrants, .listKeyPolicies,
            .listKeyRotations, .listKeys, .listResourceTags, .listRetirableGrants, .reEncrypt,
            .sign, .verify, .verifyMac:
            true
        case .cancelKeyDeletion, .connectCustomKeyStore, .createAlias, .createCustomKeyStore,
            .createGrant, .createKey, .deleteAlias, .deleteCustomKeyStore,
            .deleteImportedKeyMaterial, .disableKey, .disableKeyRotation, .disconnectCustomKeyStore,
            .enableKey, .enableKeyRotation, .importKeyMaterial, .putKeyPolicy, .replicateKey,
            .retireGrant, .revokeGrant, .rotateKeyOnDemand, .scheduleKeyDeletion, .tagResource,
            .untagResource, .updateAlias, .updateCustomKeyStore, .updateKeyDescription,
            .updatePrimaryRegion:
            false
        }
    }

    /// Whether it may be asked of a key in another account (KMS developer guide, "Allowing users in
    /// other accounts to use a KMS key"; API reference, "Cross-account use" of each operation).
    var isAllowedAcrossAccounts: Bool {
        switch self {
        case .createGrant, .decapsulate, .decrypt, .deriveSharedSecret, .describeKey, .encapsulate,
            .encrypt, .generateDataKey, .generateDataKeyPair, .generateDataKeyPairWithoutPlaintext,
            .generateDataKeyWithoutPlaintext, .generateMac, .generateRandom,
            .getKeyRotationStatus, .getPublicKey, .listGrants, .listRetirableGrants, .reEncrypt,
            .retireGrant, .revokeGrant, .sign, .verify, .verifyMac:
            true
        case .cancelKeyDeletion, .connectCustomKeyStore, .createAlias, .createCustomKeyStore,
            .createKey, .deleteAlias, .deleteCustomKeyStore, .deleteImportedKeyMaterial,
            .describeCustomKeyStores, .disableKey, .disableKeyRotation,
            .disconnectCustomKeyStore, .enableKey, .enableKeyRotation, .getKeyLastUsage,
            .getKeyPolicy, .getParametersForImport, .importKeyMaterial, .listAliases,
            .listKeyPolicies, .listKeyRotations, .listKeys, .listResourceTags, .putKeyPolicy,
            .replicateKey, .rotateKeyOnDemand, .scheduleKeyDeletion, .tagResource, .untagResource,
            .updateAlias, .updateCustomKeyStore, .updateKeyDescription, .updatePrimaryRegion:
            false
        }
    }

    /// Whether policies may ask how long the key has not been used.
    var endsUseOfKey: Bool { self == .disableKey || self == .scheduleKeyDeletion }

    /// As a policy names it.
    var action: String { "kms:" + rawValue }
}
