/// What AWS's service model demands of a value: its type, and its bounds.
///
/// A sensitive value is not repeated in messages. The length of a text is counted in Unicode scalars.
package indirect enum ValueRule: Sendable {
    case boolean
    case integer(ClosedRange<Int>)
    case date
    case text(ClosedRange<Int>, TextPattern? = nil, isSensitive: Bool = false)
    /// Never made a `String`; in base64's alphabet if so.
    case secretText(ClosedRange<Int>, isBase64: Bool = false)
    case words([String])
    case blob(ClosedRange<Int>, isSensitive: Bool = false)
    /// Of texts, or of structures.
    case list(of: ValueRule, count: ClosedRange<Int>? = nil)
    case structure([MemberRule])
    /// Texts by texts, without bounds.
    case context

    package static func word<Word: CaseIterable & RawRepresentable<String>>(
        _ type: Word.Type
    ) -> ValueRule {
        .words(type.allCases.map(\.rawValue))
    }

    var isSensitive: Bool {
        switch self {
        case .text(_, _, let isSensitive), .blob(_, let isSensitive): isSensitive
        case .secretText: true
        case .boolean, .integer, .date, .words, .list, .structure, .context: false
        }
    }
}
