internal import KMSDomain
internal import KMSModel
internal import SecretMemory

extension KMSService {
    /// What Encrypt gives for `plaintext`: under a symmetric key a blob that names the key and its
    /// newest version, and so does the record; under another one what its algorithm makes.
    func seal(
        _ plaintext: borrowing SecretBytes, under key: CachedKey, _ handle: any KeyHandle,
        by algorithm: EncryptionAlgorithm, context: EncryptionContext, event: inout AuditEvent
    ) throws -> [UInt8] {
        if let algorithm = Key.EncryptionAlgorithm(rawValue: algorithm.rawValue) {
            return try plaintext.withBytes { plaintext throws(KeyBackendError) in
                try handle.encrypt(plaintext, by: algorithm)
            }
        }
        let blob = CiphertextBlob(
            keyName: key.key.name, versionID: key.key.currentVersion,
            salt: SystemRandom.bytes(count: CiphertextBlob.saltByteCount),
            isExternal: key.key.externalKeyID != nil)
        event.additional.append(
            AuditField("keyMaterialId", .text(key.materialID(of: blob.versionID))))
        if let external = try externalKeyUse(of: key, event) {
            return try plaintext.withBytes { plaintext in
                try ExternalBlob.seal(
                    plaintext, blob: blob, handle: handle, context: context.encoded, by: external)
            }
        }
        return try plaintext.withBytes { plaintext throws(KeyBackendError) in
            try BlobCipher.seal(plaintext, blob: blob, handle: handle, context: context.encoded)
        }
    }
}
