package import KMSDomain
internal import KMSModel
package import KMSService
internal import KMSWire
package import Logging
internal import NIOCore
internal import SecretMemory

/// What a request comes to: the key service, STS, or the state of the server.
package struct KeyServiceEndpoint: Sendable {
    static let serviceName = "kms"
    private static let jsonType = AWSJSON.contentType

    private let service: KMSService
    private let authentication: RequestAuthentication
    private let securityTokens: SecurityTokenEndpoint
    private let rateLimit: RateLimit?
    private let clock: any WallClock
    private let findObstacle: @Sendable () -> String?
    private let metrics: PrometheusRegistry
    private let logger: Logger

    /// - Parameters:
    ///   - requestsPerSecond: of each account; nothing for no limit.
    ///   - findObstacle: what keeps keys from being used at this moment, if anything; strangers are told.
    package init(
        service: KMSService, credentials: CredentialDirectory,
        securityTokens: SecurityTokenService, clock: any WallClock, requestsPerSecond: Int?,
        findObstacle: @escaping @Sendable () -> String?, metrics: PrometheusRegistry, logger: Logger
    ) {
        self.service = service
        self.clock = clock
        self.findObstacle = findObstacle
        self.metrics = metrics
        self.logger = logger
        rateLimit = requestsPerSecond.map { RateLimit(requestsPerSecond: $0) }
        authentication = RequestAuthentication(credentials: credentials)
        self.securityTokens = SecurityTokenEndpoint(
            service: securityTokens, authentication: authentication, clock: clock,
            rateLimit: rateLimit)
    }

    /// Whether the answer takes no longer than the arithmetic does: nothing waits for a medium or a
    /// token, no pair of keys is made.
    func isQuick(_ request: ServedRequest) -> Bool {
        guard
            let operation = request.header("x-amz-target").flatMap(KMSOperation.init(target:))
        else {
            return switch request.path {
            // Asks store, root and audit log, each of which may be what cannot be had.
            case "/readyz": false
            // Thousands of lines to sort, for whoever asks.
            case "/metrics": false
            // STS asks the root, which may be in a token.
            case "/": service.hasMaterialInMemory
            default: true
            }
        }
        switch operation {
        case .generateDataKeyPair, .generateDataKeyPairWithoutPlaintext, .getParametersForImport:
            return false
        default: return operation.isReadOnly && service.hasMaterialInMemory
        }
    }

    enum Outcome: Sendable {
        case answer(ServedAnswer)
        /// Nothing has happened yet: it is to be asked again where waiting for the store is allowed.
        case hasToWait(store: String, operation: String)
    }

    /// Waits for no custom key store, nor, in a turn, for the audit log.
    func answer(_ request: ServedRequest, in turn: CallTurn?) -> Outcome {
        guard case ("POST", "/") = (request.method, request.path),
            request.contentType == Self.jsonType
        else { return .answer(otherAnswer(request)) }
        return CallTurn.$current.withValue(turn) {
            Waiting.$isAllowed.withValue(false) { operation(request, isAdmitted: false) }
        }
    }

    /// Writes the records of the turn, before its answers go out.
    func end(_ turn: CallTurn) throws(KMSServiceError) { try service.end(turn) }

    /// In place of an answer whose record could not be written.
    func failure(
        _ error: KMSServiceError, of answer: ServedAnswer, id: RandomID
    ) -> ServedAnswer {
        var failure = failure(error, of: answer.operation, id: id)
        failure.principalARN = answer.principalARN
        return failure
    }

    /// The answer to what had to wait.
    func answerWaiting(_ request: ServedRequest) -> ServedAnswer {
        switch operation(request, isAdmitted: true) {
        case .answer(let answer): return answer
        case .hasToWait: preconditionFailure("server: waiting is allowed here")
        }
    }

    private func otherAnswer(_ request: ServedRequest) -> ServedAnswer {
        switch (request.method, request.path) {
        case ("POST", "/") where request.contentType == QueryRequest.contentType:
            securityTokens.answer(request)
        case ("GET", "/") where request.query.contains("Action="):
            securityTokens.answer(request)
        case ("GET", "/healthz"): ServedAnswer(text: "ok\n", operation: "healthz")
        case ("GET", "/readyz"):
            switch findObstacle() {
            case .none: ServedAnswer(text: "ready\n", operation: "readyz")
            case .some(let obstacle):
                ServedAnswer(text: "not ready: \(obstacle)\n", status: 503, operation: "readyz")
            }
        case ("GET", "/metrics"): Self.metricsAnswer(request, metrics)
        default: Self.unknownOperation
        }
    }

    /// Which keys are in use is nobody's business but this machine's: no signature is asked for.
    static func metricsAnswer(
        _ request: ServedRequest, _ metrics: PrometheusRegistry
    ) -> ServedAnswer {
        let excluded = request.isFromThisMachine ? [] : RequestMetrics.keyFamilies
        return ServedAnswer(
            contentType: PrometheusRegistry.contentType,
            body: ByteBuffer(string: metrics.text(without: excluded)), operation: "metrics")
    }

    /// Made anew each time: a body is wiped once it is sent.
    private static var unknownOperation: ServedAnswer {
        ServedAnswer(
            ErrorAnswer(exceptionName: "UnknownOperationException", message: nil), status: 404,
            operation: "Unknown")
    }

    /// - Parameter isAdmitted: that the account has not asked too often is known already.
    private func operation(_ request: ServedRequest, isAdmitted: Bool) -> Outcome {
        guard let operation = request.header("x-amz-target").flatMap(KMSOperation.init(target:))
        else { return .answer(Self.unknownOperation) }
        let name = operation.rawValue
        let caller: Caller
        do throws(AuthenticationFailure) {
            caller = try authentication.caller(
                of: request, service: Self.serviceName, now: clock.now())
        } catch {
            return .answer(
                ServedAnswer(error.answer, status: error.status, operation: name))
        }
        var outcome = self.outcome(of: operation, request, caller, isAdmitted: isAdmitted)
        if case .answer(var answer) = outcome {
            answer.principalARN = caller.arn
            outcome = .answer(answer)
        }
        return outcome
    }

    private func outcome(
        of operation: KMSOperation, _ request: ServedRequest, _ caller: Caller, isAdmitted: Bool
    ) -> Outcome {
        let name = operation.rawValue
        if let rateLimit, !isAdmitted, !rateLimit.admits(caller.accountID, now: clock.now()) {
            return .answer(Self.throttled(name))
        }
        let dispatch = OperationDispatch(service: service, caller: caller, body: request.body)
        do throws(OperationDispatch.Failure) {
            return .answer(ServedAnswer(json: try dispatch.perform(operation), operation: name))
        } catch {
            if case .service(.hasToWait(let store)) = error {
                return .hasToWait(store: store, operation: name)
            }
            return .answer(refusal(error, of: operation, by: caller))
        }
    }

    static func throttled(_ operation: String) -> ServedAnswer {
        ServedAnswer(
            ErrorAnswer(
                exceptionName: "ThrottlingException",
                message: "You have exceeded the rate at which you may call KMS. Reduce the "
                    + "frequency of your calls."), status: 400, operation: operation)
    }

    private func refusal(
        _ failure: OperationDispatch.Failure, of operation: KMSOperation, by caller: Caller
    ) -> ServedAnswer {
        do throws(KMSServiceError) {
            switch failure {
            case .service(let error): throw error
            case .unreadable(let error):
                let answer = ErrorAnswer(error)
                try service.recordUnreadable(
                    operation, code: answer.exceptionName, message: answer.message, caller: caller)
                return ServedAnswer(answer, status: error.status, operation: operation.rawValue)
            }
        } catch {
            return self.failure(error, of: operation.rawValue, id: caller.requestID)
        }
    }

    private func failure(
        _ error: KMSServiceError, of operation: String, id: RandomID?
    ) -> ServedAnswer {
        if case .refused = error {
        } else {
            // Of the keystore, never of a request.
            logger.error(
                "operation failed",
                metadata: [
                    "operation": "\(operation)", "cause": "\(error)",
                    "requestId": "\(id?.text ?? "")",
                ])
        }
        let told = error.clientError
        return ServedAnswer(ErrorAnswer(told), status: told.status, operation: operation)
    }
}

extension KMSError {
    /// The service model's: 400 but where the trouble is ours.
    fileprivate var status: Int {
        switch self {
        case .kmsInternal, .keyUnavailable: 500
        case .dependencyTimeout: 503
        default: 400
        }
    }
}

extension WireError {
    fileprivate var status: Int {
        if case .tooLarge = self { 413 } else { 400 }
    }
}
