internal import OpenSSLCrypto
package import SecretMemory

/// AES-256-GCM for one worker: one frame after another, under one payload key.
///
/// An engine keeps its result until the next call and lends it, so that none has to copy: one
/// seals into a buffer of its own, the other gets a buffer from its library. Not for two threads at
/// once.
package protocol ChunkCipher: AnyObject {
    /// Seals `plaintext`; ``withResult(_:)`` then lends `ciphertext ‖ tag`.
    func seal(_ plaintext: RawSpan, nonce: [UInt8], associatedData: [UInt8]) throws(FrameSealError)

    /// Opens `frame`, which is ``ChunkCipherEngine/headroomByteCount`` bytes that the engine may
    /// overwrite, then `ciphertext ‖ tag`; ``withResult(_:)`` then lends the plaintext.
    ///
    /// - Throws: ``FrameSealError/notAuthentic``. Nothing is lent then.
    func open(
        _ frame: inout MutableRawSpan, nonce: [UInt8], associatedData: [UInt8]
    ) throws(FrameSealError)

    func withResult<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R
}

package enum FrameSealError: Error, Equatable, Sendable {
    case notAuthentic
    /// The library refused; for reasons other than the tag there is no data to blame.
    case engineFailure
}

/// Which library does AES-256-GCM.
package enum ChunkCipherEngine: String, Sendable, CaseIterable {
    case openSSL = "openssl"
    case swiftCrypto = "swift-crypto"

    /// Room for a nonce before the ciphertext: one engine wants both in one piece.
    package static let headroomByteCount = 12

    /// OpenSSL where it has the vector path, in place and without a copy; otherwise swift-crypto,
    /// whose BoringSSL has had it for years: three times as fast as OpenSSL 3.0 on such a CPU.
    package static var preferred: ChunkCipherEngine {
        OpenSSLLibrary.hasVectorAES ? .openSSL : .swiftCrypto
    }

    package func cipher(
        key: borrowing PayloadKey
    ) throws(FrameSealError) -> any ChunkCipher {
        switch self {
        case .openSSL: try OpenSSLChunkCipher(key: key)
        case .swiftCrypto: SwiftCryptoChunkCipher(key: key)
        }
    }
}
