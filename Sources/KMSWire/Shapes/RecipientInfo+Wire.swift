package import KMSModel

extension RecipientInfo: WireShape {
    package static let members: [MemberRule] = [
        .optional("KeyEncryptionAlgorithm", .word(KeyEncryptionMechanism.self)),
        .optional("AttestationDocument", .blob(KMSLimits.attestationByteCount)),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            keyEncryptionAlgorithm: try object.optionalWord("KeyEncryptionAlgorithm"),
            attestationDocument: try object.optionalBlob(
                "AttestationDocument", KMSLimits.attestationByteCount))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyEncryptionAlgorithm", keyEncryptionAlgorithm)
        json.member("AttestationDocument", blob: attestationDocument)
    }
}
