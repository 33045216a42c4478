import FileIO
import Foundation
import KMSWire
import SecretMemory
import Synchronization
import Testing

@testable import RemoteKeys

@Suite("Credentials")
struct CredentialTests {
    private static let answer = """
        {"Code":"Success","AccessKeyId":"AKIAROLE","SecretAccessKey":"s","Token":"t",
        "Expiration":"2026-11-27T02:00:00Z"}
        """

    /// A clock that a test sets.
    private final class TestClock: Sendable {
        private let time: Mutex<Double>
        init(_ text: String) { time = Mutex(Timestamp.seconds(text) ?? 0) }
        func set(_ text: String) { time.withLock { $0 = Timestamp.seconds(text) ?? 0 } }
        var source: TimeSource {
            TimeSource(now: { self.time.withLock { $0 } }, sleep: { _ in }, random: { 0 })
        }
    }

    private func sources(
        _ variables: [String: String], config: String = "", profile: String? = nil,
        time: TimeSource = .system
    ) throws -> AWSCredentialSources {
        var all = ["AWS_EC2_METADATA_DISABLED": "true"]
        all.merge(variables) { $1 }
        let settings = try AWSSettings(
            environment: ProcessEnvironment(all.mapValues { Array($0.utf8) }),
            profiles: AWSProfiles(
                configuration: try INIFileTests.file(config), credentials: .empty),
            profile: profile)
        let transport = try NetworkTransport(proxies: .none)
        return AWSCredentialSources(
            settings: settings, transport: transport, localTransport: transport, time: time,
            policy: .standard)
    }

    private func load(
        _ variables: [String: String], config: String = "", profile: String? = nil
    ) throws -> AWSCredentials {
        try sources(variables, config: config, profile: profile).load(.now + .seconds(60))
    }

    private func id(
        _ variables: [String: String], config: String = "", profile: String? = nil
    ) throws -> String {
        try load(variables, config: config, profile: profile).signing.accessKeyID
    }

    private let environmentKeys = [
        "AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "tok",
    ]

    @Test("The environment comes first, but not before a profile that Coffer names")
    func order() throws {
        let config = "[default]\naws_access_key_id=AKIAFILE\naws_secret_access_key=s\n"
        let both = try load(environmentKeys, config: config)
        #expect(both.signing.accessKeyID == "AKIAENV")
        #expect(both.signing.sessionToken == "tok")
        #expect(both.expiration == nil)
        #expect(try id([:], config: config) == "AKIAFILE")
        #expect(try id(environmentKeys, config: config, profile: "default") == "AKIAFILE")
        #expect(throws: AWSCredentialError.notFound) { try id([:]) }
    }

    @Test("Half a pair is named, not passed over")
    func halves() throws {
        #expect(throws: AWSCredentialError.missing("AWS_SECRET_ACCESS_KEY", profile: nil)) {
            try id(["AWS_ACCESS_KEY_ID": "A"])
        }
        #expect(
            throws: AWSCredentialError.missing("aws_secret_access_key", profile: "default")
        ) { try id([:], config: "[default]\naws_access_key_id = A\n") }
        #expect(throws: AWSCredentialError.missing("AWS_ROLE_ARN", profile: nil)) {
            try id(["AWS_WEB_IDENTITY_TOKEN_FILE": "/dev/null"])
        }
        #expect(throws: AWSCredentialError.missing("source_profile", profile: "default")) {
            try id([:], config: "[default]\nrole_arn = r\n")
        }
    }

    @Test(
        "What needs a person or a browser is refused by name",
        arguments: ["sso_session", "sso_start_url", "login_session"])
    func interactive(option: String) throws {
        #expect(
            throws: AWSCredentialError.needsCredentialProcess(profile: "default", option: option)
        ) { try id([:], config: "[default]\n\(option) = x\n") }
        #expect(throws: AWSCredentialError.needsMFA(profile: "default")) {
            try id([:], config: "[default]\nrole_arn = r\nmfa_serial = m\nsource_profile = b\n")
        }
    }

    @Test("Roles that lead in a circle, to nowhere or to two places are refused")
    func roleChains() throws {
        func failure(_ lines: String) throws -> AWSCredentialError? {
            #expect(throws: AWSCredentialError.self) { try id([:], config: lines) }
        }
        let a = "[default]\nrole_arn = r\nsource_profile = b\n"
        #expect(
            try failure(a + "[profile b]\nrole_arn = r\nsource_profile = default\n")
                == .profileLoop("default"))
        #expect(
            try failure("[default]\nrole_arn = r\nsource_profile = default\n")
                == .profileLoop("default"))
        #expect(try failure(a) == .noSuchProfile("b"))
        #expect(
            try failure(a + "credential_source = Environment\n") == .twoSources(profile: "default"))
        #expect(
            try failure("[default]\nrole_arn = r\ncredential_source = Wallet\n")
                == .unknownCredentialSource("Wallet", profile: "default"))
    }

    @Test("A credential process runs without a shell, and its answer counts")
    func process() throws {
        let folder = RealService.newFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        func program(_ script: String) throws -> String {
            let file = folder.appendingPathComponent("give creds")
            try Data("#!/bin/sh\n\(script)\n".utf8).write(to: file)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o700], ofItemAtPath: file.path)
            return "[default]\ncredential_process = \"\(file.path)\" '$HOME;x' \"a b\"\n"
        }
        let json = #"{"Version":1,"AccessKeyId":"AKIAPROC","SecretAccessKey":"s"}"#
        let good = try program(
            "[ \"$#\" = 2 ] && [ \"$1\" = '$HOME;x' ] && [ \"$MARK\" = m ] || exit 9\n"
                + "cat; printf '%s' '\(json)'")
        #expect(try id(["MARK": "m", "PATH": "/usr/bin:/bin"], config: good) == "AKIAPROC")
        func failure(_ script: String) throws -> CredentialProcess.Failure? {
            let config = try program(script)
            let error = #expect(throws: AWSCredentialError.self) {
                try id(["PATH": "/usr/bin:/bin"], config: config)
            }
            guard case .process(let failure, "default") = error else { return nil }
            return failure
        }
        #expect(try failure("printf '%s' '\(json)'; exit 3") == .failed(status: 3))
        #expect(try failure("kill -9 $$") == .failed(status: 137))
        #expect(try failure("echo '{}'") == .badOutput)
        #expect(try failure("printf '%s' '\(json.replacing("1", with: "2"))'") == .badOutput)
        #expect(try failure("head -c 100000 /dev/zero; sleep 60") == .outputTooLarge)
        for (command, expected) in [
            ("/nowhere/at all", CredentialProcess.Failure.cannotRun(errno: ENOENT)),
            ("'", .badCommand), ("/bin/true", .badOutput),
        ] {
            #expect(throws: AWSCredentialError.process(expected, profile: "default")) {
                try id([:], config: "[default]\ncredential_process = \(command)\n")
            }
        }
    }

    @Test("An instance's role is had by version 2 alone, with its token")
    func instance() throws {
        let server = try LyingServer { request, _ in
            if request.line == "PUT /latest/api/token HTTP/1.1",
                request.header("x-aws-ec2-metadata-token-ttl-seconds") != nil
            {
                return .http(200, body: "TOKEN==")
            }
            guard request.header("x-aws-ec2-metadata-token") == "TOKEN==" else {
                return .http(401, body: "")
            }
            return request.line.hasSuffix("/security-credentials/ HTTP/1.1")
                ? .http(200, body: "my-role") : .http(200, body: Self.answer)
        }
        let variables = [
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": try server.url.text(),
            "AWS_EC2_METADATA_DISABLED": "false",
        ]
        let found = try load(variables)
        #expect(found.signing.accessKeyID == "AKIAROLE")
        #expect(found.signing.sessionToken == "t")
        #expect(found.expiration == Timestamp.seconds("2026-11-27T02:00:00Z"))
        #expect(
            server.requests.last?.line
                == "GET /latest/meta-data/iam/security-credentials/my-role HTTP/1.1")
        #expect(throws: AWSCredentialError.notFound) {
            try id(variables.merging(["AWS_EC2_METADATA_DISABLED": "TRUE"]) { $1 })
        }
        let old = try LyingServer { request, _ in
            request.line.hasPrefix("PUT") ? .http(404, body: "") : .http(200, body: Self.answer)
        }
        #expect(throws: AWSCredentialError.notFound) {
            try id(
                variables.merging(["AWS_EC2_METADATA_SERVICE_ENDPOINT": try old.url.text()]) { $1 })
        }
        #expect(old.requests.count == 1)
        let lying = try LyingServer { request, _ in
            request.line.hasPrefix("PUT") ? .http(200, body: "T") : .http(200, body: "../../x\n")
        }
        #expect(throws: AWSCredentialError.badAnswer(service: "EC2 instance metadata")) {
            try id(
                variables.merging(["AWS_EC2_METADATA_SERVICE_ENDPOINT": try lying.url.text()]) {
                    $1
                })
        }
    }

    @Test("A container's credentials come with its token, and from allowed hosts only")
    func container() throws {
        let folder = RealService.newFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("token")
        try Data("Bearer x".utf8).write(to: file)
        let server = try LyingServer { request, _ in
            request.header("authorization") == "Bearer x"
                ? .http(200, body: Self.answer) : .http(403, body: "")
        }
        let uri = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
        let token = "AWS_CONTAINER_AUTHORIZATION_TOKEN"
        let url = try server.url.text() + "/creds?x=1"
        #expect(try id([uri: url, token: "Bearer x"]) == "AKIAROLE")
        #expect(server.requests.first?.line == "GET /creds?x=1 HTTP/1.1")
        #expect(try id([uri: url, token + "_FILE": file.path, token: "no"]) == "AKIAROLE")
        #expect(throws: AWSCredentialError.badAnswer(service: "container credentials")) {
            try id([uri: url])
        }
        #expect(throws: AWSCredentialError.missing(token, profile: nil)) {
            try id([uri: url, token: "Bearer x\r\nX: y"])
        }
        for bad in [
            "http://10.0.0.1/", "http://evil.test/", "ftp://127.0.0.1/", "http://a@127.0.0.1/",
        ] {
            #expect(throws: AWSCredentialError.hostNotAllowed(variable: uri), "\(bad)") {
                try id([uri: bad])
            }
        }
        #expect(
            throws: AWSCredentialError.hostNotAllowed(
                variable: "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
        ) { try id(["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "@evil.test/"]) }
    }

    @Test("They are renewed before they end, kept while they can be, and never given when over")
    func refresh() throws {
        let isUp = Mutex(true)
        let server = try LyingServer { _, number in
            guard isUp.withLock({ $0 }) else { return .http(500, body: "") }
            let hour = number == 1 ? "02" : "03"
            return .http(
                200, body: Self.answer.replacing("T02", with: "T" + hour))
        }
        let clock = TestClock("2026-11-27T01:00:00Z")
        let sources = try sources(
            ["AWS_CONTAINER_CREDENTIALS_FULL_URI": try server.url.text()], time: clock.source)
        let chain = AWSCredentialChain(time: clock.source) { sources }
        func expiration(areExpired: Bool = false) throws -> Double? {
            try chain.credentials(areExpired: areExpired, deadline: .now + .seconds(60)).expiration
        }
        let first = Timestamp.seconds("2026-11-27T02:00:00Z")
        let second = Timestamp.seconds("2026-11-27T03:00:00Z")
        #expect(try expiration() == first)
        clock.set("2026-11-27T01:54:00Z")
        #expect(try expiration() == first)
        #expect(server.requests.count == 1)
        isUp.withLock { $0 = false }
        clock.set("2026-11-27T01:56:00Z")
        #expect(try expiration() == first)
        #expect(server.requests.count == 2)
        #expect(throws: AWSCredentialError.self) { try expiration(areExpired: true) }
        clock.set("2026-11-27T01:59:55Z")
        #expect(throws: AWSCredentialError.self) { try expiration() }
        isUp.withLock { $0 = true }
        #expect(try expiration() == second)
        clock.set("2026-11-27T04:00:00Z")
        #expect(throws: AWSCredentialError.expired) { try expiration() }
    }

    @Test("Dates of the internet are read to the second, and nothing else is")
    func timestamps() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0.0), ("2000-02-29T12:30:15Z", 951_827_415),
            ("2026-11-27T01:00:00Z", 1_795_741_200), ("2026-11-27T01:00:00.123Z", 1_795_741_200),
            ("2026-11-27T02:00:00+01:00", 1_795_741_200),
            ("2026-11-26T20:00:00-05:00", 1_795_741_200),
        ] {
            #expect(Timestamp.seconds(text) == seconds, "\(text)")
        }
        for text in [
            "", "2026-11-27", "2026-11-27T01:00:00", "2026-13-27T01:00:00Z",
            "2026-11-27 01:00:00Z", "2026-11-27T25:00:00Z", "2026-11-27T01:00:00.Z",
            "2026-11-27T01:00:00Zx", "+026-11-27T01:00:00Z",
        ] {
            #expect(Timestamp.seconds(text) == nil, "\(text)")
        }
        #expect(Timestamp.secondsOfHeader("Fri, 27 Nov 2026 01:00:00 GMT") == 1_795_741_200)
        #expect(Timestamp.secondsOfHeader("Fri, 27 Foo 2026 01:00:00 GMT") == nil)
    }
}
