internal import Dispatch
internal import KMSDomain
internal import KMSService
internal import KMSWire
internal import Logging
internal import NIOCore

/// Between connections and the endpoint: has requests answered, where that may take its time.
struct HTTPFront: Sendable {
    static let maximumBodyByteCount = AWSJSON.maximumByteCount

    let isOverTLS: Bool
    let date = HTTPDate()
    private let endpoint: KeyServiceEndpoint
    private let turns: [ObjectIdentifier: NIOLoopBoundBox<AnswerTurn>]
    private let metrics: RequestMetrics
    private let keys: RequestKeys
    private let logger: Logger
    /// Calls that wait for a medium wait here, and not where requests are read.
    private let writes = DispatchQueue(label: "cofferd.writes", attributes: .concurrent)
    /// And those that wait for a custom key store here.
    let lanes = WaitingLanes()

    init(
        endpoint: KeyServiceEndpoint, eventLoops: some EventLoopGroup, metrics: RequestMetrics,
        keys: RequestKeys, isOverTLS: Bool, logger: Logger
    ) {
        self.endpoint = endpoint
        turns = Dictionary(
            uniqueKeysWithValues: eventLoops.makeIterator().map { loop in
                (
                    ObjectIdentifier(loop),
                    .makeBoxSendingValue(
                        AnswerTurn(endpoint: endpoint, eventLoop: loop), eventLoop: loop)
                )
            })
        self.metrics = metrics
        self.keys = keys
        self.isOverTLS = isOverTLS
        self.logger = logger
    }

    /// The answer, if it waits for nothing but the end of the turn. Otherwise `completion` gets it, on
    /// some other thread.
    func answer(
        _ request: ServedRequest, in turn: CallTurn,
        elsewhere completion: @escaping @Sendable (ServedAnswer) -> Void
    ) -> ServedAnswer? {
        if endpoint.isQuick(request) { return answerHere(request, in: turn, elsewhere: completion) }
        writes.async {
            if let answer = answerHere(request, in: nil, elsewhere: completion) {
                completion(answer)
            }
        }
        return nil
    }

    /// On this thread, unless it waits for a custom key store.
    private func answerHere(
        _ request: ServedRequest, in turn: CallTurn?,
        elsewhere completion: @escaping @Sendable (ServedAnswer) -> Void
    ) -> ServedAnswer? {
        switch endpoint.answer(request, in: turn) {
        case .answer(let answer): return answer
        case .hasToWait(let store, let operation):
            wait(request, for: store, operation, completion)
            return nil
        }
    }

    /// The turns of the connections of this loop, on which it is called.
    func turn(of eventLoop: any EventLoop) -> AnswerTurn {
        guard let turn = turns[ObjectIdentifier(eventLoop)] else {
            preconditionFailure("server: a connection on an event loop of others")
        }
        return turn.value
    }

    /// In the metrics, and as one line of the log where that takes information: anybody can make as
    /// many requests as they like.
    func record(_ answer: ServedAnswer, id: RandomID, source: String, duration: Duration) {
        let key = keys.take(id)
        metrics.record(answer, key: key, duration: duration)
        guard logger.logLevel <= .info else { return }
        var metadata: Logger.Metadata = [
            "operation": "\(answer.operation)", "outcome": "\(answer.outcome)",
            "status": "\(answer.status)", "microseconds": "\(duration.nanoseconds / 1000)",
            "source": "\(source)", "requestId": "\(id.text)",
        ]
        if let principal = answer.principalARN { metadata["principal"] = "\(principal)" }
        if let key { metadata["key"] = "\(key)" }
        logger.info("request", metadata: metadata)
    }

    private func wait(
        _ request: ServedRequest, for store: String, _ operation: String,
        _ completion: @escaping @Sendable (ServedAnswer) -> Void
    ) {
        Task {
            let answer = await lanes.run(store) { endpoint.answerWaiting(request) }
            completion(answer ?? KeyServiceEndpoint.throttled(operation))
        }
    }

    /// Made anew each time: a body is wiped once it is sent.
    static var tooLong: ServedAnswer {
        ServedAnswer(
            ErrorAnswer(exceptionName: "RequestEntityTooLargeException", message: nil),
            status: 413, operation: "Unknown")
    }
}
