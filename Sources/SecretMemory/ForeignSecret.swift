internal import CLinux

/// Secrets that libraries leave where they worked with them.
package enum ForeignSecret {
    /// What comes before an object's stored properties: its type and its reference counts.
    private static let objectHeaderByteCount = 16

    /// Overwrites the stored properties of `object`, of which nothing may be used again but its end.
    ///
    /// They have to be plain bytes: what a property refers to would be lost, not wiped.
    package static func wipe(_ object: AnyObject) {
        let start = unsafe Unmanaged.passUnretained(object).toOpaque()
        let byteCount = unsafe coffer_allocated_byte_count(start)
        precondition(
            byteCount > objectHeaderByteCount, "secret memory: not an object of the heap")
        unsafe coffer_wipe(
            start + objectHeaderByteCount, byteCount - objectHeaderByteCount)
    }

    /// Overwrites 64 KiB of the stack below the caller, where a call that has returned had its own.
    package static func wipeStack() { coffer_wipe_stack() }
}
