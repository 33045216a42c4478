package import ContainerFormat
internal import KMSModel
internal import KMSService
internal import Synchronization

extension KeyServiceKey {
    /// Which version of its key wrapped a stanza, as 32 hex digits: what its blob says of itself
    /// (ciphertext-blob-v1, bytes 24…39). Nothing for another service's blob.
    package static func keyVersion(of stanza: Stanza) -> String? {
        guard stanza.knownType == .awsKMS, stanza.body.count >= 72,
            stanza.body.starts(with: Array("COFB".utf8) + [1, 0, 0, 0])
        else { return nil }
        return Hex.text(stanza.body[24..<40])
    }

    /// A key that cannot be described is none of which this could be said; wrapping tells why.
    package func isCurrent(_ stanza: Stanza) -> Bool {
        guard let version = Self.keyVersion(of: stanza) else { return false }
        return currentMaterial.withLock { material in
            if material == nil {
                do throws(KeyProviderError) {
                    material = try describe().currentKeyMaterialID
                } catch { return false }
            }
            // A material's name is that of the key and that of the version.
            return material?.hasSuffix(version) ?? false
        }
    }

    private func describe() throws(KeyProviderError) -> KeyMetadata {
        let request = DescribeKeyRequest(keyID: keyID)
        return try answer { (service) throws(KMSServiceError) in
            try service.service.describeKey(request, caller: service.caller)
        }.keyMetadata
    }
}
