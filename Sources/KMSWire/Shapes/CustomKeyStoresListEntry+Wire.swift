package import KMSModel

extension CustomKeyStoresListEntry: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            customKeyStoreID: try object.text("CustomKeyStoreId"),
            customKeyStoreName: try object.optionalText("CustomKeyStoreName"),
            cloudHSMClusterID: try object.optionalText("CloudHsmClusterId"),
            trustAnchorCertificate: try object.optionalText("TrustAnchorCertificate"),
            connectionState: try object.optionalWord("ConnectionState"),
            connectionErrorCode: try object.optionalWord("ConnectionErrorCode"),
            creationDate: try object.optionalDate("CreationDate"),
            customKeyStoreType: try object.optionalWord("CustomKeyStoreType"),
            xksProxyConfiguration: try object.optionalShape("XksProxyConfiguration"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("CustomKeyStoreId", customKeyStoreID)
        json.member("CustomKeyStoreName", customKeyStoreName)
        json.member("CloudHsmClusterId", cloudHSMClusterID)
        json.member("TrustAnchorCertificate", trustAnchorCertificate)
        json.member("ConnectionState", connectionState)
        json.member("ConnectionErrorCode", connectionErrorCode)
        json.member("CreationDate", date: creationDate)
        json.member("CustomKeyStoreType", customKeyStoreType)
        json.member("XksProxyConfiguration", shape: xksProxyConfiguration)
    }
}
