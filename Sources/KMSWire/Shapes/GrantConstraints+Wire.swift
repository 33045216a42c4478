package import KMSModel

extension GrantConstraints: WireShape {
    package static let members: [MemberRule] = [
        .optional("EncryptionContextSubset", .context),
        .optional("EncryptionContextEquals", .context),
        .optional("SourceArn", .sourceARN),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            encryptionContextSubset: try object.optionalContext("EncryptionContextSubset"),
            encryptionContextEquals: try object.optionalContext("EncryptionContextEquals"),
            sourceARN: try object.optionalText("SourceArn"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("EncryptionContextSubset", context: encryptionContextSubset)
        json.member("EncryptionContextEquals", context: encryptionContextEquals)
        json.member("SourceArn", sourceARN)
    }
}
