/// Where keys live, as their ARNs say it: account and region.
package struct Realm: Hashable, Sendable {
    package let accountID: String
    package let region: String

    package init(accountID: String, region: String) {
        self.accountID = accountID
        self.region = region
    }

    /// The key service inside `coffer`, unless configured otherwise.
    package static let local = Realm(accountID: "000000000000", region: "coffer-local-1")

    package func arn(of key: KeyName) -> String { arn(resource: "key/" + key.text) }

    package func arn(ofAlias name: String) -> String { arn(resource: name) }

    private func arn(resource: String) -> String {
        ARN(
            partition: "aws", service: "kms", region: region, accountID: accountID,
            resource: resource
        ).text
    }
}
