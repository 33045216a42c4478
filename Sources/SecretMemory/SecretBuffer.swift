/// Locked memory that bytes with a key among them pass through: written again and again, and wiped
/// when it goes. What is secret as a whole is ``SecretBytes``.
///
/// `@unchecked Sendable`: whoever works with it is its only user, as with any buffer.
@safe
package final class SecretBuffer: @unchecked Sendable {
    /// Lives as long as this object.
    @unsafe package let memory: UnsafeMutableRawBufferPointer

    package init(byteCount: Int) {
        unsafe memory = SecretPool.shared.take(byteCount: byteCount)
    }

    deinit { unsafe SecretPool.shared.give(back: memory) }
}
