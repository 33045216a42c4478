internal import NIOCore

extension ByteBuffer {
    /// Overwrites the readable bytes where they lie, whoever else has a view of them: a buffer that
    /// copied itself first would leave them.
    func wipe() {
        // The storage is this buffer's for as long as the closure runs.
        unsafe withUnsafeReadableBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            unsafe UnsafeMutableRawPointer(mutating: start).initializeMemory(
                as: UInt8.self, repeating: 0, count: bytes.count)
        }
    }
}
