package import KMSModel

extension ErrorAnswer {
    /// The exception, if KMSModel has it. Those of the front door (throttling, signatures, expired
    /// tokens) it has not: they have a name only.
    package var kmsError: KMSError? {
        let message = message ?? ""
        return switch exceptionName {
        case "AlreadyExistsException": .alreadyExists(message)
        case "CloudHsmClusterInUseException": .cloudHSMClusterInUse(message)
        case "CloudHsmClusterInvalidConfigurationException":
            .cloudHSMClusterInvalidConfiguration(message)
        case "CloudHsmClusterNotActiveException": .cloudHSMClusterNotActive(message)
        case "CloudHsmClusterNotFoundException": .cloudHSMClusterNotFound(message)
        case "CloudHsmClusterNotRelatedException": .cloudHSMClusterNotRelated(message)
        case "ConflictException": .conflict(message)
        case "CustomKeyStoreHasCMKsException": .customKeyStoreHasCMKs(message)
        case "CustomKeyStoreInvalidStateException": .customKeyStoreInvalidState(message)
        case "CustomKeyStoreNameInUseException": .customKeyStoreNameInUse(message)
        case "CustomKeyStoreNotFoundException": .customKeyStoreNotFound(message)
        case "DependencyTimeoutException": .dependencyTimeout(message)
        case "DisabledException": .disabled(message)
        case "DryRunOperationException": .dryRunOperation(message)
        case "ExpiredImportTokenException": .expiredImportToken(message)
        case "IncorrectKeyException": .incorrectKey(message)
        case "IncorrectKeyMaterialException": .incorrectKeyMaterial(message)
        case "IncorrectTrustAnchorException": .incorrectTrustAnchor(message)
        case "InvalidAliasNameException": .invalidAliasName(message)
        case "InvalidArnException": .invalidArn(message)
        case "InvalidCiphertextException": .invalidCiphertext
        case "InvalidGrantIdException": .invalidGrantID(message)
        case "InvalidGrantTokenException": .invalidGrantToken(message)
        case "InvalidImportTokenException": .invalidImportToken(message)
        case "InvalidKeyUsageException": .invalidKeyUsage(message)
        case "InvalidMarkerException": .invalidMarker(message)
        case "KMSInternalException": .kmsInternal(message)
        case "KMSInvalidMacException": .kmsInvalidMAC
        case "KMSInvalidSignatureException": .kmsInvalidSignature
        case "KMSInvalidStateException": .kmsInvalidState(message)
        case "KeyUnavailableException": .keyUnavailable(message)
        case "LimitExceededException": .limitExceeded(message)
        case "MalformedPolicyDocumentException": .malformedPolicyDocument(message)
        case "NotFoundException": .notFound(message)
        case "TagException": .tag(message)
        case "UnsupportedOperationException": .unsupportedOperation(message)
        case "XksKeyAlreadyInUseException": .xksKeyAlreadyInUse(message)
        case "XksKeyInvalidConfigurationException": .xksKeyInvalidConfiguration(message)
        case "XksKeyNotFoundException": .xksKeyNotFound(message)
        case "XksProxyIncorrectAuthenticationCredentialException":
            .xksProxyIncorrectAuthenticationCredential(message)
        case "XksProxyInvalidConfigurationException": .xksProxyInvalidConfiguration(message)
        case "XksProxyInvalidResponseException": .xksProxyInvalidResponse(message)
        case "XksProxyUriEndpointInUseException": .xksProxyURIEndpointInUse(message)
        case "XksProxyUriInUseException": .xksProxyURIInUse(message)
        case "XksProxyUriUnreachableException": .xksProxyURIUnreachable(message)
        case "XksProxyVpcEndpointServiceInUseException": .xksProxyVPCEndpointServiceInUse(message)
        case "XksProxyVpcEndpointServiceInvalidConfigurationException":
            .xksProxyVPCEndpointServiceInvalidConfiguration(message)
        case "XksProxyVpcEndpointServiceNotFoundException":
            .xksProxyVPCEndpointServiceNotFound(message)
        case "AccessDeniedException": .accessDenied(message)
        case "NotAuthorizedException": .notAuthorized(message)
        case "ValidationException": .validation(message)
        default: nil
        }
    }
}
