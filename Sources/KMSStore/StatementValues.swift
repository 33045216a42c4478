internal import GRDB

/// The values of a statement's arguments, in order.
///
/// GRDB binds a text up to its first U+0000: what follows would be neither stored nor looked for, and
/// two names be one. So a text with one is bound by no statement.
struct StatementValues: ExpressibleByArrayLiteral {
    private let values: [DatabaseValue]

    private init(_ values: [DatabaseValue]) { self.values = values }

    init(arrayLiteral elements: (any DatabaseValueConvertible)?...) {
        values = elements.map { $0?.databaseValue ?? .null }
    }

    static func + (left: StatementValues, right: StatementValues) -> StatementValues {
        StatementValues(left.values + right.values)
    }

    /// Nothing where a text has U+0000.
    var arguments: StatementArguments? {
        for value in values {
            if case .string(let text) = value.storage, text.utf8.contains(0) { return nil }
        }
        return StatementArguments(values)
    }
}
