package import KMSDomain
package import SecretMemory

/// Secrets of lasting credentials: made here, sealed under the root of trust for the store, opened to
/// verify a signature.
///
///     row = salt (32) ‖ AES-256-GCM(K, nonce 0, AAD = access key id ‖ 00 ‖ principal ARN, secret)
///     K   = HKDF-Expand(root, "coffer/v1 access key" ‖ 00 ‖ salt, 32)
package struct AccessKeySecrets: Sendable {
    private let sealing: RowSealing

    package init(root: any RootOfTrust) {
        sealing = RowSealing(root: root, label: "coffer/v1 access key")
    }

    /// A new access key of this principal, with its secret, which is told this once.
    package func makeKey(
        for principalARN: String, now: Timestamp
    ) throws(KeyBackendError) -> MadeAccessKey {
        let id = CredentialText.freshAccessKeyID(prefix: "AKIA")
        let secret = CredentialText.secret(
            from: SecretBytes(randomByteCount: CredentialText.secretEntropyByteCount))
        let sealed = try secret.withBytes { secret throws(KeyBackendError) in
            try sealing.seal(
                secret, associatedData: Self.associatedData(id, principalARN),
                salt: SystemRandom.bytes(count: RowSealing.saltByteCount))
        }
        return MadeAccessKey(
            key: AccessKey(
                id: id, principalARN: principalARN, isActive: true, creationDate: now,
                sealedSecret: sealed), secret: secret)
    }

    /// - Throws: ``KeyBackendError/materialNotAuthentic`` if the row is another's, changed, or sealed
    ///   under another root.
    package func secret(of key: AccessKey) throws(KeyBackendError) -> SecretBytes {
        guard
            let secret = try sealing.open(
                key.sealedSecret, associatedData: Self.associatedData(key.id, key.principalARN))
        else { throw .materialNotAuthentic }
        return secret
    }

    /// The same key for a store under another root, opened again and found the same.
    package func moved(
        _ key: AccessKey, to target: AccessKeySecrets
    ) throws(KeyBackendError) -> AccessKey {
        var moved = key
        moved.sealedSecret = try sealing.moved(
            key.sealedSecret, associatedData: Self.associatedData(key.id, key.principalARN),
            to: target.sealing)
        return moved
    }

    private static func associatedData(_ id: String, _ principalARN: String) -> [UInt8] {
        Array(id.utf8) + [0] + Array(principalARN.utf8)
    }
}

package struct MadeAccessKey: ~Copyable, Sendable {
    package let key: AccessKey
    /// 40 characters of ASCII.
    package let secret: SecretBytes
}
