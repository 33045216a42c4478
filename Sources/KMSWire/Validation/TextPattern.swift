/// A regular expression of the service model, which the whole of a text has to match. Letters,
/// digits and blanks are those of ASCII.
package enum TextPattern: String, CaseIterable, Sendable {
    case name = "^[a-zA-Z0-9:/_-]+$"
    case word = "[\\w]+"
    case lowerCaseHexadecimal = "^[a-f0-9]+$"
    case materialDescription = "^[a-zA-Z0-9:/_\\s.-]+$"
    case principal = "^[\\w+=,.@:/-]+$"
    case servicePrincipal = "^([A-Za-z0-9\\-]+)\\.([A-Za-z0-9\\-]+)(\\.[A-Za-z0-9\\-]+)+$"
    case sourceARN = "^arn:aws[a-z0-9-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]{12}:.+$"
    case marker = "[\\u0020-\\u00FF]*"
    case policy = "[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+"
    case region = "^([a-z]+-){2,3}\\d+$"
    case accountID = "[0-9]{12}"
    case clusterID = "cluster-[2-7a-zA-Z]{11,16}"
    case xksKeyID = "^[a-zA-Z0-9-_.]+$"
    case xksProxyURIEndpoint = "^https://[a-zA-Z0-9.-]+$"
    case xksProxyURIPath = "^(/[a-zA-Z0-9\\/_-]+/kms/xks/v\\d{1,2})$|^(/kms/xks/v\\d{1,2})$"
    case vpcEndpointServiceName =
        "^(com|eu)\\.amazonaws\\.vpce\\.([a-z]+-){2,3}\\d+\\.vpce-svc-[0-9a-z]+$"
    case xksProxyAccessKeyID = "^[A-Z2-7]+$"
    case xksProxySecretAccessKey = "^[a-zA-Z0-9\\/+=]+$"

    func matches(_ text: String) -> Bool {
        do {
            // `-_` within brackets is a range to Swift.
            let regex = try Regex(rawValue.replacing("9-_", with: "9\\-_"))
                .matchingSemantics(.unicodeScalar).asciiOnlyCharacterClasses()
            return try regex.wholeMatch(in: text) != nil
        } catch {
            preconditionFailure("pattern: \(self) is no regular expression")
        }
    }
}
