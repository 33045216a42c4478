internal import SecretMemory

/// One share of a secret that was split bytewise by Shamir's scheme over GF(2⁸) with
/// x⁸ + x⁴ + x³ + x + 1.
final class SecretShare {
    let x: UInt8
    let bytes: SecretBytes

    init?(x: UInt8, _ bytes: consuming SecretBytes) {
        guard bytes.byteCount == FileKey.byteCount else { return nil }
        self.x = x
        self.bytes = bytes
    }

    /// Shares 1…`count` of `secret`, any `needed` of which give it back, while fewer say nothing of
    /// it: values of a polynomial with fresh coefficients that is the secret at 0.
    static func split(
        _ secret: borrowing FileKey, needed: Int, count: Int
    ) -> [SecretShare] {
        let byteCount = FileKey.byteCount
        let coefficients = SecretBytes(randomByteCount: (needed - 1) * byteCount)
        return (1...UInt8(count)).map { x in
            let value = SecretBytes(byteCount: byteCount) { output in
                coefficients.withBytes { coefficients in
                    secret.bytes.withBytes { secret in
                        for offset in 0..<byteCount {
                            // Horner's rule, from the highest power down.
                            var sum: UInt8 = 0
                            for power in stride(from: needed - 1, to: 0, by: -1) {
                                sum ^= unsafe coefficients.unsafeLoad(
                                    fromByteOffset: (power - 1) * byteCount + offset,
                                    as: UInt8.self)
                                sum = multiply(x, sum)
                            }
                            let constant = unsafe secret.unsafeLoad(
                                fromByteOffset: offset, as: UInt8.self)
                            output.storeBytes(
                                of: sum ^ constant, toByteOffset: offset, as: UInt8.self)
                        }
                    }
                }
            }
            guard let share = SecretShare(x: x, value) else {
                preconditionFailure("secret share: of another length than the secret")
            }
            return share
        }
    }

    /// The polynomial's value at 0. The shares have different positions, none of them 0.
    static func join(_ shares: [SecretShare]) -> SecretBytes {
        SecretBytes(byteCount: FileKey.byteCount) { output in
            for share in shares {
                var weight: UInt8 = 1
                for other in shares where other.x != share.x {
                    weight = multiply(weight, multiply(other.x, inverse(other.x ^ share.x)))
                }
                share.bytes.withBytes { bytes in
                    for offset in 0..<FileKey.byteCount {
                        let byte = unsafe bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
                        let sum = unsafe output.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
                        output.storeBytes(
                            of: sum ^ multiply(weight, byte), toByteOffset: offset,
                            as: UInt8.self)
                    }
                }
            }
        }
    }

    /// Without a branch or a table that a secret byte would choose.
    static func multiply(_ left: UInt8, _ right: UInt8) -> UInt8 {
        var (left, product) = (left, UInt8(0))
        for bit in 0..<UInt8(8) {
            product ^= left & (0 &- (right >> bit & 1))
            left = left << 1 ^ (0x1B & (0 &- (left >> 7)))
        }
        return product
    }

    /// a²⁵⁴, which is 1/a for every a but 0.
    static func inverse(_ value: UInt8) -> UInt8 {
        var result: UInt8 = 1
        for _ in 0..<254 { result = multiply(result, value) }
        return result
    }
}
