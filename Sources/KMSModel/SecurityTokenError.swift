/// What STS answers when it does not do what was asked; the payload is the message.
package enum SecurityTokenError: Error, Equatable, Sendable {
    case accessDenied(String)
    case malformedPolicyDocument(String)
    case validation(String)
    case missingParameter(String)
    case invalidAction(String)
    case internalFailure

    /// The `Code` on the wire.
    package var code: String {
        switch self {
        case .accessDenied: "AccessDenied"
        case .malformedPolicyDocument: "MalformedPolicyDocument"
        case .validation: "ValidationError"
        case .missingParameter: "MissingParameter"
        case .invalidAction: "InvalidAction"
        case .internalFailure: "InternalFailure"
        }
    }

    package var message: String {
        switch self {
        case .accessDenied(let message), .malformedPolicyDocument(let message),
            .validation(let message), .missingParameter(let message),
            .invalidAction(let message):
            message
        case .internalFailure: "The request could not be completed."
        }
    }

    package var status: Int {
        switch self {
        case .accessDenied: 403
        case .internalFailure: 500
        case .malformedPolicyDocument, .validation, .missingParameter, .invalidAction: 400
        }
    }
}
