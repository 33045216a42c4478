internal import KMSDomain
internal import OpenSSLCrypto
internal import SecretMemory

/// Seals and opens blobs: a key of its own for each, so no limit on how many one key may seal, and
/// no byte of a blob, header included, can change without failing the tag.
///
///     K    = HKDF-Expand(version material, "coffer/v1 blob" ‖ 00 ‖ header, 32)
///     body = AES-256-GCM(K, nonce 0, AAD = header ‖ encoded context, plaintext)
enum BlobCipher {
    private static let label = Array("coffer/v1 blob".utf8) + [0]

    static func seal(
        _ plaintext: RawSpan, blob: CiphertextBlob, handle: any KeyHandle, context: [UInt8]
    ) throws(KeyBackendError) -> [UInt8] {
        let key = try handle.deriveKey(info: label + blob.header)
        do throws(CryptoError) {
            return try key.withBytes { key throws(CryptoError) in
                try blob.header
                    + AES256GCM.seal(
                        plaintext, underOneTimeKey: key, associatedData: blob.header + context)
            }
        } catch {
            throw .cryptographyFailed
        }
    }

    /// Nothing if the blob was not sealed by this material in this context.
    static func open(
        _ bytes: [UInt8], blob: CiphertextBlob, handle: any KeyHandle, context: [UInt8]
    ) throws(KeyBackendError) -> SecretBytes? {
        let key = try handle.deriveKey(info: label + blob.header)
        let body = unsafe bytes.span.bytes.extracting(droppingFirst: CiphertextBlob.headerByteCount)
        do throws(CryptoError) {
            return try key.withBytes { key throws(CryptoError) in
                try AES256GCM.open(
                    body, underOneTimeKey: key, associatedData: blob.header + context)
            }
        } catch .notAuthentic {
            return nil
        } catch {
            throw .cryptographyFailed
        }
    }
}
