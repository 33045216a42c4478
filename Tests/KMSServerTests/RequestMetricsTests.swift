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
        let lines = registry.text().split(separator: "\n").filter {
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
            registry.text().contains(
                "cofferd_key_request_seconds_total{key=\"other\",\(labels) 1.5\n"))
    }

    @Test(
        "Which keys are in use is told to the loopback interface only, and all else to everybody",
        arguments: [
            ("127.0.0.1", true), ("127.9.9.9", true), ("::1", true), ("::ffff:127.0.0.1", true),
            ("192.0.2.7", false), ("12.7.0.1", false), ("2001:db8::1", false), ("::", false),
            ("::ffff:192.0.2.7", false), ("", false),
        ])
    func byPeer(source: String, isTold: Bool) throws {
        let registry = PrometheusRegistry()
        RequestMetrics(factory: registry).record(
            Self.answer("Decrypt"), key: "arn:0", duration: .milliseconds(1))
        let request = ServedRequest(
            id: try #require(RandomID(bytes: [UInt8](repeating: 1, count: 16))), method: "GET",
            path: "/metrics", query: "", headers: [], body: ByteBuffer(), source: source,
            isOverTLS: false)
        let text = String(buffer: KeyServiceEndpoint.metricsAnswer(request, registry).body)
        #expect(text.contains("cofferd_request_duration_seconds_count"))
        #expect(text.contains("cofferd_key_requests_total{") == isTold)
        #expect(text.contains("cofferd_key_request_seconds_total{") == isTold)
        #expect(text.contains("arn:0") == isTold)
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
