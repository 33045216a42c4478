internal import KMSDomain
internal import KMSModel
internal import KMSService
internal import KMSWire
internal import NIOCore

/// STS: AWS Query in, XML out.
struct SecurityTokenEndpoint: Sendable {
    let service: SecurityTokenService
    let authentication: RequestAuthentication
    let clock: any WallClock
    /// The key service's: an account has one for both.
    let rateLimit: RateLimit?

    func answer(_ request: ServedRequest) -> ServedAnswer {
        do throws(SecurityTokenFailure) {
            return try perform(request)
        } catch {
            return ServedAnswer(
                status: error.status, contentType: SecurityTokenXML.contentType,
                body: ByteBuffer(
                    bytes: SecurityTokenXML.encode(
                        code: error.code, message: error.message, status: error.status,
                        requestID: request.id.text)),
                operation: "STS", outcome: error.code)
        }
    }

    private func perform(
        _ request: ServedRequest
    ) throws(SecurityTokenFailure) -> ServedAnswer {
        let caller: Caller
        do throws(AuthenticationFailure) {
            caller = try authentication.caller(
                of: request, service: SecurityTokenOperation.serviceName, now: clock.now())
        } catch { throw error.securityTokenFailure }
        if let rateLimit, !rateLimit.admits(caller.accountID, now: clock.now()) {
            throw SecurityTokenFailure(code: "Throttling", message: "Rate exceeded", status: 400)
        }
        let parameters: QueryRequest
        do throws(QueryRequest.Failure) {
            parameters = try QueryRequest(
                body: request.method == "GET"
                    ? Array(request.query.utf8) : Array(request.body.readableBytesView))
        } catch { throw SecurityTokenFailure(error) }
        do throws(SecurityTokenError) {
            switch try operation(parameters, caller) {
            case .getCallerIdentity:
                let response = try service.getCallerIdentity(caller: caller)
                return ServedAnswer(
                    contentType: SecurityTokenXML.contentType,
                    body: ByteBuffer(
                        bytes: SecurityTokenXML.encode(response, requestID: request.id.text)),
                    operation: "GetCallerIdentity")
            case .assumeRole(let assumption):
                let response = try service.assumeRole(assumption, caller: caller)
                return ServedAnswer(
                    contentType: SecurityTokenXML.contentType,
                    body: ServedAnswer.buffer(
                        SecurityTokenXML.encode(response, requestID: request.id.text)),
                    operation: "AssumeRole")
            }
        } catch { throw SecurityTokenFailure(error) }
    }

    /// What is asked. A request for an operation that there is, and that breaks its rules, is on record.
    private func operation(
        _ parameters: QueryRequest, _ caller: Caller
    ) throws(SecurityTokenError) -> SecurityTokenOperation {
        do throws(SecurityTokenError) {
            return try SecurityTokenOperation(parameters)
        } catch {
            if case .validation = error, let name = parameters["Action"] {
                try service.recordUnreadable(name, error, caller: caller)
            }
            throw error
        }
    }
}
