internal import CPKCS11
package import SecretMemory

/// HMAC-SHA-256 by a key that stays in the token.
extension Session {
    private static let codeByteCount = 32

    package var offersHMAC: Bool { mechanisms.contains(CKM_SHA256_HMAC) }

    /// 32 bytes, in secret memory since keys are derived so.
    package func hmac(
        _ message: [UInt8], under key: TokenObject
    ) throws(TokenError) -> SecretBytes {
        let begin = unsafe try required(functions.C_SignInit, "C_SignInit")
        let sign = unsafe try required(functions.C_Sign, "C_Sign")
        var mechanism = unsafe Self.hmacMechanism
        try check(unsafe begin(handle, &mechanism, key.handle), "C_SignInit")
        var message = message
        return try SecretBytes(byteCount: Self.codeByteCount) { output throws(TokenError) in
            var count = CK_ULONG(output.byteCount)
            let code = unsafe output.withUnsafeMutableBytes { output in
                unsafe sign(
                    handle, &message, CK_ULONG(message.count),
                    output.bindMemory(to: UInt8.self).baseAddress, &count)
            }
            try check(code, "C_Sign")
            guard count == Self.codeByteCount else {
                throw .callFailed(call: "C_Sign", code: CKR_DATA_LEN_RANGE)
            }
        }
    }

    /// Compares inside the token.
    ///
    /// - Throws: ``TokenError/notAuthentic``
    package func verifyHMAC(
        _ code: [UInt8], of message: [UInt8], under key: TokenObject
    ) throws(TokenError) {
        let begin = unsafe try required(functions.C_VerifyInit, "C_VerifyInit")
        let verify = unsafe try required(functions.C_Verify, "C_Verify")
        var mechanism = unsafe Self.hmacMechanism
        try check(unsafe begin(handle, &mechanism, key.handle), "C_VerifyInit")
        var (code, message) = (code, message)
        let result = unsafe verify(
            handle, &message, CK_ULONG(message.count), &code, CK_ULONG(code.count))
        switch result {
        case CKR_OK: break
        case CKR_SIGNATURE_INVALID, CKR_SIGNATURE_LEN_RANGE: throw .notAuthentic
        default: throw TokenError(call: "C_Verify", code: result)
        }
    }

    private static var hmacMechanism: CK_MECHANISM {
        unsafe CK_MECHANISM(mechanism: CKM_SHA256_HMAC, pParameter: nil, ulParameterLen: 0)
    }
}
