internal import SecretMemory

/// How credentials and identities are written.
package enum CredentialText {
    /// 160 bits, as 40 hexadecimal digits: the length that AWS's secrets have.
    static let secretEntropyByteCount = 20

    /// `AKIA…` and `ASIA…`, `AIDA…` and `AROA…`: four letters and 80 random bits in base32.
    package static func freshAccessKeyID(prefix: String) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
        return prefix
            + String(
                decoding: SystemRandom.bytes(count: 16).map { alphabet[Int($0 & 31)] },
                as: UTF8.self)
    }

    /// By arithmetic only, as what a table is read at would tell of the secret.
    static func secret(from entropy: borrowing SecretBytes) -> SecretBytes {
        entropy.withBytes { entropy in
            SecretBytes(byteCount: 2 * secretEntropyByteCount) { text in
                for index in 0..<secretEntropyByteCount {
                    // Bounds-checked, and every bit pattern is a byte.
                    let byte = Int(
                        unsafe entropy.unsafeLoad(fromByteOffset: index, as: UInt8.self))
                    text.storeBytes(
                        of: digit(byte >> 4), toByteOffset: 2 * index, as: UInt8.self)
                    text.storeBytes(
                        of: digit(byte & 15), toByteOffset: 2 * index + 1, as: UInt8.self)
                }
            }
        }
    }

    /// Of 0…15: 39 is from `9` + 1 to `a`.
    private static func digit(_ value: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: 0x30 + value + ((9 - value) >> 8 & 39))
    }
}
