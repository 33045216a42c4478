import Foundation
import KMSModel
import KMSWire
import SecretMemory
import Testing

@Suite("AWS JSON")
struct AWSJSONTests {
    private func text(_ body: borrowing SecretBytes) -> String {
        String(decoding: body.copied, as: UTF8.self)
    }

    @Test("A request has the members that were set, and nothing else")
    func request() throws {
        #expect(
            text(
                AWSJSON.encode(
                    GenerateDataKeyRequest(
                        keyID: "alias/a\"\\\n", encryptionContext: try .init(strings: ["é": "v"]),
                        keySpec: .aes256)))
                == #"{"KeyId":"alias/a\"\\\u000a","EncryptionContext":{"é":"v"},"KeySpec":"AES_256"}"#
        )
        #expect(text(AWSJSON.encode(ListKeysRequest())) == "{}")
    }

    @Test("A plaintext stands in its place, whatever comes before and after it")
    func plaintext() throws {
        let body = AWSJSON.encode(
            EncryptRequest(
                keyID: "k", plaintext: .made("secret"),
                encryptionContext: try .init(strings: ["a": "b"])))
        #expect(
            text(body)
                == #"{"KeyId":"k","Plaintext":"c2VjcmV0","EncryptionContext":{"a":"b"},"#
                + #""EncryptionAlgorithm":"SYMMETRIC_DEFAULT"}"#)
    }

    @Test("Base64 is Foundation's in both directions, at every length")
    func base64() throws {
        for count in Array(1...100) + [1023, 1024] {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255) }
            let encoded = Data(bytes).base64EncodedString()
            #expect(
                text(AWSJSON.encode(GenerateRandomResponse(plaintext: .made(bytes))))
                    == #"{"Plaintext":"\#(encoded)"}"#)
            let escaped = encoded.replacing("/", with: #"\/"#).replacing("A", with: #"\u0041"#)
            for spelling in [encoded, escaped] {
                let answer = try AWSJSON.decode(
                    GenerateRandomResponse.self, #"{"Plaintext":"\#(spelling)"}"#)
                #expect(answer.plaintext.copied == bytes)
            }
        }
    }

    @Test(
        "What is not whole base64 of the right length is refused",
        arguments: [
            ("", WireError.wrongLength(member: "Plaintext", byteCount: 0)),
            ("=", .invalidBase64(member: "Plaintext")),
            ("====", .invalidBase64(member: "Plaintext")),
            ("A===", .invalidBase64(member: "Plaintext")),
            ("QQ", .invalidBase64(member: "Plaintext")),
            ("QQ=", .invalidBase64(member: "Plaintext")),
            ("QR==", .invalidBase64(member: "Plaintext")),
            ("QUF=", .invalidBase64(member: "Plaintext")),
            ("QQ==QQ==", .invalidBase64(member: "Plaintext")),
            ("Q=Q=", .invalidBase64(member: "Plaintext")),
            ("QQ-_", .invalidBase64(member: "Plaintext")),
            ("QQ Q", .invalidBase64(member: "Plaintext")),
            (#"QUFB\n"#, .invalidBase64(member: "Plaintext")),
            ("QUé", .invalidBase64(member: "Plaintext")),
            ("@[`{", .invalidBase64(member: "Plaintext")),
            (
                String(repeating: "AAAA", count: 342),
                .wrongLength(member: "Plaintext", byteCount: 1026)
            ),
        ])
    func brokenBase64(spelling: String, expected: WireError) {
        #expect(throws: expected) {
            _ = try AWSJSON.decode(GenerateRandomResponse.self, #"{"Plaintext":"\#(spelling)"}"#)
        }
    }

    @Test("Every single byte that is no character of base64 is refused")
    func base64Alphabet() throws {
        let alphabet = Set(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        for byte in UInt8.min..<0x80 where byte != UInt8(ascii: "=") {
            let body =
                #"{"Plaintext":"QU\u00"# + String(byte >> 4, radix: 16)
                + String(byte & 15, radix: 16) + #"B"}"#
            if alphabet.contains(byte) {
                #expect(
                    try AWSJSON.decode(GenerateRandomResponse.self, body).plaintext.byteCount == 3)
            } else {
                #expect(throws: WireError.invalidBase64(member: "Plaintext"), "\(byte)") {
                    _ = try AWSJSON.decode(GenerateRandomResponse.self, body)
                }
            }
        }
    }

    static let key = #""KeyId":"k""#

    @Test(
        "An answer that is no JSON is refused at the byte that is wrong",
        arguments: [
            ("[]", 0), ("7", 0), ("nul", 3), ("\"x\"", 0), ("x", 0), ("{", 1), ("{}x", 2),
            ("{} {}", 3),
            ("{\"KeyId\"}", 8), ("{\"KeyId\":}", 9), ("{\"KeyId\":\"k\",}", 13), ("{,}", 1),
            ("{\"KeyId\":\"k\" \"a\":1}", 13), ("{'KeyId':1}", 1), ("{\"KeyId\":tru}", 12),
            ("{\"KeyId\":01}", 10), ("{\"KeyId\":1.}", 11), ("{\"KeyId\":1e}", 11),
            ("{\"KeyId\":-}", 10), ("{\"KeyId\":+1}", 9), ("{\"KeyId\":NaN}", 9),
            ("{\"KeyId\":\"k}", 12), ("{\"KeyId\":\"\n\"}", 10), ("{\"KeyId\":\"\\x\"}", 10),
            ("{\"KeyId\":\"\\u12g4\"}", 10), ("{\"KeyId\":\"\\ud800\"}", 10),
            ("{\"KeyId\":\"\\ud800\\u0041\"}", 10), ("{\"KeyId\":\"\\udc00\"}", 10),
            ("{\"KeyId\":\"\\", 10), ("{\"KeyId\":[1,]}", 12), ("{\"KeyId\":[1 2]}", 12),
            ("{/**/}", 1), ("\u{FEFF}{}", 0),
        ])
    func brokenJSON(body: String, offset: Int) {
        #expect(throws: WireError.notJSON(byteOffset: offset)) {
            _ = try AWSJSON.decode(DescribeKeyRequest.self, body)
        }
    }

    @Test(
        "Invalid UTF-8 is refused wherever it stands",
        arguments: [
            [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80],
            [0xE2, 0x82], [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80],
            [0xF5, 0x80, 0x80, 0x80],
            [0xFF], [0xE2, 0x28, 0xA1], [0xF0, 0x9F, 0x94, 0x22],
        ] as [[UInt8]])
    func invalidUTF8(bytes: [UInt8]) throws {
        for (before, after) in [
            (#"{"KeyId":"k"#, #""}"#), (#"{"KeyId":"k","x"#, #"":1}"#),
            (#"{"KeyId":"k","x":["#, #""]}"#),
        ] {
            #expect(throws: WireError.notJSON(byteOffset: before.utf8.count)) {
                _ = try AWSJSON.decode(
                    DescribeKeyRequest.self, Array(before.utf8) + bytes + Array(after.utf8))
            }
        }
    }

    @Test("A member that comes twice is refused, also if one of the two is escaped or unknown")
    func duplicates() {
        for (body, offset) in [
            (#"{"KeyId":"k","KeyId":"l"}"#, 13), (#"{"KeyId":"k","\u004beyId":"k"}"#, 13),
            (#"{"KeyId":"k","x":{"a":1,"a":1}}"#, 24),
        ] {
            #expect(throws: WireError.duplicateMember(byteOffset: offset)) {
                _ = try AWSJSON.decode(DescribeKeyRequest.self, body)
            }
        }
    }

    @Test("Composed and decomposed forms are two keys of a context, not one twice")
    func normalisation() throws {
        let request = try AWSJSON.decode(
            DecryptRequest.self,
            "{\"CiphertextBlob\":\"QQ==\",\"EncryptionContext\":{\"\u{E9}\":\"1\",\"e\u{301}\":\"2\"}}"
        )
        #expect(request.encryptionContext.pairs.map(\.value) == [Array("2".utf8), Array("1".utf8)])
    }

    @Test("Depth, number of values and size are bounded, up to the bound and no further")
    func bounds() throws {
        func nested(_ depth: Int) -> String {
            "{\(Self.key),\"x\":" + String(repeating: "[", count: depth)
                + String(repeating: "]", count: depth) + "}"
        }
        #expect(try AWSJSON.decode(DescribeKeyRequest.self, nested(15)).keyID == "k")
        for depth in [16, 1000, 400_000] {
            #expect(throws: WireError.tooComplex) {
                _ = try AWSJSON.decode(DescribeKeyRequest.self, nested(depth))
            }
        }
        func wide(_ count: Int) -> String {
            "{\(Self.key),\"x\":[" + String(repeating: "0,", count: count - 1) + "0]}"
        }
        // The object, the key id and the list are values too.
        #expect(try AWSJSON.decode(DescribeKeyRequest.self, wide(24_997)).keyID == "k")
        #expect(throws: WireError.tooComplex) {
            _ = try AWSJSON.decode(DescribeKeyRequest.self, wide(24_998))
        }
        func long(_ count: Int) -> String {
            let empty = "{\(Self.key),\"x\":\"\"}"
            return "{\(Self.key),\"x\":\""
                + String(repeating: "x", count: count - empty.utf8.count) + "\"}"
        }
        #expect(try AWSJSON.decode(DescribeKeyRequest.self, long(1 << 20)).keyID == "k")
        #expect(throws: WireError.tooLarge(byteCount: 1 << 20 + 1)) {
            _ = try AWSJSON.decode(DescribeKeyRequest.self, long(1 << 20 + 1))
        }
    }

    @Test(
        "A member of the wrong type, out of range or unheard of is named",
        arguments: [
            (#"{}"#, WireError.missing(member: "KeyMetadata")),
            ("", .missing(member: "KeyMetadata")),
            (#"{"KeyMetadata":null}"#, .missing(member: "KeyMetadata")),
            (#"{"KeyMetadata":[]}"#, .wrongType(member: "KeyMetadata")),
            (metadata(#""KeyState":1"#), .wrongType(member: "KeyState")),
            (metadata(#""KeyState":"Sleeping""#), .unknownValue(member: "KeyState")),
            (metadata(#""Enabled":"true""#), .wrongType(member: "Enabled")),
            (metadata(#""KeySpec":"DES""#), .unknownValue(member: "KeySpec")),
            (
                metadata(#""CustomerMasterKeySpec":"DES""#),
                .unknownValue(member: "CustomerMasterKeySpec")
            ),
            (
                metadata(#""EncryptionAlgorithms":"SYMMETRIC_DEFAULT""#),
                .wrongType(member: "EncryptionAlgorithms")
            ),
            (
                metadata(#""EncryptionAlgorithms":["ROT13"]"#),
                .unknownValue(member: "EncryptionAlgorithms")
            ),
            (
                metadata(#""EncryptionAlgorithms":[null]"#),
                .wrongType(member: "EncryptionAlgorithms")
            ),
            (metadata(#""CreationDate":"2020""#), .wrongType(member: "CreationDate")),
            (metadata(#""CreationDate":1e300"#), .unknownValue(member: "CreationDate")),
            (metadata(#""CreationDate":1e999"#), .unknownValue(member: "CreationDate")),
            (metadata(#""CreationDate":-1e15"#), .unknownValue(member: "CreationDate")),
            (
                metadata(#""CreationDate":1.\#(String(repeating: "0", count: 40))"#),
                .unknownValue(member: "CreationDate")
            ),
            (
                metadata(#""PendingDeletionWindowInDays":7.5"#),
                .unknownValue(member: "PendingDeletionWindowInDays")
            ),
            (
                metadata(#""PendingDeletionWindowInDays":99999999999999999999"#),
                .unknownValue(member: "PendingDeletionWindowInDays")
            ),
        ] as [(String, WireError)])
    func wrongMembers(body: String, expected: WireError) {
        #expect(throws: expected) { _ = try AWSJSON.decode(DescribeKeyResponse.self, body) }
    }

    /// The least that DescribeKey answers, with one member added or replaced.
    private static func metadata(_ member: String) -> String {
        let least = [
            #""KeyId":"k""#, #""Arn":"a""#, #""CreationDate":1.5e9"#, #""KeyState":"Enabled""#,
        ]
        let name = member.prefix { $0 != ":" }
        return #"{"KeyMetadata":{"#
            + (least.filter { !$0.hasPrefix(name) } + [member]).joined(separator: ",") + "}}"
    }

    @Test("The least that a key service tells of a key is enough")
    func leastMetadata() throws {
        let metadata = try AWSJSON.decode(
            DescribeKeyResponse.self, Self.metadata(#""CustomerMasterKeySpec":"RSA_2048""#)
        ).keyMetadata
        #expect(metadata.creationDate == 1_500_000_000)
        #expect(metadata.enabled)
        #expect(metadata.keySpec == .rsa2048)
        #expect(metadata.currentKeyMaterialID == nil)
    }

    @Test("Answers of moto, which leaves out what AWS tells, are read")
    func motoAnswers() throws {
        let opened = try AWSJSON.decode(
            DecryptResponse.self, #"{"KeyId": "arn:k", "Plaintext": "c2VjcmV0"}"#)
        #expect(opened.plaintext.copied == Array("secret".utf8))
        #expect(opened.encryptionAlgorithm == .symmetricDefault)
        #expect(opened.keyMaterialID == nil)
        let deletion = try AWSJSON.decode(
            ScheduleKeyDeletionResponse.self, #"{"KeyId": "k", "DeletionDate": 1790000000.25}"#)
        #expect(deletion.keyState == .pendingDeletion)
        #expect(deletion.deletionDate == 1_790_000_000.25)
        let status = try AWSJSON.decode(
            GetKeyRotationStatusResponse.self, #"{"KeyRotationEnabled": false}"#)
        #expect(status.keyID == nil)
        let rotation = try AWSJSON.decode(
            ListKeyRotationsResponse.self,
            #"{"Rotations": [{"KeyId": "k", "RotationDate": 1.5, "RotationType": "ON_DEMAND"}]}"#
        ).rotations.first
        #expect(rotation?.keyMaterialState == nil)
        #expect(rotation?.rotationDate == 1.5)
    }

    @Test("An answer without members is empty, null or an object", arguments: ["", "null", "{}"])
    func emptyAnswers(body: String) throws {
        #expect(try AWSJSON.decode(EmptyResponse.self, body) == EmptyResponse())
        #expect(throws: WireError.missing(member: "KeyId")) {
            _ = try AWSJSON.decode(DecryptResponse.self, body)
        }
    }

    @Test(
        "A context that AWS would not take is named",
        arguments: [
            #"{"":"v"}"#, #"{"k":"\#(String(repeating: "x", count: 9000))"}"#,
        ])
    func brokenContext(context: String) {
        #expect(throws: WireError.invalidContext(member: "EncryptionContext")) {
            _ = try AWSJSON.decode(
                DecryptRequest.self,
                #"{"CiphertextBlob":"QQ==","EncryptionContext":\#(context)}"#)
        }
    }

    @Test("No prefix of an answer, and no answer with a byte replaced, does more than fail")
    func damage() throws {
        let body = Array(
            #"{"CiphertextBlob":"QUJD","Plaintext":"c2VjcmV0","KeyId":"\u006b","X":[1.5e3,{}]}"#
                .utf8)
        for count in 1..<body.count {
            #expect(throws: WireError.self) {
                _ = try AWSJSON.decode(GenerateDataKeyResponse.self, Array(body.prefix(count)))
            }
        }
        var refusedCount = 0
        for index in body.indices {
            for byte in UInt8.min...UInt8.max where byte != body[index] {
                var changed = body
                changed[index] = byte
                do {
                    _ = try AWSJSON.decode(GenerateDataKeyResponse.self, changed)
                } catch {
                    refusedCount += 1
                }
            }
        }
        #expect(refusedCount > body.count * 128)
    }
}
