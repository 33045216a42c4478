/// One value of a JSON text: its shape, and where it stands. The text itself stays where it is, as
/// some of it is secret.
enum JSONNode: Sendable {
    case object([JSONMember])
    case array([JSONNode])
    case string(JSONString)
    /// The bytes of the number.
    case number(Range<Int>)
    case boolean(Bool)
    case null
}

struct JSONMember: Sendable {
    /// Unescaped UTF-8, compared byte by byte.
    let name: [UInt8]
    let value: JSONNode
}

/// A string that is known to be whole: valid UTF-8, valid escapes.
struct JSONString: Sendable {
    /// Between the quotation marks.
    let range: Range<Int>
    let hasEscapes: Bool
}
