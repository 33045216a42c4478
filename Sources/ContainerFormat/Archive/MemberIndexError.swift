/// Why the tail of an archive is no member index.
package enum MemberIndexError: Error, Equatable, Sendable {
    /// The footer's offset or number cannot be.
    case footer
    /// The index does not begin with its mark.
    case mark
    /// An entry is malformed, out of order, or runs past the end.
    case entry(number: UInt64)
    /// There is more than the entries and up to 511 zero bytes.
    case padding
}
