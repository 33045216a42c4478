internal import Dispatch
internal import HTTPTypes
internal import HummingbirdCore
internal import KMSDomain
internal import KMSService
internal import KMSWire
internal import Logging
internal import NIOCore

/// Between HTTP and the endpoint: collects a request, has it answered where that may take its time,
/// writes the answer.
struct HTTPFront: Sendable {
    static let maximumBodyByteCount = AWSJSON.maximumByteCount

    private static let requestIDName = HTTPField.Name("x-amzn-RequestId")
    private static let targetName = HTTPField.Name("x-amz-target")

    let endpoint: KeyServiceEndpoint
    let metrics: RequestMetrics
    let keys: RequestKeys
    let isOverTLS: Bool
    private let logger: Logger
    let date = HTTPDate()
    /// Calls that wait for a medium wait here, and not where requests are read.
    private let writes = DispatchQueue(label: "cofferd.writes", attributes: .concurrent)
    /// And those that wait for a custom key store here.
    let lanes = WaitingLanes()

    init(
        endpoint: KeyServiceEndpoint, metrics: RequestMetrics, keys: RequestKeys, isOverTLS: Bool,
        logger: Logger
    ) {
        self.endpoint = endpoint
        self.metrics = metrics
        self.keys = keys
        self.logger = logger
        self.isOverTLS = isOverTLS
    }

    func respond(
        to request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel
    ) async throws {
        let start = ContinuousClock.now
        let id = KMSService.freshCallID()
        let answer: ServedAnswer
        var closes = false
        do {
            let body = try await Self.collect(request.body)
            let served = self.served(request, id: id, body: body, channel)
            let target = Self.targetName.flatMap { request.headers[$0] }
            answer = await self.answer(
                served, isQuick: endpoint.isQuick(target: target, path: request.head.path))
            body.wipe()
        } catch is TooLong {
            closes = true
            answer = ServedAnswer(
                ErrorAnswer(exceptionName: "RequestEntityTooLargeException", message: nil),
                status: 413, operation: "Unknown")
        }
        var fields = HTTPFields()
        fields[.contentType] = answer.contentType
        fields[.contentLength] = "\(answer.body.readableBytes)"
        fields[.date] = date.text
        if let name = Self.requestIDName { fields[name] = id.text }
        if closes { fields[.connection] = "close" }
        record(request, answer, id: id, duration: ContinuousClock.now - start, channel)
        try await writer.write(
            response: HTTPResponse(status: .init(code: answer.status), headerFields: fields),
            body: .init(byteBuffer: answer.body))
        if closes { try await channel.close() }
    }

    /// In the metrics, and as one line of the log where that takes information: anybody can make as
    /// many requests as they like.
    private func record(
        _ request: Request, _ answer: ServedAnswer, id: RandomID, duration: Duration,
        _ channel: any Channel
    ) {
        let key = keys.take(id)
        metrics.record(answer, key: key, duration: duration)
        guard logger.logLevel <= .info else { return }
        var metadata: Logger.Metadata = [
            "operation": "\(answer.operation)", "outcome": "\(answer.outcome)",
            "status": "\(answer.status)", "microseconds": "\(duration.nanoseconds / 1000)",
            "source": "\(channel.remoteAddress?.ipAddress ?? "")", "requestId": "\(id.text)",
        ]
        if let principal = answer.principalARN { metadata["principal"] = "\(principal)" }
        if let key { metadata["key"] = "\(key)" }
        logger.info("request", metadata: metadata)
    }

    private func answer(_ request: ServedRequest, isQuick: Bool) async -> ServedAnswer {
        let outcome =
            if isQuick {
                endpoint.answer(request)
            } else {
                await withCheckedContinuation { continuation in
                    writes.async { continuation.resume(returning: endpoint.answer(request)) }
                }
            }
        switch outcome {
        case .answer(let answer): return answer
        case .hasToWait(let store, let operation):
            let answer = await lanes.run(store) { endpoint.answerWaiting(request) }
            return answer ?? KeyServiceEndpoint.throttled(operation)
        }
    }

    private struct TooLong: Error {}

    /// In one piece; the pieces that it came in are wiped.
    private static func collect(_ body: RequestBody) async throws -> ByteBuffer {
        var collected = ByteBuffer()
        for try await piece in body {
            guard collected.readableBytes + piece.readableBytes <= maximumBodyByteCount else {
                throw TooLong()
            }
            if collected.readableBytes == 0 {
                collected = piece
            } else {
                collected.writeImmutableBuffer(piece)
                piece.wipe()
            }
        }
        return collected
    }

    private func served(
        _ request: Request, id: RandomID, body: ByteBuffer, _ channel: any Channel
    ) -> ServedRequest {
        let head = request.head
        let target = head.path ?? "/"
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        // The codec takes `Host` out of the fields.
        var headers = [HeaderField("host", head.authority ?? "")]
        headers.reserveCapacity(head.headerFields.count + 1)
        for field in head.headerFields {
            headers.append(HeaderField(field.name.canonicalName, field.value))
        }
        return ServedRequest(
            id: id, method: head.method.rawValue, path: String(parts[0]),
            query: parts.count > 1 ? String(parts[1]) : "", headers: headers, body: body,
            source: channel.remoteAddress?.ipAddress ?? "", isOverTLS: isOverTLS)
    }
}
