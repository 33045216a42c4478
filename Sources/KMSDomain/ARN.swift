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
        let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", !parts[1].isEmpty, !parts[5].isEmpty else {
            return nil
        }
        self.init(
            partition: String(parts[1]), service: String(parts[2]), region: String(parts[3]),
            accountID: String(parts[4]), resource: String(parts[5]))
    }

    package var text: String {
        "arn:\(partition):\(service):\(region):\(accountID):\(resource)"
    }
}
