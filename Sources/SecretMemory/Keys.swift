/// One type for each purpose of 32 secret bytes, so that no key is used for another's work.

/// The data key of one container. Everything else in it derives from this key, the salt and the
/// context.
package struct FileKey: ~Copyable, Sendable {
    package static let byteCount = 32
    package let bytes: SecretBytes

    /// Nothing unless there are exactly 32 bytes (R14).
    package init?(_ bytes: consuming SecretBytes) {
        guard bytes.byteCount == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    package init() { bytes = SecretBytes(randomByteCount: Self.byteCount) }

    package func duplicate() -> FileKey {
        guard let copy = FileKey(bytes.duplicate()) else {
            preconditionFailure("file key: a copy has another length")
        }
        return copy
    }
}

/// Encrypts the frames of one container.
package struct PayloadKey: ~Copyable, Sendable {
    package let bytes: SecretBytes
    package init(_ bytes: consuming SecretBytes) { self.bytes = bytes }
}

/// Authenticates the header of one container.
package struct HeaderKey: ~Copyable, Sendable {
    package let bytes: SecretBytes
    package init(_ bytes: consuming SecretBytes) { self.bytes = bytes }
}

/// A long-lived key that wraps others: the content of a key file.
package struct WrappingKey: ~Copyable, Sendable {
    package static let byteCount = 32
    package let bytes: SecretBytes

    package init?(_ bytes: consuming SecretBytes) {
        guard bytes.byteCount == Self.byteCount else { return nil }
        self.bytes = bytes
    }
}
