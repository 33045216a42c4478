extension PrivateKey {
    /// - Precondition: the scheme fits the key's kind.
    package func signature(
        of message: RawSpan, _ scheme: SignatureScheme
    ) throws(CryptoError) -> [UInt8] {
        try key.signature(of: message, scheme)
    }

    /// - Precondition: the scheme fits the key's kind, and has a digest, which this is as long as.
    package func signature(
        ofDigest digest: [UInt8], _ scheme: SignatureScheme
    ) throws(CryptoError) -> [UInt8] {
        precondition(digest.count == scheme.digest?.byteCount, "signature: the digest's length")
        return try key.signature(ofDigest: digest, scheme)
    }
}

extension PublicKey {
    /// - Precondition: the scheme fits the key's kind.
    package func isValid(
        _ signature: [UInt8], of message: RawSpan, _ scheme: SignatureScheme
    ) throws(CryptoError) -> Bool {
        try key.isValid(signature, of: message, scheme)
    }

    /// - Precondition: the scheme fits the key's kind, and has a digest, which this is as long as.
    package func isValid(
        _ signature: [UInt8], ofDigest digest: [UInt8], _ scheme: SignatureScheme
    ) throws(CryptoError) -> Bool {
        precondition(digest.count == scheme.digest?.byteCount, "signature: the digest's length")
        return try key.isValid(signature, ofDigest: digest, scheme)
    }
}
