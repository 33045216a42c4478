internal import CLinux
internal import Glibc

/// Something of a tree that is open, so that what is read of it is what was looked at.
///
/// Used by one thread at a time.
package final class TreeFile: Sendable {
    private let descriptor: Descriptor
    private let opened: FileStatus

    init(_ descriptor: consuming Descriptor, _ status: FileStatus) {
        self.descriptor = descriptor
        opened = status
    }

    /// For libraries that ask the kernel themselves.
    package var number: Int32 { descriptor.number }

    /// Whether it has no extended attributes and so no ACL: the common case, in one call.
    package var hasNoAttributes: Bool { coffer_list_attributes(descriptor.number) == 0 }

    /// Fills `buffer` from byte `offset` on, or less at the end.
    package func read(
        into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64
    ) throws(SystemError) -> Int {
        unsafe try descriptor.read(into: buffer, at: offset)
    }

    /// Whether content or length are no longer those that were found when it was opened.
    package func hasChanged() throws(SystemError) -> Bool {
        let now = try descriptor.status()
        return now.byteCount != opened.byteCount
            || now.times.modification != opened.times.modification
    }
}
