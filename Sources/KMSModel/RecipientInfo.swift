/// An enclave that shall get the answer sealed to its attested key.
package struct RecipientInfo: Equatable, Sendable {
    package var keyEncryptionAlgorithm: KeyEncryptionMechanism?
    package var attestationDocument: [UInt8]?

    package init(
        keyEncryptionAlgorithm: KeyEncryptionMechanism? = nil, attestationDocument: [UInt8]? = nil
    ) {
        self.keyEncryptionAlgorithm = keyEncryptionAlgorithm
        self.attestationDocument = attestationDocument
    }
}
