internal import KMSWire

/// Why a service of AWS did not do what was asked.
enum AWSCallError: Error, Equatable, Sendable {
    case credentials(AWSCredentialError)
    case unreachable(TransportError)
    /// Too many requests, or an error of its own, to the last attempt.
    case busy(AWSRefusal)
    case refused(AWSRefusal)
    /// A redirect, or an answer that is none of its documented answers.
    case badAnswer
    case signing(SigV4Error)
}

extension AWSCallError {
    var isTransient: Bool {
        switch self {
        // The deadline is the caller's: after it there is no time for another attempt.
        case .unreachable(let error): error.isTransient && error != .timedOut
        case .busy: true
        case .credentials, .refused, .badAnswer, .signing: false
        }
    }
}

/// The error that a service of AWS names.
struct AWSRefusal: Equatable, Sendable {
    let status: Int
    /// Without its namespace; empty where the answer has none.
    let name: String
    let message: String?

    /// Whether the same request may fare better a moment later.
    var isTransient: Bool {
        status >= 500 || status == 429 || Self.transientNames.contains(name)
    }

    /// Whether new credentials may fare better.
    var isAboutCredentials: Bool { Self.credentialNames.contains(name) }

    /// Whether the reason may be that the clocks differ.
    var isAboutTime: Bool { Self.timeNames.contains(name) }

    private static let transientNames: Set<String> = [
        "BandwidthLimitExceeded", "DependencyTimeoutException", "EC2ThrottledException",
        "InternalError", "InternalFailure", "KMSInternalException", "KeyUnavailableException",
        "LimitExceeded", "PriorRequestNotComplete", "ProvisionedThroughputExceededException",
        "RequestLimitExceeded", "RequestThrottled", "RequestThrottledException", "RequestTimeout",
        "RequestTimeoutException", "ServiceUnavailable", "ServiceUnavailableException", "SlowDown",
        "ThrottledException", "Throttling", "ThrottlingException", "TooManyRequestsException",
        "TransactionInProgressException",
    ]

    private static let credentialNames: Set<String> = [
        "ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId",
        "UnrecognizedClientException",
    ]

    private static let timeNames: Set<String> = [
        "AuthFailure", "InvalidSignatureException", "RequestExpired",
        "RequestInTheFuture", "RequestTimeTooSkewed", "SignatureDoesNotMatch",
    ]
}
