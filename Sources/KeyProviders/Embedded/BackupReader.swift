internal import OpenSSLCrypto
internal import SecretMemory

/// Takes a backup's bytes from a closure, digesting them as they pass.
struct BackupReader: ~Copyable {
    typealias Source = (inout MutableRawSpan) throws -> Int

    private let hash: SHA256

    init() throws(CryptoError) { hash = try SHA256() }

    /// Exactly `count` public bytes.
    func bytes(_ count: Int, from source: Source) throws -> [UInt8] {
        let bytes = try Self.plainBytes(count, from: source)
        unsafe try hash.update(bytes.span.bytes)
        return bytes
    }

    /// Exactly `count` secret bytes.
    func secret(_ count: Int, from source: Source) throws -> SecretBytes {
        let bytes = try SecretBytes(byteCount: count) { output throws(ReadFailure) in
            try Self.fill(&output, from: source)
        }
        try bytes.withBytes { bytes throws(CryptoError) in try hash.update(bytes) }
        return bytes
    }

    /// Checks that the digest comes next, and nothing after it.
    consuming func finish(from source: Source) throws {
        let found = try Self.plainBytes(SHA256.byteCount, from: source)
        guard try hash.finalize() == found else { throw EmbeddedKeyServiceError.backupDamaged }
        var one = [UInt8](repeating: 0, count: 1)
        var span = one.mutableSpan
        var output = unsafe span.mutableBytes
        guard try source(&output) == 0 else { throw EmbeddedKeyServiceError.backupDamaged }
    }

    private static func plainBytes(_ count: Int, from source: Source) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var span = bytes.mutableSpan
        var output = unsafe span.mutableBytes
        try fill(&output, from: source)
        return bytes
    }

    private static func fill(
        _ output: inout MutableRawSpan, from source: Source
    ) throws(ReadFailure) {
        var filled = 0
        while filled < output.byteCount {
            let count: Int
            do {
                count = unsafe try output.withUnsafeMutableBytes { buffer in
                    var rest = unsafe MutableRawSpan(
                        _unsafeBytes: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
                    return try source(&rest)
                }
            } catch {
                throw ReadFailure(cause: error)
            }
            guard count > 0 else {
                throw ReadFailure(cause: EmbeddedKeyServiceError.backupTruncated)
            }
            filled += count
        }
    }

    /// Carries the source's own error through the typed initialiser of a secret.
    struct ReadFailure: Error { let cause: any Error }
}
