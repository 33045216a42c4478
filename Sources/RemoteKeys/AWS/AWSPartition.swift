/// One of AWS's separate worlds, and how hosts are named there.
package struct AWSPartition: Equatable, Sendable {
    package let name: String
    let dnsSuffix: String
    let dualStackSuffix: String

    private static let standard = AWSPartition(
        name: "aws", dnsSuffix: "amazonaws.com", dualStackSuffix: "api.aws")
    private static let all: [(regionPrefix: String, partition: AWSPartition)] = [
        (
            "cn-",
            AWSPartition(
                name: "aws-cn", dnsSuffix: "amazonaws.com.cn",
                dualStackSuffix: "api.amazonwebservices.com.cn")
        ),
        (
            "us-gov-",
            AWSPartition(
                name: "aws-us-gov", dnsSuffix: "amazonaws.com", dualStackSuffix: "api.aws")
        ),
    ]

    /// Of a region; one that is in no other is in `aws`.
    package init(region: String) {
        self = Self.all.first { region.hasPrefix($0.regionPrefix) }?.partition ?? Self.standard
    }

    private init(name: String, dnsSuffix: String, dualStackSuffix: String) {
        self.name = name
        self.dnsSuffix = dnsSuffix
        self.dualStackSuffix = dualStackSuffix
    }
}
