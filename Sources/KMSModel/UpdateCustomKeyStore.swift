package import SecretMemory

package struct UpdateCustomKeyStoreRequest: ~Copyable, Sendable {
    package var customKeyStoreID: String
    package var newCustomKeyStoreName: String?
    package let keyStorePassword: SecretBytes?
    package var cloudHSMClusterID: String?
    package var xksProxyURIEndpoint: String?
    package var xksProxyURIPath: String?
    package var xksProxyVPCEndpointServiceName: String?
    package var xksProxyVPCEndpointServiceOwner: String?
    package let xksProxyAuthenticationCredential: XksProxyAuthenticationCredential?
    package var xksProxyConnectivity: XksProxyConnectivity?

    package init(
        customKeyStoreID: String, newCustomKeyStoreName: String? = nil,
        keyStorePassword: consuming SecretBytes? = nil, cloudHSMClusterID: String? = nil,
        xksProxyURIEndpoint: String? = nil, xksProxyURIPath: String? = nil,
        xksProxyVPCEndpointServiceName: String? = nil,
        xksProxyVPCEndpointServiceOwner: String? = nil,
        xksProxyAuthenticationCredential: consuming XksProxyAuthenticationCredential? = nil,
        xksProxyConnectivity: XksProxyConnectivity? = nil
    ) {
        self.customKeyStoreID = customKeyStoreID
        self.newCustomKeyStoreName = newCustomKeyStoreName
        self.keyStorePassword = keyStorePassword
        self.cloudHSMClusterID = cloudHSMClusterID
        self.xksProxyURIEndpoint = xksProxyURIEndpoint
        self.xksProxyURIPath = xksProxyURIPath
        self.xksProxyVPCEndpointServiceName = xksProxyVPCEndpointServiceName
        self.xksProxyVPCEndpointServiceOwner = xksProxyVPCEndpointServiceOwner
        self.xksProxyAuthenticationCredential = xksProxyAuthenticationCredential
        self.xksProxyConnectivity = xksProxyConnectivity
    }
}
