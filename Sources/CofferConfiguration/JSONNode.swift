/// A place in a text, both numbers from 1; columns count characters (Unicode scalars).
package struct TextPosition: Hashable, Sendable {
    package let line: Int
    package let column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

/// A JSON value and where it stands, so that what is wrong with it can be pointed at.
struct JSONNode: Equatable, Sendable {
    struct Member: Equatable, Sendable {
        let key: String
        let position: TextPosition
        let value: JSONNode
    }

    enum Value: Equatable, Sendable {
        case null
        case bool(Bool)
        /// As it was written, already checked for JSON's form.
        case number(String)
        case string(String)
        case array([JSONNode])
        case object([Member])
    }

    let position: TextPosition
    let value: Value
}
