package import KMSModel

extension KMSOperation {
    private static let targetPrefix = "TrentService."

    /// The value of `X-Amz-Target`.
    package var target: String { Self.targetPrefix + rawValue }

    private static let byTarget = Dictionary(
        uniqueKeysWithValues: allCases.map { ($0.target, $0) })

    package init?(target: String) {
        guard let operation = Self.byTarget[target] else { return nil }
        self = operation
    }
}
