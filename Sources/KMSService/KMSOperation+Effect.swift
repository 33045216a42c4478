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

    /// As a policy names it.
    var action: String { "kms:" + rawValue }
}
