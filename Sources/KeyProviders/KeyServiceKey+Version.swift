package import ContainerFormat

extension KeyServiceKey {
    /// Which version of its key wrapped a stanza, as 32 hex digits: what its blob says of itself
    /// (ciphertext-blob-v1, bytes 24…39). Nothing for another service's blob.
    package static func keyVersion(of stanza: Stanza) -> String? {
        guard stanza.knownType == .awsKMS, stanza.body.count >= 72,
            stanza.body.starts(with: Array("COFB".utf8) + [1, 0, 0, 0])
        else { return nil }
        return Hex.text(stanza.body[24..<40])
    }
}
