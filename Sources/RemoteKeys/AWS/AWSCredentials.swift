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
    /// differ. Nothing where something is missing or wrong.
    convenience init?(_ answer: JSONAnswer, token: String, isExpirationNeeded: Bool) {
        guard let accessKeyID = answer["AccessKeyId"]?.string, !accessKeyID.isEmpty,
            let secret = answer["SecretAccessKey"]?.secret, secret.byteCount > 0
        else { return nil }
        var expiration: Double?
        if let given = answer["Expiration"] {
            guard let seconds = given.string.flatMap(Timestamp.seconds) else { return nil }
            expiration = seconds
        }
        guard expiration != nil || !isExpirationNeeded else { return nil }
        self.init(
            accessKeyID: accessKeyID, secretAccessKey: secret,
            sessionToken: answer[token]?.string, expiration: expiration)
    }
}
