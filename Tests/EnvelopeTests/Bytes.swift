import Foundation
import OpenSSLCrypto
import SecretMemory

/// What the tests of this target do with bytes.
enum Bytes {
    /// The bytes that hex digits spell. The tests write the digits themselves.
    static func hex(_ digits: some StringProtocol) -> [UInt8] {
        let values = digits.utf8.map { digit -> UInt8 in
            guard let value = Character(Unicode.Scalar(digit)).hexDigitValue else {
                preconditionFailure("test: \(digits) is not hexadecimal")
            }
            return UInt8(value)
        }
        precondition(values.count.isMultiple(of: 2), "test: odd number of digits")
        return stride(from: 0, to: values.count, by: 2).map { values[$0] << 4 | values[$0 + 1] }
    }

    static func hexText(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    static func sha256(_ bytes: [UInt8]) -> String {
        guard let digest = try? SHA256.digest(bytes) else { return "no digest" }
        return hexText(digest)
    }

    static func secret(_ bytes: [UInt8]) -> SecretBytes {
        unsafe SecretBytes(copying: bytes.span.bytes)
    }

    static func wrappingKey(_ bytes: [UInt8]) -> WrappingKey {
        guard let key = WrappingKey(secret(bytes)) else {
            preconditionFailure("test: a key file has 32 bytes")
        }
        return key
    }

    static func fileKey(_ bytes: [UInt8]) -> FileKey {
        guard let key = FileKey(secret(bytes)) else {
            preconditionFailure("test: a file key has 32 bytes")
        }
        return key
    }

    /// Bytes that do not compress, the same in every run.
    static func noise(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        return (0..<count).map { _ in
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return UInt8(truncatingIfNeeded: state >> 32)
        }
    }

    /// Bytes that compress well and repeat nowhere at a chunk's length.
    static func text(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 16)
        var line = 0
        while bytes.count < count {
            bytes += Array("line \(line) of a text\n".utf8)
            line += 1
        }
        return Array(bytes.prefix(count))
    }
}
