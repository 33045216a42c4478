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

    init(endpoint: KeyServiceEndpoint, metrics: RequestMetrics, isOverTLS: Bool) {
        self.endpoint = endpoint
        self.metrics = metrics
        self.isOverTLS = isOverTLS
    }

    /// Whether ``answer(_:)`` may be called where requests are read.
    func isQuick(_ request: ServedRequest) -> Bool {
        endpoint.isQuick(target: request.header("x-amz-target"))
    }

    func answer(_ request: ServedRequest) -> ServedAnswer { endpoint.answer(request) }

    /// Calls `completion` with the answer, on a thread of its own.
    func answerElsewhere(
        _ request: ServedRequest, completion: @escaping @Sendable (ServedAnswer) -> Void
    ) {
        writes.async { completion(endpoint.answer(request)) }
    }

    /// Made anew each time: a body is wiped once it is sent.
    static var tooLong: ServedAnswer {
        ServedAnswer(
            ErrorAnswer(exceptionName: "RequestEntityTooLargeException", message: nil),
            status: 413, operation: "Unknown")
    }
}
