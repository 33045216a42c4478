package import KMSModel

extension GetParametersForImportRequest: WireRequest {
    package static var operation: KMSOperation { .getParametersForImport }

    package static let members: [MemberRule] = [
        .required("KeyId", .keyID),
        .required("WrappingAlgorithm", .word(WrappingAlgorithm.self)),
        .required("WrappingKeySpec", .word(WrappingKeySpec.self)),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            keyID: try object.text("KeyId"),
            wrappingAlgorithm: try object.word("WrappingAlgorithm"),
            wrappingKeySpec: try object.word("WrappingKeySpec"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("WrappingAlgorithm", wrappingAlgorithm)
        json.member("WrappingKeySpec", wrappingKeySpec)
    }
}

extension GetParametersForImportResponse: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            keyID: try object.text("KeyId"),
            importToken: try object.blob("ImportToken", KMSLimits.ciphertextByteCount),
            publicKey: try object.blob("PublicKey", KMSLimits.plaintextByteCount),
            parametersValidTo: try object.date("ParametersValidTo"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("ImportToken", blob: importToken)
        json.member("PublicKey", blob: publicKey)
        json.member("ParametersValidTo", date: parametersValidTo)
    }
}
