package import KMSModel
package import SecretMemory

/// Answers of AWS STS as its clients read them: XML of the namespace that the service model names.
package enum SecurityTokenXML {
    package static let contentType = "text/xml"
    private static let namespace = "https://sts.amazonaws.com/doc/2011-06-15/"

    package static func encode(
        _ response: GetCallerIdentityResponse, requestID: String
    ) -> [UInt8] {
        let result =
            element("Arn", response.arn) + element("UserId", response.userID)
            + element("Account", response.account)
        return envelope("GetCallerIdentity", Array(result.utf8), requestID)
    }

    /// It holds the secret access key, so it is secret as a whole.
    package static func encode(
        _ response: borrowing AssumeRoleResponse, requestID: String
    ) -> SecretBytes {
        let beginning =
            "<AssumeRoleResponse xmlns=\"\(namespace)\"><AssumeRoleResult><AssumedRoleUser>"
            + element("Arn", response.assumedRoleARN)
            + element("AssumedRoleId", response.assumedRoleID) + "</AssumedRoleUser><Credentials>"
            + element("AccessKeyId", response.accessKeyID) + "<SecretAccessKey>"
        let end =
            "</SecretAccessKey>" + element("SessionToken", response.sessionToken)
            + element("Expiration", response.expiration)
            + "</Credentials></AssumeRoleResult>"
            + metadata(requestID) + "</AssumeRoleResponse>"
        return response.secretAccessKey.withBytes { secret in
            let count = beginning.utf8.count + secret.byteCount + end.utf8.count
            return SecretBytes(byteCount: count) { text in
                var offset = 0
                func append(_ byte: UInt8) {
                    text.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
                    offset += 1
                }
                for byte in beginning.utf8 { append(byte) }
                for index in 0..<secret.byteCount { append(secret.byte(at: index)) }
                for byte in end.utf8 { append(byte) }
            }
        }
    }

    package static func encode(_ error: SecurityTokenError, requestID: String) -> [UInt8] {
        encode(
            code: error.code, message: error.message, status: error.status, requestID: requestID)
    }

    /// Of any error: those of signatures are none of STS's own.
    package static func encode(
        code: String, message: String, status: Int, requestID: String
    ) -> [UInt8] {
        Array(
            ("<ErrorResponse xmlns=\"\(namespace)\"><Error>"
                + element("Type", status < 500 ? "Sender" : "Receiver")
                + element("Code", code) + element("Message", message)
                + "</Error>" + element("RequestId", requestID) + "</ErrorResponse>").utf8)
    }

    private static func envelope(
        _ operation: String, _ result: [UInt8], _ requestID: String
    ) -> [UInt8] {
        Array("<\(operation)Response xmlns=\"\(namespace)\"><\(operation)Result>".utf8) + result
            + Array(
                "</\(operation)Result>\(metadata(requestID))</\(operation)Response>".utf8)
    }

    private static func metadata(_ requestID: String) -> String {
        "<ResponseMetadata>" + element("RequestId", requestID) + "</ResponseMetadata>"
    }

    /// What XML 1.0 has no place for becomes U+FFFD.
    private static func element(_ name: String, _ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\t", "\n", "\r": escaped += "&#\(scalar.value);"
            case "\u{0}"..<"\u{20}", "\u{FFFE}", "\u{FFFF}": escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return "<\(name)>\(escaped)</\(name)>"
    }
}
