package import SecretMemory

/// A text with secrets in it, put together in secret memory: the body of a request.
package struct SecretBuilder: ~Copyable {
    private var room: SecretBuffer
    private var count = 0

    package init(capacity: Int = 1024) { room = SecretBuffer(byteCount: capacity) }

    package mutating func append(_ text: String) {
        for byte in text.utf8 { append(byte) }
    }

    package mutating func append(_ bytes: RawSpan) {
        for index in 0..<bytes.byteCount {
            append(unsafe bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self))
        }
    }

    package mutating func append(_ byte: UInt8) {
        if unsafe count == room.memory.count {
            // The old room wipes itself.
            let larger = unsafe SecretBuffer(byteCount: 2 * room.memory.count)
            unsafe larger.memory.copyMemory(from: UnsafeRawBufferPointer(room.memory))
            room = larger
        }
        unsafe room.memory[count] = byte
        count += 1
    }

    package consuming func finish() -> SecretBytes {
        SecretBytes(byteCount: count) { output in
            unsafe output.withUnsafeMutableBytes { output in
                unsafe output.copyBytes(from: room.memory.prefix(count))
            }
        }
    }
}
