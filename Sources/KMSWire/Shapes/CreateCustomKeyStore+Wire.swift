package import KMSModel

extension CreateCustomKeyStoreRequest: WireRequest {
    package static var operation: KMSOperation { .createCustomKeyStore }

    package static let members: [MemberRule] = [
        .required("CustomKeyStoreName", .customKeyStoreName),
        .optional("CloudHsmClusterId", .cloudHSMClusterID),
        .optional("TrustAnchorCertificate", .text(1...5000)),
        .optional("KeyStorePassword", .secretText(7...32)),
        .optional("CustomKeyStoreType", .word(CustomKeyStoreType.self)),
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
            customKeyStoreName: try object.text("CustomKeyStoreName"),
            cloudHSMClusterID: try object.optionalText("CloudHsmClusterId"),
            trustAnchorCertificate: try object.optionalText("TrustAnchorCertificate"),
            keyStorePassword: try object.optionalSecretText("KeyStorePassword"),
            customKeyStoreType: try object.optionalWord("CustomKeyStoreType"),
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
        json.member("CustomKeyStoreName", customKeyStoreName)
        json.member("CloudHsmClusterId", cloudHSMClusterID)
        json.member("TrustAnchorCertificate", trustAnchorCertificate)
        json.member("KeyStorePassword", optionalSecretText: keyStorePassword)
        json.member("CustomKeyStoreType", customKeyStoreType)
        json.member("XksProxyUriEndpoint", xksProxyURIEndpoint)
        json.member("XksProxyUriPath", xksProxyURIPath)
        json.member("XksProxyVpcEndpointServiceName", xksProxyVPCEndpointServiceName)
        json.member("XksProxyVpcEndpointServiceOwner", xksProxyVPCEndpointServiceOwner)
        json.member("XksProxyAuthenticationCredential", shape: xksProxyAuthenticationCredential)
        json.member("XksProxyConnectivity", xksProxyConnectivity)
    }
}

extension CreateCustomKeyStoreResponse: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(customKeyStoreID: try object.text("CustomKeyStoreId"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("CustomKeyStoreId", customKeyStoreID)
    }
}
