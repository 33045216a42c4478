package import KMSModel

extension ErrorAnswer {
    /// The exception, if KMSModel has it. Those of the front door (throttling, signatures, expired
    /// tokens) it has not: they have a name only.
    package var kmsError: KMSError? {
        let message = message ?? ""
        return switch exceptionName {
        case "AlreadyExistsException": .alreadyExists(message)
        case "ConflictException": .conflict(message)
        case "DependencyTimeoutException": .dependencyTimeout(message)
        case "DisabledException": .disabled(message)
        case "DryRunOperationException": .dryRunOperation(message)
        case "IncorrectKeyException": .incorrectKey(message)
        case "InvalidAliasNameException": .invalidAliasName(message)
        case "InvalidArnException": .invalidArn(message)
        case "InvalidCiphertextException": .invalidCiphertext
        case "InvalidKeyUsageException": .invalidKeyUsage(message)
        case "InvalidMarkerException": .invalidMarker(message)
        case "KeyUnavailableException": .keyUnavailable(message)
        case "KMSInternalException": .kmsInternal(message)
        case "KMSInvalidStateException": .kmsInvalidState(message)
        case "LimitExceededException": .limitExceeded(message)
        case "NotFoundException": .notFound(message)
        case "UnsupportedOperationException": .unsupportedOperation(message)
        case "AccessDeniedException": .accessDenied(message)
        case "NotAuthorizedException": .notAuthorized(message)
        case "ValidationException": .validation(message)
        default: nil
        }
    }
}
