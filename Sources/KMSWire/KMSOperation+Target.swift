package import KMSModel

extension KMSOperation {
    private static let targetPrefix = "TrentService."

    /// The value of `X-Amz-Target`.
    package var target: String { Self.targetPrefix + rawValue }

    package init?(target: String) {
        guard target.hasPrefix(Self.targetPrefix) else { return nil }
        self.init(rawValue: String(target.dropFirst(Self.targetPrefix.count)))
    }
}
