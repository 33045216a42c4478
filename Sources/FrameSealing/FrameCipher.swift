package import ContainerFormat
package import SecretMemory

/// Seals frames: puts kind and index into the nonce and the word into the associated data.
///
/// One for each worker. The pipeline gives each index to one worker once, and a sealed frame is
/// never sealed again, so no nonce meets a second plaintext.
package struct FrameSealer: ~Copyable {
    private let cipher: any ChunkCipher

    package init(
        key: borrowing PayloadKey, engine: ChunkCipherEngine
    ) throws(FrameSealError) {
        cipher = try engine.cipher(key: key)
    }

    /// Seals the frame's plaintext; ``withBody(_:)`` then lends `ciphertext ‖ tag`. Returns the word
    /// that goes before it.
    package func seal(
        _ plaintext: RawSpan, kind: FrameKind, index: UInt64
    ) throws(FrameSealError) -> FrameWord {
        let word = FrameWord(kind: kind, ciphertextByteCount: plaintext.byteCount)
        try cipher.seal(plaintext, nonce: kind.nonce(index: index), associatedData: word.bytes)
        return word
    }

    package func withBody<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        try cipher.withResult(body)
    }
}

/// Opens frames that a ``FrameSealer`` sealed. One for each worker.
package struct FrameOpener: ~Copyable {
    private let cipher: any ChunkCipher

    package init(
        key: borrowing PayloadKey, engine: ChunkCipherEngine
    ) throws(FrameSealError) {
        cipher = try engine.cipher(key: key)
    }

    /// Opens `input`, which is twelve bytes of headroom and then `ciphertext ‖ tag`;
    /// ``withPlaintext(_:)`` then lends the frame's plaintext.
    ///
    /// - Throws: ``ContainerError/notAuthentic(at:)`` if the frame was changed, moved or cut.
    package func open(
        _ frame: FrameSequence.Frame, _ input: inout MutableRawSpan
    ) throws(ContainerError) {
        do throws(FrameSealError) {
            try cipher.open(
                &input, nonce: frame.word.kind.nonce(index: frame.index),
                associatedData: frame.word.bytes)
        } catch { throw .notAuthentic(at: frame.place) }
    }

    package func withPlaintext<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        try cipher.withResult(body)
    }
}
