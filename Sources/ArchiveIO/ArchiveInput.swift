/// Where an archive's bytes come from, in order.
package protocol ArchiveInput: AnyObject {
    /// The next stretch, which stays as it is until the next call; empty at the end.
    func next() throws -> UnsafeRawBufferPointer
}
