/// Why a proxy of external keys did not do what it was asked.
package enum ProxyFailure: Error, Equatable, Sendable {
    /// What a proxy says of itself. Raw values are its protocol's `errorName`.
    package enum Refusal: String, CaseIterable, Sendable {
        case validation = "ValidationException"
        case invalidState = "InvalidStateException"
        case invalidCiphertext = "InvalidCiphertextException"
        case invalidKeyUsage = "InvalidKeyUsageException"
        case authenticationFailed = "AuthenticationFailedException"
        case accessDenied = "AccessDeniedException"
        case keyNotFound = "KeyNotFoundException"
        case invalidURIPath = "InvalidUriPathException"
        case throttling = "ThrottlingException"
        case unsupportedOperation = "UnsupportedOperationException"
        case dependencyTimeout = "DependencyTimeoutException"
        case internalFailure = "InternalException"
    }

    case refused(Refusal)
    /// No connection, or none of its key managers works.
    case unreachable
    case tls
    case timedOut
    /// An answer that the protocol does not have: a redirection, a page, a part of a wrong length.
    case malformedAnswer
    /// What came back from a decryption is not what had been encrypted.
    case wrongPlaintext
}

extension ConnectionFailure {
    /// Why a store behind a proxy could not be connected.
    package init(_ failure: ProxyFailure) {
        switch failure {
        case .refused(.authenticationFailed): self = .invalidCredentials
        case .refused(.accessDenied): self = .proxyAccessDenied
        case .refused(.invalidURIPath): self = .proxyInvalidConfiguration
        case .refused(.dependencyTimeout), .timedOut: self = .proxyTimedOut
        case .refused(.throttling), .refused(.invalidState), .refused(.internalFailure),
            .unreachable:
            self = .proxyNotReachable
        case .tls: self = .proxyInvalidTLSConfiguration
        case .refused(.validation), .refused(.invalidCiphertext), .refused(.invalidKeyUsage),
            .refused(.keyNotFound), .refused(.unsupportedOperation), .malformedAnswer,
            .wrongPlaintext:
            self = .proxyInvalidResponse
        }
    }
}
