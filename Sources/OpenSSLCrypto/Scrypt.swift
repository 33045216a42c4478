internal import COpenSSL
package import SecretMemory

/// scrypt (RFC 7914): a key from a passphrase, at a cost in memory and time.
package enum Scrypt {
    /// N = 2^log2N. Needs 128·r·N bytes while it runs.
    package struct Cost: Equatable, Sendable {
        package let log2N: UInt32
        package let r: UInt32
        package let p: UInt32

        package init(log2N: UInt32, r: UInt32, p: UInt32) {
            self.log2N = log2N
            self.r = r
            self.p = p
        }
    }

    package static func derive(
        passphrase: RawSpan, salt: [UInt8], cost: Cost, byteCount: Int
    ) throws(CryptoError) -> SecretBytes {
        guard (1..<63).contains(cost.log2N) else {
            throw .libraryFailure(operation: "scrypt cost", code: 0)
        }
        guard OpenSSLLibrary.isStarted else { throw OpenSSLLibrary.failure("OPENSSL_init_crypto") }
        return try SecretBytes(byteCount: byteCount) { output throws(CryptoError) in
            let derived = unsafe passphrase.withUnsafeBytes { passphrase in
                unsafe output.withUnsafeMutableBytes { output in
                    unsafe EVP_PBE_scrypt(
                        passphrase.bindMemory(to: CChar.self).baseAddress, passphrase.count,
                        salt, salt.count, UInt64(1) << UInt64(cost.log2N), UInt64(cost.r),
                        UInt64(cost.p), UInt64.max, output.bindMemory(to: UInt8.self).baseAddress,
                        output.count)
                }
            }
            guard derived == 1 else { throw OpenSSLLibrary.failure("EVP_PBE_scrypt") }
        }
    }
}
