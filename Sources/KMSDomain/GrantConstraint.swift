/// The encryption contexts that a grant is for.
///
/// AWS compares the names of a constraint's pairs without regard to the case of letters, and their
/// values exactly (API reference, GrantConstraints).
package struct GrantConstraint: Equatable, Sendable {
    package struct Pair: Hashable, Sendable {
        package let key: [UInt8]
        package let value: [UInt8]

        package init(key: [UInt8], value: [UInt8]) {
            self.key = key
            self.value = value
        }

        fileprivate var folded: Pair { Pair(key: key.map(ConditionName.folded), value: value) }
    }

    /// As CreateGrant got it. At least one of the two is there.
    package let equals: [Pair]?
    package let subset: [Pair]?

    package init?(equals: [Pair]?, subset: [Pair]?) {
        guard equals != nil || subset != nil else { return nil }
        self.equals = equals
        self.subset = subset
    }

    package var pairs: [Pair] { (equals ?? []) + (subset ?? []) }

    /// Whether a request in this context is within the constraint.
    package func allows(_ context: [Pair]) -> Bool {
        let folded = Self.counted(context)
        if let equals, Self.counted(equals) != folded { return false }
        guard let subset else { return true }
        return Self.counted(subset).allSatisfy { pair, count in (folded[pair] ?? 0) >= count }
    }

    /// Whether every context that `other` allows is allowed here too, as far as the two tell: an
    /// equal set of pairs, or one that has at least those asked for here.
    package func isAtLeastAsWide(as other: GrantConstraint) -> Bool {
        guard let least = other.equals ?? other.subset else { return false }
        if let equals {
            guard let otherEquals = other.equals,
                Self.counted(equals) == Self.counted(otherEquals)
            else { return false }
        }
        guard let subset else { return true }
        let asked = Self.counted(least)
        return Self.counted(subset).allSatisfy { pair, count in (asked[pair] ?? 0) >= count }
    }

    private static func counted(_ pairs: [Pair]) -> [Pair: Int] {
        pairs.reduce(into: [:]) { counts, pair in counts[pair.folded, default: 0] += 1 }
    }
}
