internal import KMSModel

/// The shapes of the service model that several members have.
extension ValueRule {
    package static let keyID = text(KMSLimits.keyIDLength)
    package static let aliasName = text(KMSLimits.aliasNameLength, .name)
    package static let description = text(KMSLimits.descriptionLength)
    package static let keyMaterialID = text(64...64, .lowerCaseHexadecimal)
    package static let keyMaterialDescription = text(0...256, .materialDescription)
    package static let plaintext = blob(KMSLimits.plaintextByteCount, isSensitive: true)
    package static let ciphertext = blob(KMSLimits.ciphertextByteCount)
    package static let publicKey = blob(KMSLimits.publicKeyByteCount)
    package static let numberOfBytes = integer(KMSLimits.randomByteCount)
    /// The names that there were before key specs got their name.
    package static let oldKeySpec = words(
        KeySpec.allCases.filter { !KMSLimits.newKeySpecs.contains($0) }.map(\.rawValue))

    package static let grantID = text(1...128)
    package static let grantName = text(1...256, .name)
    package static let grantToken = text(1...8192)
    package static let grantTokens = list(of: grantToken, count: 0...10)
    package static let principal = text(1...256, .principal)
    package static let servicePrincipal = text(1...128, .servicePrincipal)
    package static let sourceARN = text(20...512, .sourceARN)

    package static let limit = integer(KMSLimits.pageSize)
    package static let marker = text(1...1024, .marker)
    package static let policy = text(1...131_072, .policy)
    package static let policyName = text(1...128, .word)
    package static let region = text(1...32, .region)
    package static let accountID = text(12...12, .accountID)
    package static let tagKey = text(1...128)

    package static let customKeyStoreID = text(1...64)
    package static let customKeyStoreName = text(1...256)
    package static let cloudHSMClusterID = text(19...24, .clusterID)
    package static let xksKeyID = text(1...128, .xksKeyID)
    package static let xksProxyURIEndpoint = text(10...128, .xksProxyURIEndpoint)
    package static let xksProxyURIPath = text(10...128, .xksProxyURIPath)
    package static let xksProxyVPCEndpointServiceName = text(20...64, .vpcEndpointServiceName)
    package static let xksProxyAccessKeyID = text(20...30, .xksProxyAccessKeyID, isSensitive: true)
    package static let xksProxySecretAccessKey = secretText(43...64, isBase64: true)
}
