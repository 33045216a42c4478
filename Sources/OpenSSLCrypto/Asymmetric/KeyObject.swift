internal import COpenSSL
internal import SecretMemory

/// The one owner of an OpenSSL key, private or public.
///
/// `@unchecked Sendable`: the key is never changed after it is made, and OpenSSL lets several
/// threads use such a key, each with a context of its own.
@safe
struct KeyObject: ~Copyable, @unchecked Sendable {
    let kind: KeyKind
    let pointer: OpaquePointer

    init(generating kind: KeyKind) throws(CryptoError) {
        let context = try KeyContext(algorithm: kind.algorithm)
        guard unsafe EVP_PKEY_keygen_init(context.pointer) == 1 else {
            throw OpenSSLLibrary.failure("EVP_PKEY_keygen_init")
        }
        if let bitCount = kind.modulusBitCount {
            guard unsafe EVP_PKEY_CTX_set_rsa_keygen_bits(context.pointer, bitCount) == 1 else {
                throw OpenSSLLibrary.failure("EVP_PKEY_CTX_set_rsa_keygen_bits")
            }
        }
        if let name = kind.groupName {
            guard unsafe EVP_PKEY_CTX_set_group_name(context.pointer, name) == 1 else {
                throw OpenSSLLibrary.failure("EVP_PKEY_CTX_set_group_name")
            }
        }
        var key: OpaquePointer?
        guard unsafe EVP_PKEY_generate(context.pointer, &key) == 1, let key = unsafe key else {
            throw OpenSSLLibrary.failure("EVP_PKEY_generate")
        }
        self.kind = kind
        unsafe pointer = key
    }

    /// Takes the ownership of `key`, which is freed if it is of no kind that there is here.
    init(owning key: OpaquePointer) throws(CryptoError) {
        guard let kind = unsafe Self.kind(of: key) else {
            unsafe EVP_PKEY_free(key)
            ERR_clear_error()
            throw .notAKey
        }
        // A curve that was spelled out is known by its name from here on.
        guard
            unsafe kind.groupName == nil
                || EVP_PKEY_set_utf8_string_param(key, "encoding", "named_curve") == 1
        else {
            unsafe EVP_PKEY_free(key)
            throw OpenSSLLibrary.failure("EVP_PKEY_set_utf8_string_param")
        }
        self.kind = kind
        unsafe pointer = key
    }

    // Wipes what is private.
    deinit { unsafe EVP_PKEY_free(pointer) }

    /// X.509's SubjectPublicKeyInfo, DER.
    func publicKeyInfo() throws(CryptoError) -> [UInt8] {
        let count = unsafe i2d_PUBKEY(pointer, nil)
        guard count > 0 else { throw OpenSSLLibrary.failure("i2d_PUBKEY") }
        var bytes = [UInt8](repeating: 0, count: Int(count))
        let written = unsafe bytes.withUnsafeMutableBufferPointer { buffer in
            var end = buffer.baseAddress
            return unsafe i2d_PUBKEY(pointer, &end)
        }
        guard written == count else { throw OpenSSLLibrary.failure("i2d_PUBKEY") }
        return bytes
    }

    private static func kind(of key: OpaquePointer) -> KeyKind? {
        let candidates = KeyKind.allCases.filter { unsafe EVP_PKEY_is_a(key, $0.algorithm) == 1 }
        guard let first = candidates.first else { return nil }
        if first.modulusBitCount != nil {
            let bitCount = unsafe EVP_PKEY_get_bits(key)
            return candidates.first { $0.modulusBitCount == bitCount }
        }
        guard first.groupName != nil else { return first }
        let room = 64
        var name = [CChar](repeating: 0, count: room)
        var length = 0
        guard unsafe EVP_PKEY_get_group_name(key, &name, room, &length) == 1 else {
            return nil
        }
        let text = String(
            decoding: name.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return candidates.first { $0.groupName == text }
    }
}
