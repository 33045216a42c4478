package import KMSModel

extension VerifyMacRequest: WireRequest {
    package static var operation: KMSOperation { .verifyMac }

    package static let members: [MemberRule] = [
        .required("Message", .plaintext),
        .required("KeyId", .keyID),
        .required("MacAlgorithm", .word(MACAlgorithm.self)),
        .required("Mac", .ciphertext),
        .optional("GrantTokens", .grantTokens),
        .optional("DryRun", .boolean),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            message: try object.secret("Message", KMSLimits.plaintextByteCount),
            keyID: try object.text("KeyId"), macAlgorithm: try object.word("MacAlgorithm"),
            mac: try object.blob("Mac", KMSLimits.ciphertextByteCount),
            grantTokens: try object.texts("GrantTokens"),
            dryRun: try object.optionalFlag("DryRun") ?? false)
    }

    package func write(to json: inout JSONWriter) {
        json.member("Message", secret: message)
        json.member("KeyId", keyID)
        json.member("MacAlgorithm", macAlgorithm)
        json.member("Mac", blob: mac)
        if !grantTokens.isEmpty { json.member("GrantTokens", grantTokens) }
        if dryRun { json.member("DryRun", true) }
    }
}

extension VerifyMacResponse: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            keyID: try object.text("KeyId"), macValid: try object.flag("MacValid"),
            macAlgorithm: try object.word("MacAlgorithm"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("MacValid", macValid)
        json.member("MacAlgorithm", macAlgorithm)
    }
}
