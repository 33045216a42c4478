import KMSDomain
import KMSTestSupport
import NIOCore
import Testing

@testable import KMSServer

/// Series by key, of which there is an end.
@Suite struct RequestMetricsTests {
    private static func answer(_ operation: String) -> ServedAnswer {
        ServedAnswer(text: "", operation: operation)
    }

    @Test("Keys are counted one by one until there are enough series, and together from then on")
    func bounded() {
        let registry = PrometheusRegistry()
        let metrics = RequestMetrics(factory: registry, maximumKeySeriesCount: 3)
        for number in 0..<9 {
            metrics.record(
                Self.answer("Decrypt"), key: "arn:\(number)", duration: .milliseconds(250))
        }
        metrics.record(Self.answer("Decrypt"), key: "arn:0", duration: .milliseconds(250))
        metrics.record(Self.answer("ListKeys"), key: nil, duration: .milliseconds(250))
        let lines = registry.text.split(separator: "\n").filter {
            $0.hasPrefix("cofferd_key_requests_total")
        }
        let labels = "operation=\"Decrypt\",outcome=\"Success\"}"
        #expect(
            lines == [
                "cofferd_key_requests_total{key=\"arn:0\",\(labels) 2",
                "cofferd_key_requests_total{key=\"arn:1\",\(labels) 1",
                "cofferd_key_requests_total{key=\"arn:2\",\(labels) 1",
                "cofferd_key_requests_total{key=\"other\",\(labels) 6",
            ])
        #expect(
            registry.text.contains(
                "cofferd_key_request_seconds_total{key=\"other\",\(labels) 1.5\n"))
    }

    @Test("What a call was about is told once, and forgotten when too many come after it")
    func remembered() throws {
        let keys = RequestKeys(RecordingAuditSink())
        let ids = try (0..<20_000).map { number in
            let bytes = (0..<16).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
            return try #require(RandomID(bytes: bytes))
        }
        for id in ids {
            var event = AuditEvent(
                name: "Encrypt", time: TurnedClock.start, requestID: id,
                caller: Caller.localRoot(of: .local), isReadOnly: true)
            event.resources = ["arn:\(id.text)"]
            try keys.append(event, durably: false)
        }
        #expect(keys.take(ids[0]) == nil)
        #expect(keys.take(ids[19_999]) == "arn:\(ids[19_999].text)")
        #expect(keys.take(ids[19_999]) == nil)
    }
}
