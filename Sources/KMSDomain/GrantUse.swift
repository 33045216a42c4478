/// What somebody wants to do under a grant: as much of a request as tells which grants can matter.
package struct GrantUse: Equatable, Sendable {
    package let operation: Grant.Operation
    /// A constrained grant matters only if its anchor is one of these; of an operation that
    /// constraints do not concern, nothing is here and every grant matters.
    package let anchors: [[UInt8]]?

    package init(
        _ operation: Grant.Operation, context: [GrantConstraint.Pair], newGrant: GrantProposal?
    ) {
        self.operation = operation
        if operation.hasEncryptionContext {
            anchors = Self.anchors(in: context)
        } else if operation == .createGrant {
            let constraint = newGrant?.constraint
            anchors = Self.anchors(in: constraint?.equals ?? constraint?.subset ?? [])
        } else {
            anchors = nil
        }
    }

    private static func anchors(in pairs: [GrantConstraint.Pair]) -> [[UInt8]] {
        [[]] + Set(pairs.map(\.anchor)).sorted { $0.lexicographicallyPrecedes($1) }
    }
}

extension GrantConstraint {
    /// One pair that every context within the constraint has, by which a store finds the grant; empty
    /// where the constraint asks for no pair.
    package var anchor: [UInt8] {
        (equals ?? subset ?? []).map(\.anchor).min { $0.lexicographicallyPrecedes($1) } ?? []
    }
}

extension GrantConstraint.Pair {
    /// `folded key ‖ 00 ‖ value`: two pairs that differ may share one, which costs a look and no more.
    fileprivate var anchor: [UInt8] { key.map(ConditionName.folded) + [0] + value }
}
