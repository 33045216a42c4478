/// What stops work on an archive.
package enum ArchiveError: Error, Equatable, Sendable {
    /// The bytes are no tar that this program makes; the library's words say where.
    case malformed(String)
    /// The library could not get memory or misunderstood us.
    case libraryFailure(String)
    /// A member cannot be written: the system's number, and the library's words.
    case cannotWrite(number: Int32, String)
}
