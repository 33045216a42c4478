internal import OpenSSLCrypto
internal import SecretMemory

/// AES-256-GCM by OpenSSL's EVP: seals into a buffer of its own, opens in the frame's own place.
@safe
final class OpenSSLChunkCipher: ChunkCipher {
    private let cipher: AES256GCM
    /// As large as the largest frame so far.
    private var sealed = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private var result = unsafe UnsafeRawBufferPointer(start: nil, count: 0)

    init(key: borrowing PayloadKey) throws(FrameSealError) {
        do {
            cipher = try key.bytes.withBytes { bytes throws(CryptoError) in
                try AES256GCM(key: bytes)
            }
        } catch { throw .engineFailure }
    }

    deinit { unsafe sealed.deallocate() }

    func seal(
        _ plaintext: RawSpan, nonce: [UInt8], associatedData: [UInt8]
    ) throws(FrameSealError) {
        let byteCount = plaintext.byteCount + AES256GCM.tagByteCount
        if unsafe sealed.count < byteCount {
            unsafe sealed.deallocate()
            unsafe sealed = .allocate(byteCount: byteCount, alignment: 64)
        }
        var output = unsafe MutableRawSpan(_unsafeBytes: sealed)
        do {
            try cipher.seal(
                plaintext, nonce: nonce, associatedData: associatedData, into: &output)
        } catch { throw .engineFailure }
        unsafe result = UnsafeRawBufferPointer(rebasing: sealed[..<byteCount])
    }

    func open(
        _ frame: inout MutableRawSpan, nonce: [UInt8], associatedData: [UInt8]
    ) throws(FrameSealError) {
        let opened = unsafe frame.withUnsafeMutableBytes { bytes in
            let body = unsafe UnsafeMutableRawBufferPointer(
                rebasing: bytes[ChunkCipherEngine.headroomByteCount...])
            // GCM decrypts in place: input and output are one buffer by intent.
            let input = unsafe RawSpan(_unsafeBytes: body)
            var output = unsafe MutableRawSpan(_unsafeBytes: body)
            do {
                try cipher.open(
                    input, nonce: nonce, associatedData: associatedData, into: &output)
            } catch { return false }
            unsafe result = UnsafeRawBufferPointer(
                rebasing: body[..<(body.count - AES256GCM.tagByteCount)])
            return true
        }
        guard opened else {
            unsafe result = UnsafeRawBufferPointer(start: nil, count: 0)
            throw .notAuthentic
        }
    }

    func withResult<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        try body(unsafe RawSpan(_unsafeBytes: result))
    }
}
