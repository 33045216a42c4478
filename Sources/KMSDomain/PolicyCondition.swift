/// One condition of a statement: an operator, a condition key, and the values that one of the key's
/// values in the request has to compare with.
package struct PolicyCondition: Equatable, Sendable {
    package let conditionOperator: ConditionOperator
    package let key: ConditionName
    let test: ConditionTest

    /// - Parameter values: in text form; a JSON number or boolean as it is written.
    package init(
        _ conditionOperator: ConditionOperator, key: String, values: [String],
        version: Policy.Version
    ) throws(PolicyError) {
        guard key.utf8.contains(UInt8(ascii: ":")), key.utf8.first != UInt8(ascii: ":") else {
            throw .malformedConditionKey(key)
        }
        self.conditionOperator = conditionOperator
        self.key = ConditionName(key)
        test = try ConditionTest(conditionOperator, values: values, version: version)
    }

    var requiredVariables: [ConditionName] { test.requiredVariables }

    /// Of a key that the request does not have, negated operators hold and others do not; IfExists and
    /// ForAllValues always do, ForAnyValue never does.
    package func isMet(in context: ConditionContext) -> Bool {
        let values = context[key]
        if case .null(let expected) = test {
            return expected.contains(values == nil)
        }
        guard let values else {
            if conditionOperator.ifExists { return true }
            switch conditionOperator.quantifier {
            case .one: return conditionOperator.isNegated
            case .any: return false
            case .all: return true
            }
        }
        let isNegated = conditionOperator.isNegated
        switch conditionOperator.quantifier {
        case .one: return values.contains { test.holds($0, in: context) } != isNegated
        case .any: return values.contains { test.holds($0, in: context) != isNegated }
        case .all: return values.allSatisfy { test.holds($0, in: context) != isNegated }
        }
    }
}
