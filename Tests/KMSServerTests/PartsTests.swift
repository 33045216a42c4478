import CoreMetrics
import KMSDomain
import Testing

@testable import KMSServer

/// What needs no socket.
@Suite("Parts of the server")
struct PartsTests {
    @Test(
        "Dates are written as in RFC 9110",
        arguments: [
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (1_709_251_199, "Thu, 29 Feb 2024 23:59:59 GMT"),
        ])
    func dates(second: Int, text: String) {
        #expect(HTTPDate.text(of: second) == text)
    }

    @Test("An account has one second's worth of requests at once, and its own")
    func rateLimit() {
        let limit = RateLimit(requestsPerSecond: 3)
        let start = Timestamp(millisecondsSince1970: 1_000_000)
        func admitted(_ account: String, _ milliseconds: Int64) -> Int {
            let now = Timestamp(
                millisecondsSince1970: start.millisecondsSince1970 + milliseconds)
            return (0..<10).filter { _ in limit.admits(account, now: now) }.count
        }
        #expect(admitted("a", 0) == 3)
        #expect(admitted("b", 0) == 3)
        #expect(admitted("a", 400) == 1)
        #expect(admitted("a", -60_000) == 0)
        #expect(admitted("a", 3_600_000) == 3)
    }

    @Test(
        "A scope is of a region's form",
        arguments: ["us-east-1", "coffer-local-1", "us-gov-west-1", "ap-southeast-12"])
    func regions(text: String) {
        #expect(RequestAuthentication.isRegion(text))
    }

    @Test(
        "What has no region's form is none",
        arguments: [
            "", "nowhere", "us-east", "us-east-", "US-east-1", "us--1", "us-east-123", "eu-1",
            "a-b.c-1",
        ])
    func notRegions(text: String) {
        #expect(!RequestAuthentication.isRegion(text))
    }

    @Test("Metrics are told in Prometheus' form, whatever their labels say")
    func metrics() {
        let registry = PrometheusRegistry()
        Counter(label: "calls", dimensions: [("who", "a\"b\\c\nd")], factory: registry)
            .increment(by: 2)
        Meter(label: "heat", factory: registry).set(1.5)
        let timer = Timer(label: "took", dimensions: [("what", "x")], factory: registry)
        timer.recordNanoseconds(200_000)
        timer.recordNanoseconds(60_000_000_000)
        let lines = registry.text().split(separator: "\n")
        #expect(lines.contains("# TYPE calls counter"))
        #expect(lines.contains(#"calls{who="a\"b\\c\nd"} 2"#))
        #expect(lines.contains("heat 1.5"))
        #expect(lines.contains(#"took_bucket{what="x",le="0.0001"} 0"#))
        #expect(lines.contains(#"took_bucket{what="x",le="0.00025"} 1"#))
        #expect(lines.contains(#"took_bucket{what="x",le="10.0"} 1"#))
        #expect(lines.contains(#"took_bucket{what="x",le="+Inf"} 2"#))
        #expect(lines.contains(#"took_count{what="x"} 2"#))
    }
}
