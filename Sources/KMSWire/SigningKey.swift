internal import OpenSSLCrypto
package import SecretMemory

/// The key of one credential scope, derived from a secret access key in four steps: day, region,
/// service, `aws4_request`.
package enum SigningKey {
    package static func derive(
        from secretAccessKey: borrowing SecretBytes, scope: CredentialScope
    ) throws(SigV4Error) -> SecretBytes {
        let prefix = Array("AWS4".utf8)
        let start = secretAccessKey.withBytes { secret in
            SecretBytes(byteCount: prefix.count + secret.byteCount) { key in
                for (offset, byte) in prefix.enumerated() {
                    key.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
                }
                for offset in 0..<secret.byteCount {
                    key.storeBytes(
                        of: secret.byte(at: offset), toByteOffset: prefix.count + offset,
                        as: UInt8.self)
                }
            }
        }
        let day = try code(of: Array(scope.day.utf8), under: start)
        let region = try code(of: Array(scope.region.utf8), under: day)
        let service = try code(of: Array(scope.service.utf8), under: region)
        return try code(of: Array(CredentialScope.terminator.utf8), under: service)
    }

    /// 32 bytes. Secret until the request that it belongs to is known to be its owner's.
    package static func signature(
        of stringToSign: [UInt8], under key: borrowing SecretBytes
    ) throws(SigV4Error) -> SecretBytes {
        try code(of: stringToSign, under: key)
    }

    private static func code(
        of message: [UInt8], under key: borrowing SecretBytes
    ) throws(SigV4Error) -> SecretBytes {
        do throws(CryptoError) {
            return try key.withBytes { key throws(CryptoError) in
                unsafe try HMACSHA256.secret(key: key, message: message.span.bytes)
            }
        } catch {
            throw .crypto(error)
        }
    }
}
