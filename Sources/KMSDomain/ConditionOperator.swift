/// A condition operator by its name: `StringLike`, `ForAllValues:StringEqualsIfExists`.
package struct ConditionOperator: Equatable, Sendable {
    package enum Comparison: String, Sendable {
        case stringEquals = "StringEquals"
        case stringEqualsIgnoreCase = "StringEqualsIgnoreCase"
        case stringLike = "StringLike"
        case numericEquals = "NumericEquals"
        case numericLessThan = "NumericLessThan"
        case numericLessThanEquals = "NumericLessThanEquals"
        case numericGreaterThan = "NumericGreaterThan"
        case numericGreaterThanEquals = "NumericGreaterThanEquals"
        case dateEquals = "DateEquals"
        case dateLessThan = "DateLessThan"
        case dateLessThanEquals = "DateLessThanEquals"
        case dateGreaterThan = "DateGreaterThan"
        case dateGreaterThanEquals = "DateGreaterThanEquals"
        case bool = "Bool"
        case binaryEquals = "BinaryEquals"
        case ipAddress = "IpAddress"
        case arnEquals = "ArnEquals"
        /// The same as ArnEquals, as at AWS.
        case arnLike = "ArnLike"
        case null = "Null"
    }

    /// Which of a key's values in the request have to compare.
    package enum Quantifier: String, Sendable {
        case one = ""
        case any = "ForAnyValue:"
        case all = "ForAllValues:"
    }

    package let comparison: Comparison
    package let isNegated: Bool
    package let quantifier: Quantifier
    /// A key that the request does not have meets the condition.
    package let ifExists: Bool

    /// - Throws: ``PolicyError/unknownOperator(_:)``.
    package init(name: String) throws(PolicyError) {
        var rest = name[...]
        var quantifier = Quantifier.one
        for candidate in [Quantifier.any, .all] where rest.hasPrefix(candidate.rawValue) {
            quantifier = candidate
            rest = rest.dropFirst(candidate.rawValue.count)
        }
        let ifExists = rest.hasSuffix("IfExists")
        if ifExists { rest = rest.dropLast("IfExists".count) }
        let (comparison, isNegated): (Comparison, Bool)
        switch String(rest) {
        case "StringNotEquals": (comparison, isNegated) = (.stringEquals, true)
        case "StringNotEqualsIgnoreCase": (comparison, isNegated) = (.stringEqualsIgnoreCase, true)
        case "StringNotLike": (comparison, isNegated) = (.stringLike, true)
        case "NumericNotEquals": (comparison, isNegated) = (.numericEquals, true)
        case "DateNotEquals": (comparison, isNegated) = (.dateEquals, true)
        case "NotIpAddress": (comparison, isNegated) = (.ipAddress, true)
        case "ArnNotEquals": (comparison, isNegated) = (.arnEquals, true)
        case "ArnNotLike": (comparison, isNegated) = (.arnLike, true)
        case let text:
            guard let found = Comparison(rawValue: text) else { throw .unknownOperator(name) }
            (comparison, isNegated) = (found, false)
        }
        guard comparison != .null || quantifier == .one && !ifExists else {
            throw .unknownOperator(name)
        }
        self.comparison = comparison
        self.isNegated = isNegated
        self.quantifier = quantifier
        self.ifExists = ifExists
    }

    package var name: String {
        let plain =
            switch (comparison, isNegated) {
            case (.stringEquals, true): "StringNotEquals"
            case (.stringEqualsIgnoreCase, true): "StringNotEqualsIgnoreCase"
            case (.stringLike, true): "StringNotLike"
            case (.numericEquals, true): "NumericNotEquals"
            case (.dateEquals, true): "DateNotEquals"
            case (.ipAddress, true): "NotIpAddress"
            case (.arnEquals, true): "ArnNotEquals"
            case (.arnLike, true): "ArnNotLike"
            case (let comparison, _): comparison.rawValue
            }
        return quantifier.rawValue + plain + (ifExists ? "IfExists" : "")
    }
}
