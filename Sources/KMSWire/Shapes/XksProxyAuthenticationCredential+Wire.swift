package import KMSModel

extension XksProxyAuthenticationCredential: WireShape {
    package static let members: [MemberRule] = [
        .required("AccessKeyId", .xksProxyAccessKeyID),
        .required("RawSecretAccessKey", .xksProxySecretAccessKey),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            accessKeyID: try object.text("AccessKeyId"),
            rawSecretAccessKey: try object.secretText("RawSecretAccessKey"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("AccessKeyId", accessKeyID)
        json.member("RawSecretAccessKey", secretText: rawSecretAccessKey)
    }
}
