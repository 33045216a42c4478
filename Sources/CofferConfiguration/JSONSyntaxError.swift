/// What makes a text no JSON, and where.
package struct JSONSyntaxError: Error, Equatable, Sendable {
    package enum Reason: Equatable, Sendable {
        case notUTF8
        case unexpected(Unicode.Scalar)
        case unexpectedEnd
        /// A string runs to the end of its line.
        case unfinishedString
        case unfinishedComment
        case badEscape
        case badNumber
        case duplicateKey(String)
        case tooDeep
        /// Something stands after the value.
        case trailing
    }

    package let position: TextPosition
    package let reason: Reason
}
