internal import Crypto
internal import FoundationEssentials
internal import SecretMemory

/// AES-256-GCM by swift-crypto, whose calls return buffers of their own: the last one is kept and
/// lent, so nothing is copied but what the library copies itself.
final class SwiftCryptoChunkCipher: ChunkCipher {
    private let key: SymmetricKey
    private var result = Data()

    init(key: borrowing PayloadKey) {
        // SymmetricKey wipes its memory when the last worker lets go of it.
        self.key = key.bytes.withBytes { bytes in
            unsafe bytes.withUnsafeBytes { unsafe SymmetricKey(data: $0) }
        }
    }

    func seal(
        _ plaintext: RawSpan, nonce: [UInt8], associatedData: [UInt8]
    ) throws(FrameSealError) {
        // The former result goes first: its memory is what the library is given next.
        result = Data()
        do {
            let nonce = try AES.GCM.Nonce(data: nonce)
            let box = unsafe try plaintext.withUnsafeBytes { bytes in
                try unsafe AES.GCM.seal(
                    bytes, using: key, nonce: nonce, authenticating: associatedData)
            }
            guard let combined = box.combined else { throw FrameSealError.engineFailure }
            result = combined.dropFirst(ChunkCipherEngine.headroomByteCount)
        } catch { throw .engineFailure }
    }

    func open(
        _ frame: inout MutableRawSpan, nonce: [UInt8], associatedData: [UInt8]
    ) throws(FrameSealError) {
        result = Data()
        do {
            result = unsafe try frame.withUnsafeMutableBytes { bytes in
                unsafe bytes.copyBytes(from: nonce)
                guard let start = bytes.baseAddress else { throw FrameSealError.notAuthentic }
                // nonce ‖ ciphertext ‖ tag in one piece, lent without a copy for this call only.
                let combined = unsafe Data(
                    bytesNoCopy: start, count: bytes.count, deallocator: .none)
                return try AES.GCM.open(
                    try AES.GCM.SealedBox(combined: combined), using: key,
                    authenticating: associatedData)
            }
        } catch { throw .notAuthentic }
    }

    func withResult<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        try body(result.bytes)
    }
}
