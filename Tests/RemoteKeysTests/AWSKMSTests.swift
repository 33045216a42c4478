import ContainerFormat
import FileIO
import Foundation
import KeyAgent
import SecretMemory
import Testing

@testable import RemoteKeys

@Suite(
    "AWS KMS, played by moto",
    .enabled(if: Moto.isThere, Comment(rawValue: RealService.missing)))
struct AWSKMSTests {
    private let moto: Moto

    init() throws { moto = try Moto.shared.get() }

    static func binding(_ pairs: [(String, String)] = [("a", "b")], byte: UInt8 = 7) throws
        -> WrapBinding
    {
        WrapBinding(
            binder: [UInt8](repeating: byte, count: 32),
            context: try require(ContainerContext(pairs)))
    }

    static func bytes(_ secret: borrowing SecretBytes) -> [UInt8] {
        let text = SecretText(secret.duplicate())
        return (0..<text.count).map { text[$0] }
    }

    private func open(_ name: String, _ more: [String: String] = [:]) throws -> any AgentKey {
        try moto.aws(more).open(AgentReference(uri: "aws-kms:" + name), pin: nil)
    }

    @Test("A made and a wrapped key come back, and for another context or binder neither does")
    func roundTrip() throws {
        let arn = try moto.makeKey()
        let key = try open(arn)
        #expect(key.keyID == Array(arn.utf8))
        let binding = try Self.binding()
        let made = try key.makeFileKey(binding)
        let secret = SecretBytes(randomByteCount: 32)
        let wrapped = try key.wrap(secret, binding)
        #expect(made.secret.byteCount == 32)
        for (body, expected) in [
            (made.body, Self.bytes(made.secret)), (wrapped, Self.bytes(secret)),
        ] {
            #expect(
                Self.bytes(try key.unwrap(keyID: key.keyID, body: body, binding)) == expected)
            for other in [
                try Self.binding(byte: 8), try Self.binding([]), try Self.binding([("a", "c")]),
            ] {
                #expect(throws: AgentFailure.notOpened) {
                    _ = try key.unwrap(keyID: key.keyID, body: body, other)
                }
            }
        }
    }

    @Test("An alias and an id are the key that the service says they are")
    func names() throws {
        let arn = try moto.makeKey()
        let id = try require(arn.split(separator: "/").last)
        let alias = "alias/\(UUID().uuidString)"
        _ = try moto.call("CreateAlias", "{\"AliasName\":\"\(alias)\",\"TargetKeyId\":\"\(id)\"}")
        for name in [alias, String(id), "key/\(id)", arn] {
            #expect(try open(name).keyID == Array(arn.utf8), "\(name)")
        }
        #expect(throws: AgentFailure.noSuchKey) { try open("alias/none") }
        for name in ["", "alias/a b", "arn:aws:s3:::bucket"] {
            #expect(throws: AgentFailure.self, "\(name)") { try open(name) }
        }
    }

    @Test("What a container says of keys is compared, and never asked for")
    func foreignKey() throws {
        let (mine, theirs) = (try moto.makeKey(), try moto.makeKey())
        let binding = try Self.binding()
        let body = try open(theirs).makeFileKey(binding).body
        let key = try open(mine)
        for keyID in [theirs, "", "alias/x", "arn:aws:kms:evil.test:1:key/1"] {
            #expect(throws: AgentFailure.notOpened) {
                _ = try key.unwrap(keyID: Array(keyID.utf8), body: body, binding)
            }
        }
        #expect(throws: AgentFailure.notOpened) {
            _ = try key.unwrap(keyID: Array(mine.utf8), body: [], binding)
        }
        // For another key's ciphertext moto has another error than AWS.
        #expect(throws: AgentFailure.denied("AWS KMS at \(moto.authority): AccessDeniedException"))
        {
            _ = try key.unwrap(keyID: Array(mine.utf8), body: body, binding)
        }
    }

    @Test("A key that does not exist is no such key")
    func missing() throws {
        let arn = try moto.makeKey()
        #expect(throws: AgentFailure.noSuchKey) {
            _ = try open(arn.dropLast(4) + "0000").makeFileKey(try Self.binding())
        }
    }

    @Test("Operations go through as JSON, and refusals come back by name")
    func call() throws {
        let arn = try moto.makeKey("{\"Description\":\"through call\"}")
        let answer = try moto.call("DescribeKey", "{\"KeyId\":\"\(arn)\"}")
        #expect(try moto.metadata(answer, "Description") == "through call")
        let error = #expect(throws: AgentFailure.self) {
            try moto.call("DescribeKey", "{\"KeyId\":\"alias/none\"}")
        }
        guard case .refused("NotFoundException", _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(throws: AgentFailure.unsupported("NoSuchOperation")) {
            try moto.call("NoSuchOperation", "{}")
        }
    }

    @Test(
        "A key that the service keeps to itself is sealed anew under another key, and opens there")
    func reEncrypt() throws {
        let (first, second) = (try moto.makeKey(), try moto.makeKey())
        let binding = try Self.binding()
        let context =
            "{\"a\":\"b\",\"coffer:bind\":\"\(String(repeating: "07", count: 32))\"}"
        func blob(_ operation: String, _ body: String) throws -> String {
            let answer = try moto.call(operation, body)
            let json = try JSONSerialization.jsonObject(with: Data(answer)) as? [String: Any]
            return try require(json?["CiphertextBlob"] as? String)
        }
        let sealed = try blob(
            "GenerateDataKeyWithoutPlaintext",
            "{\"KeyId\":\"\(first)\",\"KeySpec\":\"AES_256\",\"EncryptionContext\":\(context)}")
        let moved = try blob(
            "ReEncrypt",
            "{\"CiphertextBlob\":\"\(sealed)\",\"SourceEncryptionContext\":\(context),"
                + "\"DestinationKeyId\":\"\(second)\",\"DestinationEncryptionContext\":\(context)}")
        func opened(_ arn: String, _ blob: String) throws -> [UInt8] {
            let key = try open(arn)
            let body = Array(try require(Data(base64Encoded: blob)))
            return Self.bytes(try key.unwrap(keyID: key.keyID, body: body, binding))
        }
        #expect(try opened(first, sealed) == opened(second, moved))
    }

    @Test("A role is assumed with the profile's keys, twice over, and by a web identity")
    func roles() throws {
        let arn = try moto.makeKey()
        let folder = RealService.newFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let config = folder.appendingPathComponent("config")
        let token = folder.appendingPathComponent("token")
        try Data("a.b.c\n".utf8).write(to: token)
        try Data(
            """
            [profile first]
            role_arn = arn:aws:iam::123456789012:role/first
            source_profile = keys
            external_id = e/x t
            [profile second]
            role_arn = arn:aws:iam::123456789012:role/second
            role_session_name = me
            source_profile = first
            [profile web]
            role_arn = arn:aws:iam::123456789012:role/web
            web_identity_token_file = \(token.path)
            [profile keys]
            aws_access_key_id = AKIATEST
            aws_secret_access_key = secret
            """.utf8
        ).write(to: config)
        for profile in ["first", "second", "web"] {
            let service = AWSKMSService(
                environment: ProcessEnvironment(
                    [
                        "AWS_ENDPOINT_URL": moto.url, "AWS_REGION": "eu-west-1",
                        "AWS_CONFIG_FILE": config.path, "AWS_PROFILE": profile,
                    ].mapValues { Array($0.utf8) }))
            let key = try service.open(AgentReference(uri: "aws-kms:" + arn), pin: nil)
            _ = try key.makeFileKey(try Self.binding())
        }
    }

    @Test("Sixteen at a time share the client and its connections")
    func concurrency() async throws {
        let key = try open(try moto.makeKey())
        let binding = try Self.binding()
        let opened = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<32 {
                group.addTask {
                    await onOwnThread {
                        guard let body = try? key.makeFileKey(binding).body else { return false }
                        return (try? key.unwrap(keyID: key.keyID, body: body, binding)) != nil
                    }
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(opened == 32)
    }
}

/// Blocking work, off Swift's shared pool.
func onOwnThread<R: Sendable>(_ work: @escaping @Sendable () -> R) async -> R {
    await withCheckedContinuation { continuation in
        Thread.detachNewThread { continuation.resume(returning: work()) }
    }
}
