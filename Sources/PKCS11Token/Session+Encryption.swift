internal import CPKCS11
package import SecretMemory

/// Ways to encrypt a short secret under a key of the token.
package enum SecretEncryption: Equatable, Sendable {
    /// AES-GCM with a tag of 16 bytes behind the ciphertext. The IV is the caller's: modules have
    /// been seen to take none at all.
    case gcm(iv: [UInt8], associatedData: [UInt8])
    /// RSA-OAEP with SHA-256 and MGF1-SHA-256, empty label.
    case oaepSHA256
    /// RSA-OAEP with SHA-1 and MGF1-SHA-1, empty label.
    case oaepSHA1
}

extension Session {
    package static let gcmIVByteCount = 12

    package func offers(_ encryption: SecretEncryption) -> Bool {
        mechanisms.contains(Self.number(of: encryption))
    }

    package func encrypt(
        _ secret: borrowing SecretBytes, under key: TokenObject, by encryption: SecretEncryption
    ) throws(TokenError) -> [UInt8] {
        // Exactly: tpm2-pkcs11 does not say how much of a longer buffer it filled.
        let byteCount =
            switch encryption {
            case .gcm: secret.byteCount + 16
            case .oaepSHA256, .oaepSHA1: try modulusByteCount(of: key)
            }
        let begin = unsafe try required(functions.C_EncryptInit, "C_EncryptInit")
        let encrypt = unsafe try required(functions.C_Encrypt, "C_Encrypt")
        unsafe try check(
            Self.withMechanism(encryption) { unsafe begin(handle, $0, key.handle) },
            "C_EncryptInit")
        var output = [UInt8](repeating: 0, count: byteCount)
        var count = CK_ULONG(output.count)
        let code = secret.withBytes { secret in
            unsafe secret.withUnsafeBytes { secret in
                // Modules read the plaintext; the parameter is only not const.
                let input = unsafe UnsafeMutablePointer(
                    mutating: secret.bindMemory(to: UInt8.self).baseAddress)
                return unsafe encrypt(handle, input, CK_ULONG(secret.count), &output, &count)
            }
        }
        try check(code, "C_Encrypt")
        return Array(output.prefix(Int(count)))
    }

    /// - Throws: ``TokenError/notAuthentic``
    package func decrypt(
        _ encrypted: [UInt8], under key: TokenObject, by encryption: SecretEncryption
    ) throws(TokenError) -> SecretBytes {
        let begin = unsafe try required(functions.C_DecryptInit, "C_DecryptInit")
        let decrypt = unsafe try required(functions.C_Decrypt, "C_Decrypt")
        unsafe try check(
            Self.withMechanism(encryption) { unsafe begin(handle, $0, key.handle) },
            "C_DecryptInit")
        var input = encrypted
        var count = CK_ULONG(0)
        // As long as the ciphertext: modules want that much room before they look.
        let output = try SecretBytes(byteCount: max(encrypted.count, 32)) {
            output throws(TokenError) in
            count = CK_ULONG(output.byteCount)
            let code = unsafe output.withUnsafeMutableBytes { output in
                unsafe decrypt(
                    handle, &input, CK_ULONG(input.count),
                    output.bindMemory(to: UInt8.self).baseAddress, &count)
            }
            switch code {
            case CKR_OK: break
            case CKR_GENERAL_ERROR, CKR_ENCRYPTED_DATA_INVALID, CKR_ENCRYPTED_DATA_LEN_RANGE,
                CKR_DATA_INVALID, CKR_DATA_LEN_RANGE:
                throw .notAuthentic
            default: throw TokenError(call: "C_Decrypt", code: code)
            }
            guard count <= output.byteCount else { throw .notAuthentic }
        }
        return output.prefix(byteCount: Int(count))
    }

    private static func number(of encryption: SecretEncryption) -> CK_MECHANISM_TYPE {
        switch encryption {
        case .gcm: CKM_AES_GCM
        case .oaepSHA256, .oaepSHA1: CKM_RSA_PKCS_OAEP
        }
    }

    private static func withMechanism(
        _ encryption: SecretEncryption, _ body: (UnsafeMutablePointer<CK_MECHANISM>) -> CK_RV
    ) -> CK_RV {
        switch encryption {
        case .gcm(let iv, let associatedData):
            precondition(iv.count == gcmIVByteCount, "token: the IV has \(iv.count) bytes")
            var (iv, associatedData) = (iv, associatedData)
            return unsafe iv.withUnsafeMutableBufferPointer { iv in
                unsafe associatedData.withUnsafeMutableBufferPointer { associatedData in
                    var parameters = unsafe CK_GCM_PARAMS(
                        pIv: iv.baseAddress, ulIvLen: CK_ULONG(iv.count),
                        ulIvBits: CK_ULONG(iv.count * 8), pAAD: associatedData.baseAddress,
                        ulAADLen: CK_ULONG(associatedData.count), ulTagBits: 128)
                    return unsafe withMechanism(CKM_AES_GCM, parameters: &parameters, body)
                }
            }
        case .oaepSHA256:
            var parameters = unsafe CK_RSA_PKCS_OAEP_PARAMS(
                hashAlg: CKM_SHA256, mgf: CK_RSA_PKCS_MGF_TYPE(CKG_MGF1_SHA256),
                source: CKZ_DATA_SPECIFIED, pSourceData: nil, ulSourceDataLen: 0)
            return unsafe withMechanism(CKM_RSA_PKCS_OAEP, parameters: &parameters, body)
        case .oaepSHA1:
            var parameters = unsafe CK_RSA_PKCS_OAEP_PARAMS(
                hashAlg: CKM_SHA_1, mgf: CK_RSA_PKCS_MGF_TYPE(CKG_MGF1_SHA1),
                source: CKZ_DATA_SPECIFIED, pSourceData: nil, ulSourceDataLen: 0)
            return unsafe withMechanism(CKM_RSA_PKCS_OAEP, parameters: &parameters, body)
        }
    }

    private static func withMechanism<Parameters>(
        _ number: CK_MECHANISM_TYPE, parameters: inout Parameters,
        _ body: (UnsafeMutablePointer<CK_MECHANISM>) -> CK_RV
    ) -> CK_RV {
        let byteCount = CK_ULONG(MemoryLayout<Parameters>.size)
        return unsafe withUnsafeMutablePointer(to: &parameters) { parameters in
            var mechanism = unsafe CK_MECHANISM(
                mechanism: number, pParameter: parameters, ulParameterLen: byteCount)
            return unsafe body(&mechanism)
        }
    }
}
