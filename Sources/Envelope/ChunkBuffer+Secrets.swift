internal import SecretMemory
internal import StreamPipeline

extension ChunkBuffer {
    /// In locked memory, wiped when the worker goes, where the plaintext is a key itself.
    convenience init(byteCount: Int, holdingSecrets: Bool) {
        if holdingSecrets {
            let owner = SecretBuffer(byteCount: byteCount)
            unsafe self.init(lending: owner.memory, of: owner)
        } else {
            self.init(byteCount: byteCount)
        }
    }
}
