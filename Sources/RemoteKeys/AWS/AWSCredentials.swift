package import KMSWire
package import SecretMemory

/// Who asks: an access key, for a role with its session token, and until when.
package final class AWSCredentials: Sendable {
    package let signing: SigningCredentials
    /// Seconds since 1970; nothing for keys that do not expire.
    package let expiration: Double?

    package init(
        accessKeyID: String, secretAccessKey: consuming SecretBytes, sessionToken: String? = nil,
        expiration: Double? = nil
    ) {
        signing = SigningCredentials(
            accessKeyID: accessKeyID, secretAccessKey: secretAccessKey, sessionToken: sessionToken)
        self.expiration = expiration
    }

    /// From an answer of a metadata service or a credential process, whose names for the token
    /// differ.
    convenience init(
        _ answer: JSONObject, token: String, isExpirationNeeded: Bool
    ) throws(WireError) {
        let accessKeyID = try answer.text("AccessKeyId")
        guard !accessKeyID.isEmpty else { throw .unknownValue(member: "AccessKeyId") }
        let secret = try answer.secretText("SecretAccessKey")
        guard secret.byteCount > 0 else { throw .unknownValue(member: "SecretAccessKey") }
        let end = try answer.optionalText("Expiration")
        let expiration = end.flatMap(Timestamp.seconds)
        guard expiration != nil || (end == nil && !isExpirationNeeded) else {
            throw .unknownValue(member: "Expiration")
        }
        self.init(
            accessKeyID: accessKeyID, secretAccessKey: secret,
            sessionToken: try answer.optionalText(token), expiration: expiration)
    }
}
