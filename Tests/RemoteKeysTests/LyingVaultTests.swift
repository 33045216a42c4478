import ContainerFormat
import FileIO
import Foundation
import KeyAgent
import SecretMemory
import Testing

@testable import RemoteKeys

@Suite("Vault that lies, fails and stands by")
struct LyingVaultTests {
    private static let description = "{\"data\":{\"type\":\"aes256-gcm96\"}}"

    private static func dataKey(_ count: Int = 32, wrap: String = "vault:v3:AAAA") -> String {
        let plaintext = Data(repeating: 1, count: count).base64EncodedString()
        return "{\"data\":{\"ciphertext\":\"\(wrap)\",\"plaintext\":\"\(plaintext)\"}}"
    }

    private func open(
        _ server: LyingServer, _ more: [String: String] = [:], timeout: Duration = .seconds(60)
    ) throws -> any AgentKey {
        let variables = ["VAULT_ADDR": try server.url.text(), "VAULT_TOKEN": "s.token"]
        let service = VaultService(
            environment: ProcessEnvironment(
                variables.merging(more) { $1 }.mapValues { Array($0.utf8) }),
            time: TimeSource(now: { 0 }, sleep: { _ in }, random: { 1 }))
        return try service.open(
            AgentReference(uri: "vault:transit/k", settings: AgentSettings(timeout: timeout)),
            pin: nil)
    }

    private func make(_ key: any AgentKey) throws {
        _ = try key.makeFileKey(try AWSKMSTests.binding())
    }

    private func unreachable(_ server: LyingServer, _ words: String) -> AgentFailure {
        .unreachable("Vault at 127.0.0.1:\(server.port): \(words)")
    }

    /// A server whose key is good, and that answers everything else as `answer` says.
    private func server(
        _ answer: @escaping @Sendable (LyingServer.Request, Int) -> LyingServer.Answer
    ) throws -> LyingServer {
        try LyingServer { request, number in
            request.line.hasPrefix("GET /v1/transit/keys/k ")
                ? .http(200, body: Self.description) : answer(request, number)
        }
    }

    @Test("Requests carry token, namespace and binder, and the key never leaves the answer")
    func requests() throws {
        let server = try server { _, _ in .http(200, body: Self.dataKey()) }
        let key = try open(server, ["VAULT_NAMESPACE": "team/a"])
        #expect(key.stanzaType == .vaultTransit)
        #expect(String(decoding: key.keyID, as: UTF8.self) == "transit/k")
        let made = try key.makeFileKey(try AWSKMSTests.binding(byte: 0xFF))
        #expect(String(decoding: made.body, as: UTF8.self) == "vault:v3:AAAA")
        #expect(AWSKMSTests.bytes(made.secret) == [UInt8](repeating: 1, count: 32))
        let request = try require(server.requests.last)
        #expect(request.line == "POST /v1/transit/datakey/plaintext/k HTTP/1.1")
        #expect(request.header("x-vault-token") == "s.token")
        #expect(request.header("x-vault-namespace") == "team/a")
        let json = try JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any]
        let binder = Data(repeating: 0xFF, count: 32).base64EncodedString()
        #expect(json?["associated_data"] as? String == binder)
        #expect(json?["context"] as? String == binder)
        #expect(json?["bits"] as? Int == 256)
    }

    @Test(
        "What is no answer of Transit is refused",
        arguments: [
            "", "{", "[]", "{}", "{\"data\":{}}", dataKey(31), dataKey(33), dataKey(0),
            dataKey(wrap: ""), dataKey(wrap: "vault:v0:AAAA"), dataKey(wrap: "aws:v1:AAAA"),
            dataKey(wrap: "vault:v1:" + String(repeating: "A", count: 70_000)),
        ])
    func notAnswers(body: String) throws {
        let server = try server { _, _ in .http(200, body: body) }
        #expect(throws: unreachable(server, "not an answer of Vault")) { try make(open(server)) }
    }

    @Test("A key of another length is not opened")
    func length() throws {
        let server = try server { _, _ in .http(200, body: Self.dataKey(16)) }
        let key = try open(server)
        #expect(throws: AgentFailure.notOpened) {
            _ = try key.unwrap(
                keyID: key.keyID, body: Array("vault:v1:AAAA".utf8), try AWSKMSTests.binding())
        }
    }

    @Test("A wrap that names another key, or is none, is never sent")
    func foreign() throws {
        let server = try server { _, _ in .http(200, body: Self.dataKey()) }
        let key = try open(server)
        for (keyID, body) in [
            ("transit/other", "vault:v1:AAAA"), ("transit/k/../other", "vault:v1:AAAA"),
            ("", "vault:v1:AAAA"), ("transit/k", "https://evil.test/"), ("transit/k", ""),
        ] {
            #expect(throws: AgentFailure.notOpened) {
                _ = try key.unwrap(
                    keyID: Array(keyID.utf8), body: Array(body.utf8), try AWSKMSTests.binding())
            }
        }
        #expect(server.connectionCount == 0)
    }

    @Test(
        "Sealed, standing by and not initialised are told apart, by the answer and by the health",
        arguments: [
            (503, 503, "sealed"), (500, 501, "not initialised"), (307, 429, "a standby node"),
            (473, 200, "a standby node"), (500, 473, "a standby node"), (502, 200, "HTTP 502"),
            (307, 200, "HTTP 307"),
        ])
    func health(status: Int, health: Int, words: String) throws {
        let lure = try LyingServer { _, _ in .http(200, body: Self.dataKey()) }
        let port = lure.port
        let server = try server { request, _ in
            request.line.contains("/v1/sys/health")
                ? .http(health, body: "{}")
                : .http(
                    status, headers: ["Location: http://127.0.0.1:\(port)/"],
                    body: "{\"errors\":[]}")
        }
        #expect(throws: unreachable(server, words)) { try make(open(server)) }
        #expect(lure.connectionCount == 0)
        // The health is asked by nobody in particular.
        for request in server.requests where request.line.contains("/v1/sys/health") {
            #expect(request.header("x-vault-token") == nil)
        }
    }

    @Test("Too many requests are waited out")
    func throttling() throws {
        let server = try server { _, number in
            number < 4
                ? .http(429, body: "{\"errors\":[\"slow\"]}") : .http(200, body: Self.dataKey())
        }
        try make(open(server))
        #expect(server.requests.count == 4)
    }

    @Test("A slow service is unreachable when the time is over")
    func slow() throws {
        let server = try server { _, _ in .nothing }
        #expect(throws: unreachable(server, "no answer in time")) {
            try make(open(server, timeout: .milliseconds(400)))
        }
    }

    @Test("A refusal is denied with the service's words, on one line and no longer than one")
    func refusal() throws {
        let words =
            "1 error occurred:\\n\\t* permission denied\\n\\n" + String(repeating: "x", count: 5000)
        let server = try server { _, _ in .http(403, body: "{\"errors\":[\"\(words)\"]}") }
        let error = #expect(throws: AgentFailure.self) { try make(open(server)) }
        guard case .denied(let text) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(text.contains("1 error occurred: * permission denied xxx"))
        #expect(text.utf8.count < 400)
    }

    @Test("A service account signs in for a role, and again before its token ends")
    func kubernetes() throws {
        let folder = RealService.newFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("token")
        try Data("eyJ.x.y\n".utf8).write(to: file)
        let server = try server { request, _ in
            request.line.hasPrefix("POST /v1/auth/cluster/login ")
                ? .http(
                    200,
                    body: "{\"auth\":{\"client_token\":\"s.login\",\"lease_duration\":60}}")
                : .http(200, body: Self.dataKey())
        }
        let variables = [
            "COFFER_VAULT_LOGIN": "kubernetes", "VAULT_ROLE": "backup",
            "VAULT_AUTH_PATH": "cluster",
            "VAULT_K8S_TOKEN_PATH": file.path, "VAULT_TOKEN": "",
        ]
        try make(open(server, variables))
        let login = try require(server.requests.first)
        #expect(login.text == "{\"role\":\"backup\",\"jwt\":\"eyJ.x.y\"}")
        #expect(login.header("x-vault-token") == nil)
        #expect(server.requests.last?.header("x-vault-token") == "s.login")
        try Data("\"}".utf8).write(to: file)
        #expect(throws: AgentFailure.self) { try make(open(server, variables)) }
    }

    @Test("Without an address, with a bad one, or for a bad name there is nobody to ask")
    func misconfigured() throws {
        for (address, name) in [
            ("", "transit/k"), ("http://vault.test:8200", "transit/k"), ("vault:8200", "transit/k"),
            ("https://127.0.0.1:1", "k"), ("https://127.0.0.1:1", "transit/../sys"),
        ] {
            let service = VaultService(
                environment: ProcessEnvironment(["VAULT_ADDR": Array(address.utf8)]))
            let error = #expect(throws: AgentFailure.self) {
                try service.open(AgentReference(uri: "vault:" + name), pin: nil)
            }
            guard case .misconfigured = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
    }

    @Test("Settings count before the environment, and the BAO_ names before the VAULT_ names")
    func settings() throws {
        let server = try server { _, _ in .http(200, body: Self.dataKey()) }
        let service = VaultService(
            environment: ProcessEnvironment([
                "BAO_ADDR": Array("https://127.0.0.1:1".utf8), "BAO_TOKEN": Array("s.bao".utf8),
                "VAULT_TOKEN": Array("s.vault".utf8), "VAULT_NAMESPACE": Array("n1".utf8),
            ]))
        let settings = AgentSettings([.endpoint: try server.url.text(), .namespace: "n2"])
        try make(service.open(AgentReference(uri: "vault:transit/k", settings: settings), pin: nil))
        #expect(server.requests.last?.header("x-vault-token") == "s.bao")
        #expect(server.requests.last?.header("x-vault-namespace") == "n2")
    }
}
