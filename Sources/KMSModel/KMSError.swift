/// What the key service answers when it does not do what was asked: AWS's exceptions, by name.
///
/// The payload is the message that a client sees. The first group is modelled by AWS, the second is
/// sent but not modelled.
package enum KMSError: Error, Equatable, Sendable {
    case alreadyExists(String)
    case conflict(String)
    case dependencyTimeout(String)
    case disabled(String)
    case dryRunOperation(String)
    case incorrectKey(String)
    case invalidAliasName(String)
    case invalidArn(String)
    /// No message: a foreign, cut, altered blob and a wrong context look alike.
    case invalidCiphertext
    case invalidKeyUsage(String)
    case invalidMarker(String)
    case keyUnavailable(String)
    case kmsInternal(String)
    case kmsInvalidState(String)
    case limitExceeded(String)
    case notFound(String)
    case unsupportedOperation(String)

    case accessDenied(String)
    case notAuthorized(String)
    case validation(String)

    /// The `__type` on the wire, and the `errorCode` of an audit record.
    package var exceptionName: String {
        switch self {
        case .alreadyExists: "AlreadyExistsException"
        case .conflict: "ConflictException"
        case .dependencyTimeout: "DependencyTimeoutException"
        case .disabled: "DisabledException"
        case .dryRunOperation: "DryRunOperationException"
        case .incorrectKey: "IncorrectKeyException"
        case .invalidAliasName: "InvalidAliasNameException"
        case .invalidArn: "InvalidArnException"
        case .invalidCiphertext: "InvalidCiphertextException"
        case .invalidKeyUsage: "InvalidKeyUsageException"
        case .invalidMarker: "InvalidMarkerException"
        case .keyUnavailable: "KeyUnavailableException"
        case .kmsInternal: "KMSInternalException"
        case .kmsInvalidState: "KMSInvalidStateException"
        case .limitExceeded: "LimitExceededException"
        case .notFound: "NotFoundException"
        case .unsupportedOperation: "UnsupportedOperationException"
        case .accessDenied: "AccessDeniedException"
        case .notAuthorized: "NotAuthorizedException"
        case .validation: "ValidationException"
        }
    }

    package var message: String? {
        switch self {
        case .invalidCiphertext: nil
        case .alreadyExists(let message), .conflict(let message), .dependencyTimeout(let message),
            .disabled(let message), .dryRunOperation(let message), .incorrectKey(let message),
            .invalidAliasName(let message), .invalidArn(let message),
            .invalidKeyUsage(let message), .invalidMarker(let message),
            .keyUnavailable(let message), .kmsInternal(let message),
            .kmsInvalidState(let message), .limitExceeded(let message), .notFound(let message),
            .unsupportedOperation(let message), .accessDenied(let message),
            .notAuthorized(let message), .validation(let message):
            message
        }
    }
}
