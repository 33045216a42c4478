package struct CustomKeyStoresListEntry: Equatable, Sendable {
    package var customKeyStoreID: String
    package var customKeyStoreName: String?
    package var cloudHSMClusterID: String?
    package var trustAnchorCertificate: String?
    package var connectionState: ConnectionState?
    package var connectionErrorCode: ConnectionErrorCode?
    package var creationDate: Double?
    package var customKeyStoreType: CustomKeyStoreType?
    package var xksProxyConfiguration: XksProxyConfiguration?

    package init(
        customKeyStoreID: String, customKeyStoreName: String? = nil,
        cloudHSMClusterID: String? = nil, trustAnchorCertificate: String? = nil,
        connectionState: ConnectionState? = nil, connectionErrorCode: ConnectionErrorCode? = nil,
        creationDate: Double? = nil, customKeyStoreType: CustomKeyStoreType? = nil,
        xksProxyConfiguration: XksProxyConfiguration? = nil
    ) {
        self.customKeyStoreID = customKeyStoreID
        self.customKeyStoreName = customKeyStoreName
        self.cloudHSMClusterID = cloudHSMClusterID
        self.trustAnchorCertificate = trustAnchorCertificate
        self.connectionState = connectionState
        self.connectionErrorCode = connectionErrorCode
        self.creationDate = creationDate
        self.customKeyStoreType = customKeyStoreType
        self.xksProxyConfiguration = xksProxyConfiguration
    }
}
