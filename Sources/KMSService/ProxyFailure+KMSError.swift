internal import KMSDomain
internal import KMSModel

/// A proxy's failure in AWS's words: the messages are those of the External Key Store Proxy API
/// specification, which exception has them depends on the operation.
extension ProxyFailure {
    /// For CreateCustomKeyStore and UpdateCustomKeyStore.
    var ofStore: KMSError {
        switch self {
        case .refused(.authenticationFailed):
            .xksProxyIncorrectAuthenticationCredential(message)
        case .refused(.invalidURIPath), .refused(.accessDenied):
            .xksProxyInvalidConfiguration(message)
        case .refused(.dependencyTimeout), .refused(.throttling), .refused(.invalidState),
            .unreachable, .tls, .timedOut:
            .xksProxyURIUnreachable(message)
        case .refused(.validation), .refused(.invalidCiphertext), .refused(.invalidKeyUsage),
            .refused(.keyNotFound), .refused(.unsupportedOperation), .refused(.internalFailure),
            .malformedAnswer, .wrongPlaintext:
            .xksProxyInvalidResponse(message)
        }
    }

    /// For CreateKey.
    var ofNewKey: KMSError {
        switch self {
        case .refused(.invalidState), .refused(.invalidKeyUsage), .refused(.unsupportedOperation):
            .xksKeyInvalidConfiguration(message)
        case .refused(.keyNotFound): .xksKeyNotFound(message)
        case .refused(.accessDenied): .kmsInvalidState(message)
        case .refused(.validation), .refused(.invalidCiphertext), .refused(.authenticationFailed),
            .refused(.invalidURIPath), .refused(.dependencyTimeout), .refused(.throttling),
            .refused(.internalFailure), .unreachable, .tls, .timedOut, .malformedAnswer,
            .wrongPlaintext:
            .customKeyStoreInvalidState(message)
        }
    }

    /// For operations that use a key.
    var ofUse: KMSError { .kmsInvalidState(message) }

    private var message: String {
        switch self {
        case .refused(.invalidState):
            "The external key associated with this KMS key in an external key store is not enabled "
                + "in the external key manager. Enable the external key in the external key "
                + "manager and retry the request."
        case .refused(.invalidCiphertext):
            "The external key store proxy rejected the request because the specified ciphertext or "
                + "encryption context is corrupted, missing, or otherwise invalid."
        case .wrongPlaintext:
            "The ciphertext that the external key store proxy submitted for decryption, or the "
                + "encryption context, is corrupted, missing, or otherwise invalid."
        case .refused(.invalidKeyUsage):
            "The external key associated with this KMS key in an external key store does not "
                + "support the requested operation. Enable the operation on the key in your "
                + "external key manager, and try the request again."
        case .refused(.authenticationFailed):
            "The external key store proxy rejected the request because it could not authenticate "
                + "AWS KMS. Verify the XKS proxy authentication credentials for your external key "
                + "store and update if necessary."
        case .refused(.accessDenied):
            "The external key store proxy denied access to the operation. Verify that the user and "
                + "the external key are both authorized for this operation, and try the request "
                + "again."
        case .refused(.keyNotFound):
            "The external key associated with this KMS key in an external key store was not found "
                + "in its external key manager. If the external key ID associated with this KMS "
                + "key is incorrect, create a new KMS key with the correct external key ID."
        case .refused(.invalidURIPath):
            "The external key store proxy rejected the request because of an invalid URI path. "
                + "Verify the URI path for your external key store and update if necessary."
        case .refused(.unsupportedOperation):
            "The external key store proxy rejected the request because it does not support the "
                + "requested operation. If you see this error repeatedly, report it to your "
                + "external key store proxy administrator."
        case .refused(.dependencyTimeout):
            "The external key store proxy did not respond to the request in the time allotted. "
                + "Retry the request. If you see this error repeatedly, report it to your external "
                + "key store proxy administrator."
        case .refused(.throttling):
            "The external key store proxy rejected the request due to a very high request rate. "
                + "Reduce the frequency of your calls using KMS keys in this external key store."
        case .refused(.internalFailure):
            "The external key store proxy rejected the request because it cannot communicate with "
                + "the external key manager. Verify that the external key store proxy "
                + "configuration is correct and that the external key manager is available."
        case .unreachable:
            "AWS KMS cannot communicate with the external key store proxy. This might be a "
                + "transient network issue. If you see this error repeatedly, verify that your "
                + "external key store proxy is active and is connected to the network, and that "
                + "its endpoint URI is correct in your external keystore."
        case .tls:
            "AWS KMS cannot establish a TLS connection to the external key store proxy. Verify the "
                + "TLS configuration, including its certificate."
        case .timedOut:
            "AWS KMS rejected the request because the external key store proxy did not respond in "
                + "time. Retry the request. If you see this error repeatedly, report it to your "
                + "external key store proxy administrator."
        case .refused(.validation), .malformedAnswer:
            "AWS KMS cannot interpret the response from the external key store proxy. If you see "
                + "this error repeatedly, report it to your external key store proxy administrator."
        }
    }
}
