package import KMSModel

extension UpdateCustomKeyStoreRequest: WireRequest {
    package static var operation: KMSOperation { .updateCustomKeyStore }

    package static let members: [MemberRule] = [
        .required("CustomKeyStoreId", .customKeyStoreID),
        .optional("NewCustomKeyStoreName", .customKeyStoreName),
        .optional("KeyStorePassword", .secretText(7...32)),
        .optional("CloudHsmClusterId", .cloudHSMClusterID),
        .optional("XksProxyUriEndpoint", .xksProxyURIEndpoint),
        .optional("XksProxyUriPath", .xksProxyURIPath),
        .optional("XksProxyVpcEndpointServiceName", .xksProxyVPCEndpointServiceName),
        .optional("XksProxyVpcEndpointServiceOwner", .accountID),
        .optional(
            "XksProxyAuthenticationCredential", .structure(XksProxyAuthenticationCredential.members)
        ),
        .optional("XksProxyConnectivity", .word(XksProxyConnectivity.self)),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            customKeyStoreID: try object.text("CustomKeyStoreId"),
            newCustomKeyStoreName: try object.optionalText("NewCustomKeyStoreName"),
            keyStorePassword: try object.optionalSecretText("KeyStorePassword"),
            cloudHSMClusterID: try object.optionalText("CloudHsmClusterId"),
            xksProxyURIEndpoint: try object.optionalText("XksProxyUriEndpoint"),
            xksProxyURIPath: try object.optionalText("XksProxyUriPath"),
            xksProxyVPCEndpointServiceName: try object.optionalText(
                "XksProxyVpcEndpointServiceName"),
            xksProxyVPCEndpointServiceOwner: try object.optionalText(
                "XksProxyVpcEndpointServiceOwner"),
            xksProxyAuthenticationCredential: try object.optionalShape(
                "XksProxyAuthenticationCredential"),
            xksProxyConnectivity: try object.optionalWord("XksProxyConnectivity"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("CustomKeyStoreId", customKeyStoreID)
        json.member("NewCustomKeyStoreName", newCustomKeyStoreName)
        json.member("KeyStorePassword", optionalSecretText: keyStorePassword)
        json.member("CloudHsmClusterId", cloudHSMClusterID)
        json.member("XksProxyUriEndpoint", xksProxyURIEndpoint)
        json.member("XksProxyUriPath", xksProxyURIPath)
        json.member("XksProxyVpcEndpointServiceName", xksProxyVPCEndpointServiceName)
        json.member("XksProxyVpcEndpointServiceOwner", xksProxyVPCEndpointServiceOwner)
        json.member("XksProxyAuthenticationCredential", shape: xksProxyAuthenticationCredential)
        json.member("XksProxyConnectivity", xksProxyConnectivity)
    }
}
