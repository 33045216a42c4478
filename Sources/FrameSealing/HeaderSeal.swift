package import ContainerFormat
internal import OpenSSLCrypto
package import SecretMemory

/// A header whose MAC was verified: somebody who held the file key wrote it.
package struct Header: Sendable {
    package let context: ContainerContext
    package let stanzas: [Stanza]

    /// - Throws: ``ContainerError/headerNotAuthentic``
    package init(
        verifying header: UnverifiedHeader, with key: borrowing HeaderKey
    ) throws {
        let code = try key.code(Array(header.authenticatedBytes))
        guard ConstantTime.equal(code, Array(header.authenticationCode)) else {
            throw ContainerError.headerNotAuthentic
        }
        context = header.context
        stanzas = header.stanzas
    }
}

extension HeaderKey {
    /// The MAC over a header's bytes.
    fileprivate func code(_ bytes: [UInt8]) throws(CryptoError) -> [UInt8] {
        try self.bytes.withBytes { key throws(CryptoError) in
            try HMACSHA256.code(key: key, message: bytes)
        }
    }

    /// The header ready to be written, filled up to `byteCount` where it is shorter.
    package func seal(_ draft: HeaderDraft, paddedTo byteCount: Int = 0) throws -> [UInt8] {
        guard let bytes = draft.authenticatedBytes(paddedTo: byteCount) else {
            throw ContainerError.limit(.headerByteCount)
        }
        return bytes + (try code(bytes))
    }
}
