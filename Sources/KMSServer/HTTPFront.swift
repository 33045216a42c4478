internal import Dispatch
internal import KMSWire

/// Between connections and the endpoint: has requests answered, where that may take its time.
struct HTTPFront: Sendable {
    static let maximumBodyByteCount = AWSJSON.maximumByteCount

    let endpoint: KeyServiceEndpoint
    let metrics: RequestMetrics
    let isOverTLS: Bool
    let date = HTTPDate()
    /// Calls that wait for a medium wait here, and not where requests are read.
    private let writes = DispatchQueue(label: "cofferd.writes", attributes: .concurrent)
    /// And those that wait for a custom key store here.
    let lanes = WaitingLanes()

    init(endpoint: KeyServiceEndpoint, metrics: RequestMetrics, isOverTLS: Bool) {
        self.endpoint = endpoint
        self.metrics = metrics
        self.isOverTLS = isOverTLS
    }

    /// The answer, if it waits for nothing. Otherwise `completion` gets it, on some other thread.
    func answer(
        _ request: ServedRequest, elsewhere completion: @escaping @Sendable (ServedAnswer) -> Void
    ) -> ServedAnswer? {
        guard endpoint.isQuick(target: request.header("x-amz-target")) else {
            writes.async {
                switch endpoint.answer(request) {
                case .answer(let answer): completion(answer)
                case .hasToWait(let store, let operation):
                    wait(request, for: store, operation, completion)
                }
            }
            return nil
        }
        switch endpoint.answer(request) {
        case .answer(let answer): return answer
        case .hasToWait(let store, let operation):
            wait(request, for: store, operation, completion)
            return nil
        }
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
