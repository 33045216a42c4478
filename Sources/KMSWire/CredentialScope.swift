/// Where and for what day a signature counts: `20150830/us-east-1/kms/aws4_request`.
package struct CredentialScope: Equatable, Sendable {
    static let terminator = "aws4_request"

    /// `YYYYMMDD`.
    package let day: String
    package let region: String
    package let service: String
    package let text: String

    /// - Throws: ``SigV4Error/malformedScope`` unless region and service are of letters, digits and
    ///   `-`, `_`, `.`.
    init(day: String, region: String, service: String) throws(SigV4Error) {
        guard Self.isName(region), Self.isName(service) else { throw .malformedScope }
        self.day = day
        self.region = region
        self.service = service
        text = day + "/" + region + "/" + service + "/" + Self.terminator
    }

    static func isName(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { ASCII.isLetterOrDigit($0) || "-_.".utf8.contains($0) }
    }
}
