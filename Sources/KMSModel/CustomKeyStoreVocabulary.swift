/// The enumerations of custom key stores; raw values are the wire's.

package enum CustomKeyStoreType: String, CaseIterable, Sendable {
    case awsCloudHSM = "AWS_CLOUDHSM"
    case externalKeyStore = "EXTERNAL_KEY_STORE"
}

package enum XksProxyConnectivity: String, CaseIterable, Sendable {
    case publicEndpoint = "PUBLIC_ENDPOINT"
    case vpcEndpointService = "VPC_ENDPOINT_SERVICE"
}

package enum ConnectionState: String, CaseIterable, Sendable {
    case connected = "CONNECTED"
    case connecting = "CONNECTING"
    case failed = "FAILED"
    case disconnected = "DISCONNECTED"
    case disconnecting = "DISCONNECTING"
}

package enum ConnectionErrorCode: String, CaseIterable, Sendable {
    case invalidCredentials = "INVALID_CREDENTIALS"
    case clusterNotFound = "CLUSTER_NOT_FOUND"
    case networkErrors = "NETWORK_ERRORS"
    case internalError = "INTERNAL_ERROR"
    case insufficientCloudHSMHSMs = "INSUFFICIENT_CLOUDHSM_HSMS"
    case userLockedOut = "USER_LOCKED_OUT"
    case userNotFound = "USER_NOT_FOUND"
    case userLoggedIn = "USER_LOGGED_IN"
    case subnetNotFound = "SUBNET_NOT_FOUND"
    case insufficientFreeAddressesInSubnet = "INSUFFICIENT_FREE_ADDRESSES_IN_SUBNET"
    case xksProxyAccessDenied = "XKS_PROXY_ACCESS_DENIED"
    case xksProxyNotReachable = "XKS_PROXY_NOT_REACHABLE"
    case xksVPCEndpointServiceNotFound = "XKS_VPC_ENDPOINT_SERVICE_NOT_FOUND"
    case xksProxyInvalidResponse = "XKS_PROXY_INVALID_RESPONSE"
    case xksProxyInvalidConfiguration = "XKS_PROXY_INVALID_CONFIGURATION"
    case xksVPCEndpointServiceInvalidConfiguration =
        "XKS_VPC_ENDPOINT_SERVICE_INVALID_CONFIGURATION"
    case xksProxyTimedOut = "XKS_PROXY_TIMED_OUT"
    case xksProxyInvalidTLSConfiguration = "XKS_PROXY_INVALID_TLS_CONFIGURATION"
}
