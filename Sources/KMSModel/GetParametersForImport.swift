/// A public key to wrap material to, and a token to import it with, both for 24 hours.
package struct GetParametersForImportRequest: Equatable, Sendable {
    package var keyID: String
    package var wrappingAlgorithm: WrappingAlgorithm
    package var wrappingKeySpec: WrappingKeySpec

    package init(
        keyID: String, wrappingAlgorithm: WrappingAlgorithm, wrappingKeySpec: WrappingKeySpec
    ) {
        self.keyID = keyID
        self.wrappingAlgorithm = wrappingAlgorithm
        self.wrappingKeySpec = wrappingKeySpec
    }
}

package struct GetParametersForImportResponse: Equatable, Sendable {
    /// The key's ARN.
    package var keyID: String
    package var importToken: [UInt8]
    /// X.509 SubjectPublicKeyInfo, DER.
    package var publicKey: [UInt8]
    package var parametersValidTo: Double

    package init(
        keyID: String, importToken: [UInt8], publicKey: [UInt8], parametersValidTo: Double
    ) {
        self.keyID = keyID
        self.importToken = importToken
        self.publicKey = publicKey
        self.parametersValidTo = parametersValidTo
    }
}
