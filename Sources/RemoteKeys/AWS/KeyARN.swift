/// The Amazon Resource Name of a KMS key or alias:
/// `arn:PARTITION:kms:REGION:ACCOUNT:(key/ID|alias/NAME)`.
package struct KeyARN: Equatable, Hashable, Sendable {
    package let text: String
    package let partition: String
    package let region: String
    package let account: String
    /// `key/…` or `alias/…`.
    package let resource: String

    package init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
            .map(String.init)
        guard parts.count == 6, parts[0] == "arn", parts[2] == "kms",
            [parts[1], parts[3], parts[4]].allSatisfy(Self.isLabel),
            parts[5].hasPrefix("key/") || parts[5].hasPrefix("alias/"),
            parts[5].utf8.allSatisfy({ 0x21...0x7E ~= $0 })
        else { return nil }
        self.text = text
        (partition, region, account, resource) = (parts[1], parts[3], parts[4], parts[5])
    }

    package var isKey: Bool { resource.hasPrefix("key/") }

    /// Whether the two name one key: byte for byte, or as replicas of one multi-Region key.
    package func names(sameKeyAs other: KeyARN) -> Bool {
        if text.utf8.elementsEqual(other.text.utf8) { return true }
        return isMultiRegion && partition == other.partition && account == other.account
            && resource == other.resource
    }

    /// The replica of a multi-Region key in another Region; any other key is where it is.
    func inRegion(_ region: String) -> KeyARN {
        guard isMultiRegion else { return self }
        return KeyARN("arn:\(partition):kms:\(region):\(account):\(resource)") ?? self
    }

    private var isMultiRegion: Bool { resource.hasPrefix("key/mrk-") }

    /// What may become a part of a host name: no dot, no slash.
    static func isLabel(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 63
            && text.utf8.allSatisfy {
                0x30...0x39 ~= $0 || 0x61...0x7A ~= $0 || $0 == UInt8(ascii: "-")
            }
    }
}
