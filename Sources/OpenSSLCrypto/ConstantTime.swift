internal import COpenSSL

/// Comparison of secrets and tags: the time taken says nothing about where they differ.
package enum ConstantTime {
    package static func equal(_ left: RawSpan, _ right: RawSpan) -> Bool {
        guard left.byteCount == right.byteCount else { return false }
        return unsafe left.withUnsafeBytes { left in
            unsafe right.withUnsafeBytes { right in
                unsafe CRYPTO_memcmp(left.baseAddress, right.baseAddress, left.count) == 0
            }
        }
    }

    package static func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        unsafe equal(left.span.bytes, right.span.bytes)
    }
}
