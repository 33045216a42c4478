internal import KMSModel
internal import KMSWire
internal import NIOCore

/// What STS answers when it does not do what was asked, for whatever reason.
struct SecurityTokenFailure: Error, Equatable, Sendable {
    let code: String
    let message: String
    let status: Int

    init(code: String, message: String, status: Int) {
        self.code = code
        self.message = message
        self.status = status
    }

    init(_ error: SecurityTokenError) {
        self.init(code: error.code, message: error.message, status: error.status)
    }

    init(_ failure: QueryRequest.Failure) {
        switch failure {
        case .tooLarge:
            self.init(
                code: "RequestEntityTooLarge", message: "The request is too large.", status: 413)
        case .malformed:
            self.init(
                code: "MalformedQueryString", message: "The query string is malformed.",
                status: 400)
        case .duplicateParameter(let name):
            self.init(
                code: "MalformedQueryString", message: "Duplicate parameter \(name).", status: 400)
        }
    }
}
