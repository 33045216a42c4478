/// What the key service answers when it does not do what was asked: AWS's exceptions, by name.
///
/// The payload is the message that a client sees. The first group is modelled by AWS, the second is
/// sent but not modelled.
package enum KMSError: Error, Equatable, Sendable {
    case alreadyExists(String)
    case cloudHSMClusterInUse(String)
    case cloudHSMClusterInvalidConfiguration(String)
    case cloudHSMClusterNotActive(String)
    case cloudHSMClusterNotFound(String)
    case cloudHSMClusterNotRelated(String)
    case conflict(String)
    case customKeyStoreHasCMKs(String)
    case customKeyStoreInvalidState(String)
    case customKeyStoreNameInUse(String)
    case customKeyStoreNotFound(String)
    case dependencyTimeout(String)
    case disabled(String)
    case dryRunOperation(String)
    case expiredImportToken(String)
    case incorrectKey(String)
    case incorrectKeyMaterial(String)
    case incorrectTrustAnchor(String)
    case invalidAliasName(String)
    case invalidArn(String)
    /// No message: a foreign, cut, altered blob and a wrong context look alike.
    case invalidCiphertext
    case invalidGrantID(String)
    case invalidGrantToken(String)
    case invalidImportToken(String)
    case invalidKeyUsage(String)
    case invalidMarker(String)
    case kmsInternal(String)
    case kmsInvalidMAC
    case kmsInvalidSignature
    case kmsInvalidState(String)
    case keyUnavailable(String)
    case limitExceeded(String)
    case malformedPolicyDocument(String)
    case notFound(String)
    case tag(String)
    case unsupportedOperation(String)
    case xksKeyAlreadyInUse(String)
    case xksKeyInvalidConfiguration(String)
    case xksKeyNotFound(String)
    case xksProxyIncorrectAuthenticationCredential(String)
    case xksProxyInvalidConfiguration(String)
    case xksProxyInvalidResponse(String)
    case xksProxyURIEndpointInUse(String)
    case xksProxyURIInUse(String)
    case xksProxyURIUnreachable(String)
    case xksProxyVPCEndpointServiceInUse(String)
    case xksProxyVPCEndpointServiceInvalidConfiguration(String)
    case xksProxyVPCEndpointServiceNotFound(String)

    case accessDenied(String)
    case notAuthorized(String)
    case validation(String)

    /// The `__type` on the wire, and the `errorCode` of an audit record.
    package var exceptionName: String {
        switch self {
        case .alreadyExists: "AlreadyExistsException"
        case .cloudHSMClusterInUse: "CloudHsmClusterInUseException"
        case .cloudHSMClusterInvalidConfiguration: "CloudHsmClusterInvalidConfigurationException"
        case .cloudHSMClusterNotActive: "CloudHsmClusterNotActiveException"
        case .cloudHSMClusterNotFound: "CloudHsmClusterNotFoundException"
        case .cloudHSMClusterNotRelated: "CloudHsmClusterNotRelatedException"
        case .conflict: "ConflictException"
        case .customKeyStoreHasCMKs: "CustomKeyStoreHasCMKsException"
        case .customKeyStoreInvalidState: "CustomKeyStoreInvalidStateException"
        case .customKeyStoreNameInUse: "CustomKeyStoreNameInUseException"
        case .customKeyStoreNotFound: "CustomKeyStoreNotFoundException"
        case .dependencyTimeout: "DependencyTimeoutException"
        case .disabled: "DisabledException"
        case .dryRunOperation: "DryRunOperationException"
        case .expiredImportToken: "ExpiredImportTokenException"
        case .incorrectKey: "IncorrectKeyException"
        case .incorrectKeyMaterial: "IncorrectKeyMaterialException"
        case .incorrectTrustAnchor: "IncorrectTrustAnchorException"
        case .invalidAliasName: "InvalidAliasNameException"
        case .invalidArn: "InvalidArnException"
        case .invalidCiphertext: "InvalidCiphertextException"
        case .invalidGrantID: "InvalidGrantIdException"
        case .invalidGrantToken: "InvalidGrantTokenException"
        case .invalidImportToken: "InvalidImportTokenException"
        case .invalidKeyUsage: "InvalidKeyUsageException"
        case .invalidMarker: "InvalidMarkerException"
        case .kmsInternal: "KMSInternalException"
        case .kmsInvalidMAC: "KMSInvalidMacException"
        case .kmsInvalidSignature: "KMSInvalidSignatureException"
        case .kmsInvalidState: "KMSInvalidStateException"
        case .keyUnavailable: "KeyUnavailableException"
        case .limitExceeded: "LimitExceededException"
        case .malformedPolicyDocument: "MalformedPolicyDocumentException"
        case .notFound: "NotFoundException"
        case .tag: "TagException"
        case .unsupportedOperation: "UnsupportedOperationException"
        case .xksKeyAlreadyInUse: "XksKeyAlreadyInUseException"
        case .xksKeyInvalidConfiguration: "XksKeyInvalidConfigurationException"
        case .xksKeyNotFound: "XksKeyNotFoundException"
        case .xksProxyIncorrectAuthenticationCredential:
            "XksProxyIncorrectAuthenticationCredentialException"
        case .xksProxyInvalidConfiguration: "XksProxyInvalidConfigurationException"
        case .xksProxyInvalidResponse: "XksProxyInvalidResponseException"
        case .xksProxyURIEndpointInUse: "XksProxyUriEndpointInUseException"
        case .xksProxyURIInUse: "XksProxyUriInUseException"
        case .xksProxyURIUnreachable: "XksProxyUriUnreachableException"
        case .xksProxyVPCEndpointServiceInUse: "XksProxyVpcEndpointServiceInUseException"
        case .xksProxyVPCEndpointServiceInvalidConfiguration:
            "XksProxyVpcEndpointServiceInvalidConfigurationException"
        case .xksProxyVPCEndpointServiceNotFound: "XksProxyVpcEndpointServiceNotFoundException"
        case .accessDenied: "AccessDeniedException"
        case .notAuthorized: "NotAuthorizedException"
        case .validation: "ValidationException"
        }
    }

    package var message: String? {
        switch self {
        case .invalidCiphertext, .kmsInvalidMAC, .kmsInvalidSignature: nil
        case .alreadyExists(let message), .cloudHSMClusterInUse(let message),
            .cloudHSMClusterInvalidConfiguration(let message),
            .cloudHSMClusterNotActive(let message), .cloudHSMClusterNotFound(let message),
            .cloudHSMClusterNotRelated(let message), .conflict(let message),
            .customKeyStoreHasCMKs(let message), .customKeyStoreInvalidState(let message),
            .customKeyStoreNameInUse(let message), .customKeyStoreNotFound(let message),
            .dependencyTimeout(let message), .disabled(let message), .dryRunOperation(let message),
            .expiredImportToken(let message), .incorrectKey(let message),
            .incorrectKeyMaterial(let message), .incorrectTrustAnchor(let message),
            .invalidAliasName(let message), .invalidArn(let message), .invalidGrantID(let message),
            .invalidGrantToken(let message), .invalidImportToken(let message),
            .invalidKeyUsage(let message), .invalidMarker(let message), .kmsInternal(let message),
            .kmsInvalidState(let message), .keyUnavailable(let message),
            .limitExceeded(let message), .malformedPolicyDocument(let message),
            .notFound(let message), .tag(let message), .unsupportedOperation(let message),
            .xksKeyAlreadyInUse(let message), .xksKeyInvalidConfiguration(let message),
            .xksKeyNotFound(let message), .xksProxyIncorrectAuthenticationCredential(let message),
            .xksProxyInvalidConfiguration(let message), .xksProxyInvalidResponse(let message),
            .xksProxyURIEndpointInUse(let message), .xksProxyURIInUse(let message),
            .xksProxyURIUnreachable(let message), .xksProxyVPCEndpointServiceInUse(let message),
            .xksProxyVPCEndpointServiceInvalidConfiguration(let message),
            .xksProxyVPCEndpointServiceNotFound(let message), .accessDenied(let message),
            .notAuthorized(let message), .validation(let message):
            message
        }
    }
}
