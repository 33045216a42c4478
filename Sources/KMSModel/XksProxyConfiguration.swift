package struct XksProxyConfiguration: Equatable, Sendable {
    package var connectivity: XksProxyConnectivity?
    package var accessKeyID: String?
    package var uriEndpoint: String?
    package var uriPath: String?
    package var vpcEndpointServiceName: String?
    package var vpcEndpointServiceOwner: String?

    package init(
        connectivity: XksProxyConnectivity? = nil, accessKeyID: String? = nil,
        uriEndpoint: String? = nil, uriPath: String? = nil, vpcEndpointServiceName: String? = nil,
        vpcEndpointServiceOwner: String? = nil
    ) {
        self.connectivity = connectivity
        self.accessKeyID = accessKeyID
        self.uriEndpoint = uriEndpoint
        self.uriPath = uriPath
        self.vpcEndpointServiceName = vpcEndpointServiceName
        self.vpcEndpointServiceOwner = vpcEndpointServiceOwner
    }
}
