package import KMSModel

extension XksProxyConfiguration: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            connectivity: try object.optionalWord("Connectivity"),
            accessKeyID: try object.optionalText("AccessKeyId"),
            uriEndpoint: try object.optionalText("UriEndpoint"),
            uriPath: try object.optionalText("UriPath"),
            vpcEndpointServiceName: try object.optionalText("VpcEndpointServiceName"),
            vpcEndpointServiceOwner: try object.optionalText("VpcEndpointServiceOwner"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("Connectivity", connectivity)
        json.member("AccessKeyId", accessKeyID)
        json.member("UriEndpoint", uriEndpoint)
        json.member("UriPath", uriPath)
        json.member("VpcEndpointServiceName", vpcEndpointServiceName)
        json.member("VpcEndpointServiceOwner", vpcEndpointServiceOwner)
    }
}
