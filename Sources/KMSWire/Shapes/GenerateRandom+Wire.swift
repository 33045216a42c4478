package import KMSModel

extension GenerateRandomRequest: WireRequest {
    package static var operation: KMSOperation { .generateRandom }

    package static let members: [MemberRule] = [
        .optional("NumberOfBytes", .numberOfBytes),
        .optional("CustomKeyStoreId", .customKeyStoreID),
        .optional("Recipient", .structure(RecipientInfo.members)),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            numberOfBytes: try object.integer("NumberOfBytes"),
            customKeyStoreID: try object.optionalText("CustomKeyStoreId"),
            recipient: try object.optionalShape("Recipient"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("NumberOfBytes", numberOfBytes)
        json.member("CustomKeyStoreId", customKeyStoreID)
        json.member("Recipient", shape: recipient)
    }
}

extension GenerateRandomResponse: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(plaintext: try object.secret("Plaintext", KMSLimits.randomByteCount))
    }

    package func write(to json: inout JSONWriter) {
        json.member("Plaintext", secret: plaintext)
    }
}
