import ContainerFormat
import FileIO
import Foundation
import KMSWire
import KeyAgent
import SecretMemory
import Synchronization
import Testing

@testable import RemoteKeys

@Suite("AWS KMS that lies, fails and dawdles")
struct LyingKMSTests {
    private static let arn = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd"
    private static let key32 = Data(0..<32).base64EncodedString()
    /// 2026-11-27T01:00:00Z, by our clock.
    private static let now = 1_795_741_200.0

    /// What a test saw the client wait.
    private final class Waits: Sendable {
        private let list = Mutex<[Duration]>([])
        var all: [Duration] { list.withLock { $0 } }
        var time: TimeSource {
            TimeSource(
                now: { LyingKMSTests.now },
                sleep: { wait in self.list.withLock { $0.append(wait) } },
                random: { 0.5 })
        }
    }

    private func service(
        _ server: LyingServer, _ waits: Waits = Waits(), _ more: [String: String] = [:]
    ) throws -> AWSKMSService {
        var variables = [
            "AWS_ENDPOINT_URL_KMS": try server.url.text(), "AWS_ACCESS_KEY_ID": "AKIATEST",
            "AWS_SECRET_ACCESS_KEY": "secret", "AWS_EC2_METADATA_DISABLED": "true",
        ]
        variables.merge(more) { $1 }
        return AWSKMSService(
            environment: ProcessEnvironment(
                variables.filter { !$0.value.isEmpty }.mapValues { Array($0.utf8) }),
            time: waits.time)
    }

    private func open(
        _ server: LyingServer, _ waits: Waits = Waits(), arn: String = arn,
        timeout: Duration = .seconds(60), _ more: [String: String] = [:]
    ) throws -> any AgentKey {
        try service(server, waits, more).open(
            AgentReference(uri: "aws-kms:" + arn, settings: AgentSettings(timeout: timeout)),
            pin: nil)
    }

    private static func dataKey(plaintext: String = key32, arn: String = arn) -> String {
        "{\"CiphertextBlob\":\"AAAA\",\"Plaintext\":\"\(plaintext)\",\"KeyId\":\"\(arn)\"}"
    }

    private func make(_ key: any AgentKey) throws {
        _ = try key.makeFileKey(try AWSKMSTests.binding())
    }

    private func notAnAnswer(_ server: LyingServer) -> AgentFailure {
        .unreachable("AWS KMS at 127.0.0.1:\(server.port): not an answer of KMS")
    }

    @Test("Each request is signed by the key, and binds the container")
    func request() throws {
        let server = try LyingServer { _, _ in .http(200, body: Self.dataKey()) }
        let key = try open(server)
        #expect(key.keyID == Array(Self.arn.utf8))
        #expect(server.requests.isEmpty)
        let made = try key.makeFileKey(try AWSKMSTests.binding([("tenant", "ü")], byte: 0xAB))
        #expect(AWSKMSTests.bytes(made.secret) == Array(0..<32))
        let request = try require(server.requests.first)
        #expect(request.line == "POST / HTTP/1.1")
        #expect(request.header("x-amz-target") == "TrentService.GenerateDataKey")
        let json = try JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any]
        #expect(json?["KeyId"] as? String == Self.arn)
        #expect(json?["KeySpec"] as? String == "AES_256")
        #expect(
            json?["EncryptionContext"] as? [String: String]
                == ["tenant": "ü", "coffer:bind": String(repeating: "ab", count: 32)])
        let signed = unsafe try SignableRequest(
            method: "POST", path: "/",
            headers: request.head.split(separator: "\r\n").dropFirst().map { line in
                let parts = line.split(separator: ":", maxSplits: 1)
                return HeaderField(String(parts[0]), parts[1].drop { $0 == " " }.description)
            }, body: request.body.span.bytes)
        let signature = try UnverifiedSignature(of: signed)
        #expect(signature.accessKeyID == "AKIATEST")
        #expect(signature.scope.region == "eu-west-1")
        try signature.verify(
            secretAccessKey: unsafe SecretBytes(copying: Array("secret".utf8).span.bytes),
            service: "kms", now: SigningTime(secondsSince1970: Int64(Self.now)))
    }

    @Test("A redirect is no answer, and nobody goes where it points")
    func redirect() throws {
        let lure = try LyingServer { _, _ in .http(200, body: Self.dataKey()) }
        let port = lure.port
        let server = try LyingServer { _, _ in
            .http(308, headers: ["Location: http://127.0.0.1:\(port)/"], body: "")
        }
        #expect(throws: notAnAnswer(server)) { try make(open(server)) }
        #expect(lure.connectionCount == 0)
        #expect(server.requests.count == 1)
    }

    @Test(
        "What is no answer of KMS is refused",
        arguments: [
            "", "{", "[]", "{}", "null", "{\"KeyId\":1}", "<html></html>",
            dataKey() + dataKey(), dataKey(plaintext: "@@@@"),
            // Of another length than the key that was asked for.
            dataKey(plaintext: Data(0..<31).base64EncodedString()),
            dataKey(plaintext: Data(0..<33).base64EncodedString()),
            dataKey(plaintext: ""),
            // Another key's.
            dataKey(arn: arn + "0"), dataKey(arn: "alias/x"), dataKey(arn: ""),
            dataKey(arn: arn.replacingOccurrences(of: "eu-west-1", with: "us-east-1")),
        ])
    func notAnswers(body: String) throws {
        let server = try LyingServer { _, _ in .http(200, body: body) }
        #expect(throws: notAnAnswer(server)) { try make(open(server)) }
    }

    @Test("A decrypted key of another length, or by another key, is not opened")
    func lyingDecrypt() throws {
        let binding = try AWSKMSTests.binding()
        let short = try LyingServer { _, _ in
            .http(200, body: Self.dataKey(plaintext: Data(0..<16).base64EncodedString()))
        }
        let keyID = Array(Self.arn.utf8)
        #expect(throws: AgentFailure.notOpened) {
            _ = try open(short).unwrap(keyID: keyID, body: [1], binding)
        }
        let other = try LyingServer { _, _ in .http(200, body: Self.dataKey(arn: Self.arn + "0")) }
        #expect(throws: notAnAnswer(other)) {
            _ = try open(other).unwrap(keyID: keyID, body: [1], binding)
        }
    }

    @Test("A body larger than any answer is not read to its end")
    func hugeBody() throws {
        let server = try LyingServer { _, _ in
            .http(200, body: String(repeating: " ", count: 3 << 20) + Self.dataKey())
        }
        #expect(
            throws: AgentFailure.unreachable(
                "AWS KMS at 127.0.0.1:\(server.port): an answer of more than 1048576 bytes")
        ) { try make(open(server)) }
    }

    @Test("A slow service is unreachable when the time is over")
    func slow() throws {
        let server = try LyingServer { _, _ in .nothing }
        let start = ContinuousClock.now
        #expect(
            throws: AgentFailure.unreachable(
                "AWS KMS at 127.0.0.1:\(server.port): no answer in time")
        ) { try make(open(server, timeout: .milliseconds(400))) }
        #expect(ContinuousClock.now - start < .seconds(60))
    }

    @Test("Throttling is waited out, with waits that double and are diced")
    func throttling() throws {
        let server = try LyingServer { _, number in
            switch number {
            case 1: .http(400, body: "{\"__type\":\"ThrottlingException\"}")
            case 2: .http(503, body: "busy")
            case 3: .raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"Key")
            default: .http(200, body: Self.dataKey())
            }
        }
        let waits = Waits()
        try make(open(server, waits))
        #expect(server.requests.count == 4)
        #expect(waits.all == [.milliseconds(100), .milliseconds(200), .milliseconds(400)])
    }

    @Test("Throttling without end is unreachable after four attempts")
    func endlessThrottling() throws {
        let server = try LyingServer { _, _ in
            .http(400, body: "{\"__type\":\"ThrottlingException\",\"message\":\"Rate exceeded\"}")
        }
        let waits = Waits()
        #expect(
            throws: AgentFailure.unreachable(
                "AWS KMS at 127.0.0.1:\(server.port): ThrottlingException: Rate exceeded")
        ) { try make(open(server, waits)) }
        #expect(server.requests.count == 4)
    }

    @Test("No wait outlasts the time that is left")
    func waitsEnd() throws {
        let server = try LyingServer { _, _ in .http(503, body: "") }
        let waits = Waits()
        #expect(throws: AgentFailure.self) {
            try make(open(server, waits, timeout: .milliseconds(90)))
        }
        #expect(waits.all.isEmpty)
    }

    @Test("A clock that is wrong is corrected by the service's, once")
    func clockSkew() throws {
        let answer = "{\"__type\":\"InvalidSignatureException\",\"message\":\"Signature expired\"}"
        let server = try LyingServer { request, _ in
            request.header("x-amz-date")?.hasPrefix("20261127T03") == true
                ? .http(200, body: Self.dataKey())
                : .http(
                    400, headers: ["Date: Fri, 27 Nov 2026 03:00:05 GMT"], body: answer)
        }
        let waits = Waits()
        let key = try open(server, waits)
        try make(key)
        #expect(
            server.requests.map { $0.header("x-amz-date") } == [
                "20261127T010000Z", "20261127T030005Z",
            ])
        try make(key)
        #expect(server.requests.count == 3)
        #expect(waits.all.isEmpty)

        let stubborn = try LyingServer { _, _ in
            .http(400, headers: ["Date: Fri, 27 Nov 2026 03:00:05 GMT"], body: answer)
        }
        #expect(throws: AgentFailure.self) { try make(open(stubborn)) }
        #expect(stubborn.requests.count == 2)
        let inTime = try LyingServer { _, _ in
            .http(400, headers: ["Date: Fri, 27 Nov 2026 01:00:05 GMT"], body: answer)
        }
        #expect(throws: AgentFailure.self) { try make(open(inTime)) }
        #expect(inTime.requests.count == 1)
    }

    @Test("Credentials that the service calls expired are read again, once")
    func expiredToken() throws {
        let folder = RealService.newFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("credentials")
        @Sendable func write(_ id: String) {
            let text = "[default]\naws_access_key_id=\(id)\naws_secret_access_key=s\n"
            try? Data(text.utf8).write(to: file)
        }
        write("AKIAOLD")
        let server = try LyingServer { request, _ in
            if request.header("authorization")?.contains("AKIANEW/") == true {
                return .http(200, body: Self.dataKey())
            }
            write("AKIANEW")
            return .http(400, body: "{\"__type\":\"ExpiredTokenException\"}")
        }
        let more = ["AWS_ACCESS_KEY_ID": "", "AWS_SHARED_CREDENTIALS_FILE": file.path]
        try make(open(server, Waits(), more))
        #expect(server.requests.count == 2)

        let never = try LyingServer { _, _ in
            .http(400, body: "{\"__type\":\"ExpiredTokenException\"}")
        }
        #expect(
            throws: AgentFailure.denied(
                "AWS KMS at 127.0.0.1:\(never.port): ExpiredTokenException")
        ) { try make(open(never, Waits(), more)) }
        #expect(never.requests.count == 2)
    }

    @Test(
        "Refusals keep their name, and what they mean",
        arguments: [
            ("NotFoundException", AgentFailure.noSuchKey),
            ("InvalidCiphertextException", .notOpened), ("IncorrectKeyException", .notOpened),
        ])
    func refusals(name: String, failure: AgentFailure) throws {
        let server = try LyingServer { _, _ in
            .http(400, body: "{\"__type\":\"com.amazonaws.kms#\(name)\"}")
        }
        #expect(throws: failure) { try make(open(server)) }
        for name in ["DisabledException", "AccessDeniedException", "KMSInvalidStateException"] {
            let server = try LyingServer { _, _ in
                .http(400, headers: ["x-amzn-ErrorType: \(name)"], body: "{\"Message\":\"why\"}")
            }
            #expect(
                throws: AgentFailure.denied("AWS KMS at 127.0.0.1:\(server.port): \(name): why")
            ) { try make(open(server)) }
            #expect(server.requests.count == 1)
        }
    }

    @Test("A multi-Region key is asked where it is configured, and opens as any replica")
    func replicas() throws {
        let here = "arn:aws:kms:eu-west-1:123456789012:key/mrk-1"
        let there = here.replacing("eu-west-1", with: "us-east-1")
        let server = try LyingServer { _, _ in .http(200, body: Self.dataKey(arn: here)) }
        let binding = try AWSKMSTests.binding()
        let key = try service(server).open(
            AgentReference(
                uri: "aws-kms:" + there, settings: AgentSettings([.region: "eu-west-1"])),
            pin: nil)
        #expect(key.keyID == Array(here.utf8))
        _ = try key.unwrap(keyID: Array(there.utf8), body: [1], binding)
        let request = try require(server.requests.first)
        #expect(request.text.contains("\"KeyId\":\"\(here)\""))
        #expect(request.header("authorization")?.contains("/eu-west-1/kms/") == true)
        for other in ["aws-cn", "123456789013", "mrk-2"] {
            let from = other == "aws-cn" ? ":aws:" : other == "mrk-2" ? "mrk-1" : "123456789012"
            let named = there.replacing(from, with: other == "aws-cn" ? ":aws-cn:" : other)
            #expect(throws: AgentFailure.notOpened) {
                _ = try key.unwrap(keyID: Array(named.utf8), body: [1], binding)
            }
        }
        #expect(server.requests.count == 1)
    }

    @Test("CVE-2020-8897: a key that only a container names is never asked for")
    func foreignARN() throws {
        let server = try LyingServer { _, _ in .http(200, body: Self.dataKey()) }
        let key = try open(server)
        for named in [
            "arn:aws:kms:eu-west-1:666666666666:key/1234abcd", Self.arn + "\n", "",
            "arn:aws:kms:us-east-1:123456789012:key/1234abcd", "https://evil.test/",
        ] {
            #expect(throws: AgentFailure.notOpened) {
                _ = try key.unwrap(
                    keyID: Array(named.utf8), body: [1], try AWSKMSTests.binding())
            }
        }
        #expect(server.connectionCount == 0)
    }

    @Test("After a lock the credentials are read again")
    func lock() throws {
        let server = try LyingServer { _, _ in .http(200, body: Self.dataKey()) }
        let service = try service(server)
        let reference = AgentReference(uri: "aws-kms:" + Self.arn)
        let key = try service.open(reference, pin: nil)
        try make(key)
        service.lock()
        try make(try service.open(reference, pin: nil))
        try make(key)
        #expect(server.requests.count == 3)
    }
}
