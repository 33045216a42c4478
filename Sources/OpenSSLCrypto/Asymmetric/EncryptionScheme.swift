internal import COpenSSL

/// How a short secret is encrypted to a public key.
package enum EncryptionScheme: Hashable, Sendable {
    /// With MGF1 of the same digest, and no label.
    case rsaOAEP(MessageDigest)
    /// With SM3; the ciphertext is GM/T 0009's DER.
    case sm2

    /// Whether a key of this kind encrypts in this way.
    package func fits(_ kind: KeyKind) -> Bool {
        switch self {
        case .rsaOAEP: kind.modulusBitCount != nil
        case .sm2: kind == .sm2
        }
    }

    /// Whether nothing stands behind the ciphertext: OpenSSL reads SM2's and no further.
    func isWhole(_ ciphertext: [UInt8]) -> Bool {
        guard self == .sm2 else { return true }
        switch ciphertext.count {
        case 2...0x81: return ciphertext.starts(with: [0x30, UInt8(ciphertext.count - 2)])
        case 0x83...0x102:
            return ciphertext.starts(with: [0x30, 0x81, UInt8(ciphertext.count - 3)])
        case 0x104...0x1_0003:
            let count = ciphertext.count - 4
            return ciphertext.starts(with: [0x30, 0x82, UInt8(count >> 8), UInt8(count & 0xFF)])
        default: return false
        }
    }

    func configure(_ context: borrowing KeyContext) throws(CryptoError) {
        guard case .rsaOAEP(let digest) = self else { return }
        guard
            unsafe EVP_PKEY_CTX_set_rsa_padding(context.pointer, RSA_PKCS1_OAEP_PADDING) == 1,
            unsafe EVP_PKEY_CTX_set_rsa_oaep_md(context.pointer, digest.object) == 1,
            unsafe EVP_PKEY_CTX_set_rsa_mgf1_md(context.pointer, digest.object) == 1
        else { throw OpenSSLLibrary.failure("EVP_PKEY_CTX_set_rsa_oaep_md") }
    }
}
