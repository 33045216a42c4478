internal import KMSDomain
internal import OpenSSLCrypto
internal import SecretMemory

/// The body of a blob of a key in an external key store: what `BlobCipher` gives, encrypted once more
/// by the external key (Formats/ciphertext-blob-v1.md, External keys).
///
///     72   1  length of the initialisation vector, 12 or 16
///     73   1  length of the metadata, 0…20
///     74   …  initialisation vector ‖ tag (16) ‖ metadata ‖ ciphertext
///      …  32  mac = HKDF-Expand(version material, "coffer/v1 external blob" ‖ 00 ‖
///             SHA-256(all before) ‖ SHA-256(encoded context), 32)
///
/// The mac is looked at first: what was not made here never gets to the proxy.
enum ExternalBlob {
    private static let label = Array("coffer/v1 external blob".utf8) + [0]
    private static let prefixByteCount = CiphertextBlob.headerByteCount + 2

    static func seal(
        _ plaintext: RawSpan, blob: CiphertextBlob, handle: any KeyHandle, context: [UInt8],
        by external: ExternalKeyUse
    ) throws -> [UInt8] {
        let inner = try BlobCipher.seal(plaintext, blob: blob, handle: handle, context: context)
            .dropFirst(CiphertextBlob.headerByteCount)
        let outer = try external.encrypt(
            Array(inner), associatedData: digest(blob.header + context))
        var bytes = blob.header
        bytes.append(UInt8(outer.initializationVector.count))
        bytes.append(UInt8(outer.metadata.count))
        bytes += outer.initializationVector + outer.tag + outer.metadata + outer.ciphertext
        return bytes + (try mac(bytes, handle: handle, context: context))
    }

    /// Nothing if the blob was not sealed by this material in this context.
    static func open(
        _ bytes: [UInt8], blob: CiphertextBlob, handle: any KeyHandle, context: [UInt8],
        by external: ExternalKeyUse
    ) throws -> SecretBytes? {
        guard let outer = parse(bytes) else { return nil }
        let end = bytes.count - HMACSHA256.byteCount
        let expected = try mac(Array(bytes[..<end]), handle: handle, context: context)
        guard ConstantTime.equal(expected, Array(bytes[end...])) else { return nil }
        let inner = try external.decrypt(
            outer, associatedData: digest(blob.header + context))
        guard
            let opened = try BlobCipher.open(
                blob.header + inner, blob: blob, handle: handle, context: context)
        else { throw ProxyFailure.wrongPlaintext.ofUse }
        return opened
    }

    private static func parse(_ bytes: [UInt8]) -> ExternalCiphertext? {
        guard bytes.count >= prefixByteCount + HMACSHA256.byteCount else { return nil }
        let vectorByteCount = Int(bytes[prefixByteCount - 2])
        let metadataByteCount = Int(bytes[prefixByteCount - 1])
        var rest = bytes[prefixByteCount...].dropLast(HMACSHA256.byteCount)
        func take(_ count: Int) -> [UInt8] {
            defer { rest = rest.dropFirst(count) }
            return Array(rest.prefix(count))
        }
        let vector = take(vectorByteCount)
        let tag = take(ExternalCiphertext.tagByteCount)
        let metadata = take(metadataByteCount)
        guard vector.count == vectorByteCount, metadata.count == metadataByteCount,
            rest.count > CiphertextBlob.tagByteCount
        else { return nil }
        return ExternalCiphertext(
            initializationVector: vector, tag: tag, metadata: metadata, ciphertext: Array(rest))
    }

    private static func mac(
        _ bytes: [UInt8], handle: any KeyHandle, context: [UInt8]
    ) throws -> [UInt8] {
        let key = try handle.deriveKey(info: label + digest(bytes) + digest(context))
        // It goes into the blob, so it is public from here on.
        return key.withBytes { key in
            key.byteOffsets.map { unsafe key.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
        }
    }

    private static func digest(_ bytes: [UInt8]) throws(KeyBackendError) -> [UInt8] {
        do throws(CryptoError) { return try SHA256.digest(bytes) } catch {
            throw .cryptographyFailed
        }
    }
}

/// One external key, asked on behalf of one call.
struct ExternalKeyUse {
    let manager: any ExternalKeyManager
    let keyID: String
    let call: ExternalKeyCall

    func encrypt(_ plaintext: [UInt8], associatedData: [UInt8]) throws -> ExternalCiphertext {
        let outer: ExternalCiphertext
        do throws(ProxyFailure) {
            outer = try manager.encrypt(
                plaintext, under: keyID, associatedData: associatedData, call)
        } catch { throw error.ofUse }
        guard outer.ciphertext.count == plaintext.count else {
            throw ProxyFailure.malformedAnswer.ofUse
        }
        return outer
    }

    func decrypt(_ ciphertext: ExternalCiphertext, associatedData: [UInt8]) throws -> [UInt8] {
        let plaintext: [UInt8]
        do throws(ProxyFailure) {
            plaintext = try manager.decrypt(
                ciphertext, under: keyID, associatedData: associatedData, call)
        } catch { throw error.ofUse }
        guard plaintext.count == ciphertext.ciphertext.count else {
            throw ProxyFailure.malformedAnswer.ofUse
        }
        return plaintext
    }
}
