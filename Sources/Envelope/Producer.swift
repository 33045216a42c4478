/// Whoever makes the data while it is encrypted, and says whether it is all of it: the end of a pipe
/// says only that nobody writes any more.
package protocol Producer: Sendable {
    /// Called once: the keys are wrapped, and nothing was read yet.
    func start() throws

    /// Called once the input has ended, before the last chunk goes out. Returns when what was read is
    /// the whole, and throws when it is not: then the container stays without its end.
    func confirmEnd() throws

    /// The work has failed elsewhere: a ``confirmEnd()`` that waits is to throw soon.
    func cancel()
}
