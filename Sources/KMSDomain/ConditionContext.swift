/// What is known of a request when policies are evaluated: values by the names of condition keys.
///
/// A key that is not there is different from one that is empty. Values are UTF-8; numbers, dates,
/// booleans and addresses are in the text form that policies use.
package struct ConditionContext: Equatable, Sendable {
    private var values: [ConditionName: [[UInt8]]] = [:]

    package init() {}

    package subscript(name: ConditionName) -> [[UInt8]]? { values[name] }

    /// Adds to what is there: two pairs of an encryption context whose names differ only in the case
    /// of letters are one condition key with two values.
    package mutating func add(_ value: [UInt8], to name: ConditionName) {
        values[name, default: []].append(value)
    }

    package mutating func add(_ value: String, to name: String) {
        add(Array(value.utf8), to: ConditionName(name))
    }

    package mutating func set(_ texts: [String], for name: String) {
        values[ConditionName(name)] = texts.isEmpty ? nil : texts.map { Array($0.utf8) }
    }

    /// The one value that a policy variable stands for; none if there are several.
    package func variable(_ name: ConditionName) -> [UInt8]? {
        guard let values = values[name], values.count == 1 else { return nil }
        return values[0]
    }
}
