/// An Amazon Resource Name: `arn:partition:service:region:account:resource`.
package struct ARN: Equatable, Sendable {
    package let partition: String
    package let service: String
    package let region: String
    package let accountID: String
    /// May contain colons.
    package let resource: String

    package init(
        partition: String, service: String, region: String, accountID: String, resource: String
    ) {
        self.partition = partition
        self.service = service
        self.region = region
        self.accountID = accountID
        self.resource = resource
    }

    /// Nothing unless it has six parts, the first of them `arn` and the last not empty.
    package init?(text: String) {
        guard text.utf8.starts(with: "arn:".utf8) else { return nil }
        let parts = text.utf8.split(
            separator: UInt8(ascii: ":"), maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, !parts[1].isEmpty, !parts[5].isEmpty else { return nil }
        self.init(
            partition: String(Substring(parts[1])), service: String(Substring(parts[2])),
            region: String(Substring(parts[3])), accountID: String(Substring(parts[4])),
            resource: String(Substring(parts[5])))
    }

    package var text: String {
        "arn:\(partition):\(service):\(region):\(accountID):\(resource)"
    }
}
