/// The values of a condition, read as its operator wants them.
enum ConditionTest: Equatable, Sendable {
    enum Order: Sendable {
        case equal, less, lessOrEqual, greater, greaterOrEqual

        func holds<Value: Comparable>(_ value: Value, _ bound: Value) -> Bool {
            switch self {
            case .equal: value == bound
            case .less: value < bound
            case .lessOrEqual: value <= bound
            case .greater: value > bound
            case .greaterOrEqual: value >= bound
            }
        }
    }

    case text([PolicyPattern])
    /// Without regard to the case of letters, of all alphabets.
    case textIgnoringCase([PolicyPattern])
    case number(Order, [Double])
    case date(Order, [Timestamp])
    case boolean([Bool])
    case bytes([[UInt8]])
    case address([AddressRange])
    case arn([ARNPattern])
    /// Whether the key has to be absent.
    case null([Bool])

    init(
        _ conditionOperator: ConditionOperator, values: [String], version: Policy.Version
    ) throws(PolicyError) {
        func read<Value>(_ value: (String) -> Value?) throws(PolicyError) -> [Value] {
            var result: [Value] = []
            for text in values {
                guard let value = value(text) else {
                    throw .malformedValue(text, operator: conditionOperator.name)
                }
                result.append(value)
            }
            return result
        }
        func patterns(_ wildcards: PolicyPattern.Wildcards) throws(PolicyError) -> [PolicyPattern] {
            var result: [PolicyPattern] = []
            for text in values {
                result.append(try PolicyPattern(text, wildcards: wildcards, version: version))
            }
            return result
        }
        switch conditionOperator.comparison {
        case .stringEquals: self = .text(try patterns(.literal))
        case .stringLike: self = .text(try patterns(.matching))
        case .stringEqualsIgnoreCase: self = .textIgnoringCase(try patterns(.literal))
        case .numericEquals: self = .number(.equal, try read(Self.number))
        case .numericLessThan: self = .number(.less, try read(Self.number))
        case .numericLessThanEquals: self = .number(.lessOrEqual, try read(Self.number))
        case .numericGreaterThan: self = .number(.greater, try read(Self.number))
        case .numericGreaterThanEquals: self = .number(.greaterOrEqual, try read(Self.number))
        case .dateEquals: self = .date(.equal, try read { Timestamp(policyText: $0) })
        case .dateLessThan: self = .date(.less, try read { Timestamp(policyText: $0) })
        case .dateLessThanEquals:
            self = .date(.lessOrEqual, try read { Timestamp(policyText: $0) })
        case .dateGreaterThan: self = .date(.greater, try read { Timestamp(policyText: $0) })
        case .dateGreaterThanEquals:
            self = .date(.greaterOrEqual, try read { Timestamp(policyText: $0) })
        case .bool: self = .boolean(try read(Self.boolean))
        case .null: self = .null(try read(Self.boolean))
        case .binaryEquals: self = .bytes(try read { PublicBase64.decode($0) })
        case .ipAddress: self = .address(try read { AddressRange($0) })
        case .arnEquals, .arnLike:
            var arns: [ARNPattern] = []
            for text in values { arns.append(try ARNPattern(text, version: version)) }
            self = .arn(arns)
        }
    }

    var requiredVariables: [ConditionName] {
        switch self {
        case .text(let patterns), .textIgnoringCase(let patterns):
            patterns.flatMap(\.requiredVariables)
        case .arn(let patterns): patterns.flatMap(\.requiredVariables)
        case .number, .date, .boolean, .bytes, .address, .null: []
        }
    }

    /// Whether a value of the request compares with one of the condition's. A value that is not of the
    /// operator's type compares with none.
    func holds(_ value: [UInt8], in context: ConditionContext) -> Bool {
        switch self {
        case .text(let patterns): return patterns.contains { $0.matches(value, in: context) }
        case .textIgnoringCase(let patterns):
            let lowercased = Self.lowercased(value)
            return patterns.contains { pattern in
                pattern.resolved(in: context)
                    .map { Self.lowercased($0.literalBytes) == lowercased } ?? false
            }
        case .number(let order, let bounds):
            guard let number = Self.number(Self.text(value)) else { return false }
            return bounds.contains { order.holds(number, $0) }
        case .date(let order, let bounds):
            guard let date = Timestamp(policyText: Self.text(value)) else { return false }
            return bounds.contains { order.holds(date, $0) }
        case .boolean(let expected):
            return Self.boolean(Self.text(value)).map(expected.contains) ?? false
        case .bytes(let expected):
            return PublicBase64.decode(Self.text(value)).map(expected.contains) ?? false
        case .address(let ranges):
            guard let address = AddressRange(Self.text(value)), address.isSingle else {
                return false
            }
            return ranges.contains { $0.contains(address) }
        case .arn(let patterns): return patterns.contains { $0.matches(value, in: context) }
        case .null: return false
        }
    }

    /// A decimal, as JSON and AWS write it.
    private static func number(_ text: String) -> Double? {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) })
        else { return nil }
        return Double(text)
    }

    private static func boolean(_ text: String) -> Bool? {
        switch String(decoding: text.utf8.map(ConditionName.folded), as: UTF8.self) {
        case "true": true
        case "false": false
        default: nil
        }
    }

    private static func text(_ value: [UInt8]) -> String { String(decoding: value, as: UTF8.self) }

    private static func lowercased(_ value: [UInt8]) -> [UInt8] {
        text(value).unicodeScalars.flatMap { $0.properties.lowercaseMapping.utf8 }
    }
}
