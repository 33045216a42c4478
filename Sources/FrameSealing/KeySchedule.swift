package import ContainerFormat
package import OpenSSLCrypto
package import SecretMemory

/// What every key of a container is bound to: its parameters, its salt and its context.
///
///     bind = payload[0:40] ‖ SHA-256(CONTEXT value, or nothing)
package struct KeyBinding: Sendable {
    private let bytes: [UInt8]
    private let salt: [UInt8]
    /// Bound into every wrap of the file key, and known before there is a file key.
    package let wrapBinder: [UInt8]

    package init(preamble: Preamble, context: ContainerContext) throws(CryptoError) {
        bytes = preamble.boundBytes + (try SHA256.digest(context.encoded))
        salt = preamble.salt
        wrapBinder = try SHA256.digest(Label.wrap + bytes)
    }

    /// K_x = HKDF-Expand(HKDF-Extract(salt, file key), label ‖ bind, 32) for the three labels.
    package func keys(from fileKey: borrowing FileKey) throws(CryptoError) -> ContainerKeys {
        let pseudorandomKey = try fileKey.bytes.withBytes { bytes throws(CryptoError) in
            try HKDFSHA256.extract(salt: salt, inputKeyMaterial: bytes)
        }
        return ContainerKeys(
            commitment: try expand(pseudorandomKey, Label.commitment),
            header: HeaderKey(try expand(pseudorandomKey, Label.headerKey)),
            payload: PayloadKey(try expand(pseudorandomKey, Label.payloadKey)))
    }

    private func expand(
        _ pseudorandomKey: borrowing SecretBytes, _ label: [UInt8]
    ) throws(CryptoError) -> SecretBytes {
        try pseudorandomKey.withBytes { key throws(CryptoError) in
            try HKDFSHA256.expand(pseudorandomKey: key, info: label + bytes)
        }
    }
}

/// The three keys that one file key gives for one container.
package struct ContainerKeys: ~Copyable, Sendable {
    private let commitment: SecretBytes
    package let header: HeaderKey
    package let payload: PayloadKey

    init(
        commitment: consuming SecretBytes, header: consuming HeaderKey,
        payload: consuming PayloadKey
    ) {
        self.commitment = commitment
        self.header = header
        self.payload = payload
    }

    /// The commitment for the preamble. It is public: it tells nothing of the file key, and no
    /// other file key gives it.
    package var publishedCommitment: [UInt8] {
        commitment.withBytes { bytes in
            (0..<bytes.byteCount).map {
                unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self)
            }
        }
    }

    /// Whether a container that carries `commitment` was made under this file key.
    package func fit(commitment: [UInt8]) -> Bool {
        self.commitment.withBytes { unsafe ConstantTime.equal($0, commitment.span.bytes) }
    }
}
