import FileIO
import Foundation
import SecretMemory
import Testing

@testable import RemoteKeys

@Suite("Transport")
struct TransportTests {
    private let deadline = ContinuousClock.Instant.now + .seconds(60)

    private func transport() throws -> NetworkTransport {
        try NetworkTransport(proxies: .none)
    }

    private func get(_ server: LyingServer) throws(any Error) -> HTTPAnswer {
        try transport().send(HTTPRequest(.get, try server.url, target: "/x"), deadline: deadline)
    }

    @Test("A request arrives with its method, path, headers and body, and its answer comes back")
    func roundTrip() throws {
        let server = try LyingServer { request, _ in
            .http(201, headers: ["X-Kind: good"], body: request.text)
        }
        let body = unsafe SecretBytes(copying: [UInt8]("payload".utf8).span.bytes)
        let answer = try transport().send(
            HTTPRequest(
                .post, try server.url, target: "/a/b?c=d", headers: [(name: "X-One", value: "1")],
                body: body),
            deadline: deadline)
        #expect(answer.status == 201)
        #expect(answer.header("x-kind") == "good")
        #expect(answer.body.string(0..<answer.body.count) == "payload")
        let request = try require(server.requests.first)
        #expect(request.line == "POST /a/b?c=d HTTP/1.1")
        #expect(request.header("x-one") == "1")
        #expect(request.header("accept-encoding") == nil)
        #expect(request.header("host") == "127.0.0.1:\(server.port)")
    }

    @Test("Requests after the first use its connection")
    func keepAlive() throws {
        let server = try LyingServer { _, _ in .http(200, body: "ok") }
        let transport = try transport()
        for _ in 0..<5 {
            _ = try transport.send(HTTPRequest(.get, try server.url), deadline: deadline)
        }
        #expect(server.requests.count == 5)
        #expect(server.connectionCount == 1)
    }

    @Test("A transport may go the moment that its last answer came")
    func quickEnd() throws {
        let server = try LyingServer { _, _ in .http(200, body: "") }
        for _ in 0..<300 {
            let transport = try transport()
            _ = try transport.send(
                HTTPRequest(.post, try server.url, body: SecretBytes(randomByteCount: 64)),
                deadline: deadline)
        }
        #expect(server.requests.count == 300)
    }

    @Test("A redirect is an answer, and nobody goes where it points")
    func redirect() throws {
        let other = try LyingServer { _, _ in .http(200, body: "lured") }
        let port = other.port
        let server = try LyingServer { _, _ in
            .http(307, headers: ["Location: http://127.0.0.1:\(port)/"], body: "")
        }
        #expect(try get(server).status == 307)
        #expect(other.connectionCount == 0)
    }

    @Test(
        "An answer of more than a mebibyte is refused, whether it says so or not",
        arguments: ["Content-Length: 2000000", "Transfer-Encoding: chunked", "X-None: 0"])
    func tooLarge(header: String) throws {
        let text =
            header.hasPrefix("Transfer")
            ? "1e8480\r\n" + String(repeating: "x", count: 2_000_000) + "\r\n0\r\n\r\n"
            : String(repeating: "x", count: 2_000_000)
        let server = try LyingServer { _, _ in .raw("HTTP/1.1 200 OK\r\n\(header)\r\n\r\n" + text) }
        #expect(throws: TransportError.answerTooLarge(limit: 1 << 20)) { try get(server) }
    }

    @Test("An answer of exactly a mebibyte is read whole")
    func limit() throws {
        let server = try LyingServer { _, _ in
            .http(200, body: String(repeating: "y", count: 1 << 20))
        }
        #expect(try get(server).body.count == 1 << 20)
    }

    @Test("An answer that breaks off is a lost connection")
    func cut() throws {
        let server = try LyingServer { _, _ in
            .raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        }
        #expect(throws: TransportError.connectionLost) { try get(server) }
    }

    @Test("What is no HTTP is told from a lost connection")
    func notHTTP() throws {
        let server = try LyingServer { _, _ in .raw("SSH-2.0-OpenSSH_9.2\r\n\r\n") }
        #expect(throws: TransportError.notHTTP) { try get(server) }
    }

    @Test("Silence ends at the deadline")
    func silence() throws {
        let server = try LyingServer { _, _ in .nothing }
        let start = ContinuousClock.now
        #expect(throws: TransportError.timedOut) {
            try transport().send(
                HTTPRequest(.get, try server.url), deadline: .now + .milliseconds(300))
        }
        #expect(ContinuousClock.now - start < .seconds(60))
    }

    @Test("A port where nobody listens is told at once, by errno")
    func refused() throws {
        let url = try require(ServiceURL("http://127.0.0.1:\(try RealService.freePort())"))
        #expect(throws: TransportError.cannotConnect(errno: ECONNREFUSED)) {
            try transport().send(HTTPRequest(.get, url), deadline: deadline)
        }
    }

    @Test("A host that no resolver knows is named")
    func unknownHost() throws {
        let url = try require(ServiceURL("http://no-such-host.invalid"))
        #expect(throws: TransportError.hostNotFound("no-such-host.invalid")) {
            try transport().send(HTTPRequest(.get, url), deadline: deadline)
        }
    }

    @Test("A certificate has to be this host's, and signed by whom one trusts")
    func certificates() throws {
        let folder = RealService.newFolder()
        try Certificates.make(in: folder)
        let authority = FilePath(text: folder.path + "/ca.crt")
        func ask(_ name: String, _ tls: TLSSettings) throws -> Int {
            let port = try RealService.freePort()
            let service = try RealService(
                "/usr/bin/openssl", port: port, folder: RealService.newFolder(),
                arguments: [
                    "s_server", "-accept", "127.0.0.1:\(port)", "-www", "-cert",
                    "\(folder.path)/\(name).crt", "-key", "\(folder.path)/\(name).key",
                ])
            try service.waitUntilReady()
            let url = try require(ServiceURL("https://127.0.0.1:\(port)"))
            return try NetworkTransport(tls: tls, proxies: .none)
                .send(HTTPRequest(.get, url, target: "/"), deadline: deadline).status
        }
        #expect(try ask("server", TLSSettings(authorities: authority)) == 200)
        #expect(throws: TransportError.tls(.certificateNotTrusted)) {
            try ask("server", TLSSettings())
        }
        #expect(throws: TransportError.tls(.otherHost)) {
            try ask("elsewhere", TLSSettings(authorities: authority))
        }
        #expect(throws: TLSSettings.Failure.noPrivateKey(authority)) {
            try ask(
                "server",
                TLSSettings(clientCertificate: .init(chain: authority, key: authority)))
        }
        try FileManager.default.removeItem(at: folder)
    }

    @Test("A header with a line end in it is never sent")
    func headerInjection() throws {
        let server = try LyingServer { _, _ in .http(200, body: "") }
        #expect(throws: TransportError.notARequest) {
            try transport().send(
                HTTPRequest(
                    .get, try server.url, headers: [(name: "X-A", value: "1\r\nX-B: 2")]),
                deadline: deadline)
        }
        #expect(server.requests.isEmpty)
    }

    @Test("A proxy is asked to connect, with its password, and not for this machine")
    func proxy() throws {
        let server = try LyingServer { _, _ in .http(403, body: "") }
        let proxies = try ProxySettings {
            ["http_proxy": "http://user:p%40ss@127.0.0.1:\(server.port)"][$0]
        }
        let transport = try NetworkTransport(proxies: proxies)
        #expect(throws: TransportError.proxyRefused) {
            try transport.send(
                HTTPRequest(.get, try require(ServiceURL("http://kms.test"))), deadline: deadline)
        }
        let request = try require(server.requests.first)
        #expect(request.line == "CONNECT kms.test:80 HTTP/1.1")
        #expect(
            request.header("proxy-authorization")
                == "Basic " + Data("user:p@ss".utf8).base64EncodedString())
        #expect(
            try transport.send(HTTPRequest(.get, try server.url), deadline: deadline).status == 403)
        #expect(server.requests.last?.line == "GET / HTTP/1.1")
    }
}
