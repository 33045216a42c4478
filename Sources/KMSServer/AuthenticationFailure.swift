internal import KMSModel
internal import KMSWire

/// Why a request is nobody's, in AWS's words.
enum AuthenticationFailure: Error, Equatable, Sendable {
    case missingToken
    case incompleteSignature(String)
    /// Signed, and not so that it counts here and now.
    case invalidSignature(String)
    case unknownAccessKey
    case expiredToken
    /// The credential could not be looked up.
    case unavailable

    static let mismatch = AuthenticationFailure.invalidSignature(
        "The request signature we calculated does not match the signature you provided. Check "
            + "your AWS Secret Access Key and signing method. Consult the service documentation "
            + "for details.")

    /// Of AWS JSON.
    var answer: ErrorAnswer {
        switch self {
        case .missingToken:
            ErrorAnswer(
                exceptionName: "MissingAuthenticationTokenException",
                message: "Missing Authentication Token")
        case .incompleteSignature(let message):
            ErrorAnswer(exceptionName: "IncompleteSignatureException", message: message)
        case .invalidSignature(let message):
            ErrorAnswer(exceptionName: "InvalidSignatureException", message: message)
        case .unknownAccessKey:
            ErrorAnswer(
                exceptionName: "UnrecognizedClientException",
                message: "The security token included in the request is invalid.")
        case .expiredToken:
            ErrorAnswer(
                exceptionName: "ExpiredTokenException",
                message: "The security token included in the request is expired")
        case .unavailable: ErrorAnswer(.kmsInternal("The request could not be completed."))
        }
    }

    var status: Int { self == .unavailable ? 500 : 400 }

    /// Of AWS Query, which has other names for the same, and another status.
    var securityTokenFailure: SecurityTokenFailure {
        switch self {
        case .missingToken:
            SecurityTokenFailure(
                code: "MissingAuthenticationToken",
                message: "Request is missing Authentication Token", status: 403)
        case .incompleteSignature(let message):
            SecurityTokenFailure(code: "IncompleteSignature", message: message, status: 403)
        case .invalidSignature(let message):
            SecurityTokenFailure(code: "SignatureDoesNotMatch", message: message, status: 403)
        case .unknownAccessKey:
            SecurityTokenFailure(
                code: "InvalidClientTokenId",
                message: "The security token included in the request is invalid.", status: 403)
        case .expiredToken:
            SecurityTokenFailure(
                code: "ExpiredToken",
                message: "The security token included in the request is expired", status: 403)
        case .unavailable: SecurityTokenFailure(.internalFailure)
        }
    }
}
