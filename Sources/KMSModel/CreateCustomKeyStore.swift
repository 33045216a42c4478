package import SecretMemory

/// Makes a store whose keys live in a cluster of HSMs, or behind a proxy of external keys.
package struct CreateCustomKeyStoreRequest: ~Copyable, Sendable {
    package var customKeyStoreName: String
    package var cloudHSMClusterID: String?
    package var trustAnchorCertificate: String?
    package let keyStorePassword: SecretBytes?
    package var customKeyStoreType: CustomKeyStoreType?
    package var xksProxyURIEndpoint: String?
    package var xksProxyURIPath: String?
    package var xksProxyVPCEndpointServiceName: String?
    package var xksProxyVPCEndpointServiceOwner: String?
    package let xksProxyAuthenticationCredential: XksProxyAuthenticationCredential?
    package var xksProxyConnectivity: XksProxyConnectivity?

    package init(
        customKeyStoreName: String, cloudHSMClusterID: String? = nil,
        trustAnchorCertificate: String? = nil, keyStorePassword: consuming SecretBytes? = nil,
        customKeyStoreType: CustomKeyStoreType? = nil, xksProxyURIEndpoint: String? = nil,
        xksProxyURIPath: String? = nil, xksProxyVPCEndpointServiceName: String? = nil,
        xksProxyVPCEndpointServiceOwner: String? = nil,
        xksProxyAuthenticationCredential: consuming XksProxyAuthenticationCredential? = nil,
        xksProxyConnectivity: XksProxyConnectivity? = nil
    ) {
        self.customKeyStoreName = customKeyStoreName
        self.cloudHSMClusterID = cloudHSMClusterID
        self.trustAnchorCertificate = trustAnchorCertificate
        self.keyStorePassword = keyStorePassword
        self.customKeyStoreType = customKeyStoreType
        self.xksProxyURIEndpoint = xksProxyURIEndpoint
        self.xksProxyURIPath = xksProxyURIPath
        self.xksProxyVPCEndpointServiceName = xksProxyVPCEndpointServiceName
        self.xksProxyVPCEndpointServiceOwner = xksProxyVPCEndpointServiceOwner
        self.xksProxyAuthenticationCredential = xksProxyAuthenticationCredential
        self.xksProxyConnectivity = xksProxyConnectivity
    }
}

package struct CreateCustomKeyStoreResponse: Equatable, Sendable {
    package var customKeyStoreID: String

    package init(customKeyStoreID: String) {
        self.customKeyStoreID = customKeyStoreID
    }
}
