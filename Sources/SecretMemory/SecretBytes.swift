internal import CLinux
internal import Glibc

/// The one owner of secret bytes: locked in memory where allowed, kept out of core dumps, empty in
/// a forked child, and wiped when it goes.
///
/// A secret is read through ``withBytes(_:)`` and never becomes an array, a `Data` or a `String`:
/// those copy when written, so wiping them wipes a copy. There is no description, no equality, no
/// coding. Compare through the crypto wall, which takes the same time for every input.
@safe
package struct SecretBytes: ~Copyable, @unchecked Sendable {
    // Sendable: the memory has this one owner, and is written only while that owner is made.
    private let memory: UnsafeMutableRawBufferPointer

    package var byteCount: Int { unsafe memory.count }

    /// `byteCount` bytes, zero until `body` fills them; wiped and given back if `body` throws.
    package init<E: Error>(
        byteCount: Int, initializingWith body: (inout MutableRawSpan) throws(E) -> Void
    ) throws(E) {
        let memory = unsafe SecretPool.shared.take(byteCount: byteCount)
        var span = unsafe MutableRawSpan(_unsafeBytes: memory)
        do throws(E) {
            try body(&span)
        } catch {
            unsafe SecretPool.shared.give(back: memory)
            throw error
        }
        unsafe self.memory = memory
    }

    /// Fresh bytes from the operating system's generator.
    package init(randomByteCount: Int) {
        self.init(byteCount: randomByteCount) { SystemRandom.fill(&$0) }
    }

    /// A copy of bytes that the caller holds elsewhere, and has to forget there.
    package init(copying bytes: RawSpan) {
        unsafe memory = SecretPool.shared.take(byteCount: bytes.byteCount)
        unsafe bytes.withUnsafeBytes { unsafe memory.copyMemory(from: $0) }
    }

    deinit { unsafe SecretPool.shared.give(back: memory) }

    /// Lends the bytes for reading.
    package func withBytes<R: ~Copyable, E: Error>(
        _ body: (RawSpan) throws(E) -> R
    ) throws(E) -> R {
        try body(unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(memory)))
    }

    /// A second owner of the same bytes.
    package func duplicate() -> SecretBytes {
        withBytes { SecretBytes(copying: $0) }
    }

    /// The first `byteCount` bytes in an owner of their own; the rest is wiped.
    package consuming func prefix(byteCount: Int) -> SecretBytes {
        withBytes { SecretBytes(copying: $0.extracting(0..<byteCount)) }
    }
}
