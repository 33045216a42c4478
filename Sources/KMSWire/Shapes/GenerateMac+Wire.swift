package import KMSModel

extension GenerateMacRequest: WireRequest {
    package static var operation: KMSOperation { .generateMac }

    package static let members: [MemberRule] = [
        .required("Message", .plaintext),
        .required("KeyId", .keyID),
        .required("MacAlgorithm", .word(MACAlgorithm.self)),
        .optional("GrantTokens", .grantTokens),
        .optional("DryRun", .boolean),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            message: try object.secret("Message", KMSLimits.plaintextByteCount),
            keyID: try object.text("KeyId"), macAlgorithm: try object.word("MacAlgorithm"),
            grantTokens: try object.texts("GrantTokens"),
            dryRun: try object.optionalFlag("DryRun") ?? false)
    }

    package func write(to json: inout JSONWriter) {
        json.member("Message", secret: message)
        json.member("KeyId", keyID)
        json.member("MacAlgorithm", macAlgorithm)
        if !grantTokens.isEmpty { json.member("GrantTokens", grantTokens) }
        if dryRun { json.member("DryRun", true) }
    }
}

extension GenerateMacResponse: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            mac: try object.blob("Mac", KMSLimits.ciphertextByteCount),
            macAlgorithm: try object.word("MacAlgorithm"), keyID: try object.text("KeyId"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("Mac", blob: mac)
        json.member("MacAlgorithm", macAlgorithm)
        json.member("KeyId", keyID)
    }
}
