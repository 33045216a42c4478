import KMSWire
import SecretMemory
import Testing

/// Values that AWS documents, and signatures that say too little, too much or nothing.
@Suite("SigV4")
struct SigV4Tests {
    static let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
    static let time = "20150830T123600Z"

    struct Example: Sendable {
        let method: String
        let path: String
        let query: String
        let headers: [HeaderField]
        let service: String
        let signature: String
    }

    static let host = HeaderField("Host", "example.amazonaws.com")

    /// The first from AWS's guide, "Signature Version 4 signing process"; the others from its test
    /// suite: get-vanilla, post-vanilla, get-vanilla-query-order-key-case, get-utf8,
    /// get-header-value-trim, get-header-key-duplicate.
    static let examples = [
        Example(
            method: "GET", path: "/", query: "Action=ListUsers&Version=2010-05-08",
            headers: [
                HeaderField(
                    "Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
                HeaderField("Host", "iam.amazonaws.com"),
            ], service: "iam",
            signature: "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"),
        Example(
            method: "GET", path: "/", query: "", headers: [host], service: "service",
            signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        Example(
            method: "POST", path: "/", query: "", headers: [host], service: "service",
            signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
        Example(
            method: "GET", path: "/", query: "Param2=value2&Param1=value1", headers: [host],
            service: "service",
            signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
        Example(
            method: "GET", path: "/ሴ", query: "", headers: [host], service: "service",
            signature: "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"),
        Example(
            method: "GET", path: "/", query: "",
            headers: [
                host, HeaderField("My-Header1", " value1"),
                HeaderField("My-Header2", " \"a   b   c\""),
            ], service: "service",
            signature: "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"),
        Example(
            method: "GET", path: "/", query: "",
            headers: [
                host, HeaderField("My-Header1", "value2"), HeaderField("My-Header1", "value2"),
                HeaderField("My-Header1", "value1"),
            ], service: "service",
            signature: "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"),
    ]

    @Test("AWS's documented requests get the documented signatures", arguments: examples)
    func documented(example: Example) throws {
        var request = try SignableRequest.made(
            example.method, example.path, example.query, example.headers)
        try request.sign(
            with: SigningCredentials(
                accessKeyID: "AKIDEXAMPLE", secretAccessKey: .made(Self.secret)),
            region: "us-east-1", service: example.service, at: try #require(SigningTime(Self.time)))
        #expect(request.headers.last?.value.hasSuffix("Signature=\(example.signature)") == true)
    }

    private func signedRequest(
        _ headers: [HeaderField] = [host], token: String? = nil
    ) throws -> SignableRequest {
        var request = try SignableRequest.made("POST", "/", "", headers, Array("{}".utf8))
        try sign(&request, token: token)
        return request
    }

    private func sign(_ request: inout SignableRequest, token: String? = nil) throws {
        try request.sign(
            with: SigningCredentials(
                accessKeyID: "AKIDEXAMPLE", secretAccessKey: .made(Self.secret),
                sessionToken: token),
            region: "us-east-1", service: "kms", at: try #require(SigningTime(Self.time)))
    }

    private func verify(
        _ request: SignableRequest, service: String = "kms", after seconds: Int64 = 0
    ) throws {
        let time = try #require(SigningTime(Self.time))
        try UnverifiedSignature(of: request).verify(
            secretAccessKey: .made(Self.secret), service: service,
            now: SigningTime(secondsSince1970: time.secondsSince1970 + seconds))
    }

    @Test("A request signed again carries one signature, one date and the newest token")
    func signedAgain() throws {
        var request = try signedRequest(token: "first")
        let once = request
        try sign(&request, token: "second")
        #expect(request.headers.count == once.headers.count)
        try verify(request)
        try sign(&request)
        #expect(!request.headers.contains { $0.name == "X-Amz-Security-Token" })
        try verify(request)
    }

    @Test("A signature counts for five minutes in both directions, and no second longer")
    func window() throws {
        let request = try signedRequest()
        try verify(request, after: 300)
        try verify(request, after: -300)
        #expect(throws: SigV4Error.expired) { try verify(request, after: 301) }
        #expect(throws: SigV4Error.notYetValid) { try verify(request, after: -301) }
    }

    @Test("A signature for another service is refused")
    func otherService() throws {
        let request = try signedRequest()
        #expect(throws: SigV4Error.wrongService) { try verify(request, service: "sts") }
    }

    @Test("A stated body hash has to be the body's, when signing and when verifying")
    func statedHash() throws {
        var request = try signedRequest()
        request.headers.append(HeaderField("X-Amz-Content-SHA256", "UNSIGNED-PAYLOAD"))
        let before = request
        #expect(throws: SigV4Error.bodyHashMismatch) { try sign(&request) }
        #expect(request == before)
        request.headers.removeLast()
        request.headers.append(HeaderField("x-amz-content-sha256", request.bodyHash))
        try sign(&request)
        try verify(request)
    }

    @Test(
        "What cannot be on a request line or in a header is not signed",
        arguments: [
            ("x", "", [host], SigV4Error.malformedPath), ("/a b", "", [host], .malformedPath),
            ("/?x", "", [host], .malformedPath), ("/\n", "", [host], .malformedPath),
            ("/", "a=%2", [host], .malformedQuery), ("/", "%zz", [host], .malformedQuery),
            ("/", "", [], .notSigned(header: "host")),
            (
                "/", "", [host, HeaderField("a", "b\r\nX-Evil: 1")],
                .malformedHeader(name: "a")
            ),
            ("/", "", [host, HeaderField("a b", "")], .malformedHeader(name: "a b")),
            ("/", "", [host, HeaderField("", "")], .malformedHeader(name: "")),
        ] as [(String, String, [HeaderField], SigV4Error)])
    func unsignable(
        path: String, query: String, headers: [HeaderField], expected: SigV4Error
    ) throws {
        var request = try SignableRequest.made("POST", path, query, headers)
        #expect(throws: expected) { try sign(&request) }
    }

    @Test("A region or an access key id that would break the scope is refused")
    func brokenScope() throws {
        for (accessKey, region) in [
            ("A/B", "us-east-1"), ("", "us-east-1"), ("A", ""), ("A", "a/b"),
        ] {
            var request = try SignableRequest.made("POST", "/", "", [Self.host])
            #expect(throws: SigV4Error.malformedScope) {
                try request.sign(
                    with: SigningCredentials(
                        accessKeyID: accessKey, secretAccessKey: .made(Self.secret)),
                    region: region, service: "kms", at: try #require(SigningTime(Self.time)))
            }
        }
    }

    static let credential = "Credential=AKIDEXAMPLE/20150830/us-east-1/kms/aws4_request"
    static let digits = String(repeating: "0", count: 64)

    @Test(
        "An Authorization header that is no whole signature is named for what it lacks",
        arguments: [
            ("Basic dXNlcjpwYXNz", SigV4Error.unsupportedAlgorithm), ("", .unsupportedAlgorithm),
            ("AWS4-HMAC-SHA256", .unsupportedAlgorithm),
            ("AWS4-HMAC-SHA256 x", .incomplete(part: "Authorization")),
            (
                "AWS4-HMAC-SHA256 SignedHeaders=host;x-amz-date, Signature=\(digits)",
                .incomplete(part: "Credential")
            ),
            ("AWS4-HMAC-SHA256 \(credential), Signature=\(digits)", .notSigned(header: "host")),
            (
                "AWS4-HMAC-SHA256 \(credential), SignedHeaders=host;x-amz-date",
                .incomplete(part: "Signature")
            ),
            (
                "AWS4-HMAC-SHA256 \(credential), SignedHeaders=host;x-amz-date, Signature=00",
                .incomplete(part: "Signature")
            ),
            (
                "AWS4-HMAC-SHA256 \(credential), SignedHeaders=host;x-amz-date, "
                    + "Signature=\(String(repeating: "A", count: 64))",
                .incomplete(part: "Signature")
            ),
            (
                "AWS4-HMAC-SHA256 \(credential), \(credential), SignedHeaders=host;x-amz-date, "
                    + "Signature=\(digits)", .incomplete(part: "Authorization")
            ),
            (
                "AWS4-HMAC-SHA256 \(credential), SignedHeaders=x-amz-date;host, "
                    + "Signature=\(digits)", .incomplete(part: "SignedHeaders")
            ),
            (
                "AWS4-HMAC-SHA256 \(credential), SignedHeaders=host, Signature=\(digits)",
                .notSigned(header: "x-amz-date")
            ),
            (
                "AWS4-HMAC-SHA256 \(credential), SignedHeaders=host;x-amz-date;x-gone, "
                    + "Signature=\(digits)", .incomplete(part: "SignedHeaders")
            ),
            (
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150831/us-east-1/kms/aws4_request, "
                    + "SignedHeaders=host;x-amz-date, Signature=\(digits)", .dateOutsideScope
            ),
            (
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/kms/aws5_request, "
                    + "SignedHeaders=host;x-amz-date, Signature=\(digits)",
                .incomplete(part: "Credential")
            ),
            (
                "AWS4-HMAC-SHA256 \(credential), SignedHeaders=host;x-amz-date, "
                    + "Signature=\(digits)", .signatureMismatch
            ),
        ] as [(String, SigV4Error)])
    func brokenAuthorization(value: String, expected: SigV4Error) throws {
        let request = try SignableRequest.made(
            "POST", "/", "",
            [Self.host, HeaderField("X-Amz-Date", Self.time), HeaderField("Authorization", value)])
        #expect(throws: expected) { try verify(request) }
    }

    @Test("No signature, two signatures and two dates are refused")
    func countedParts() throws {
        let unsigned = try SignableRequest.made("POST", "/", "", [Self.host])
        #expect(throws: SigV4Error.missingAuthentication) { try verify(unsigned) }

        var twice = try signedRequest()
        twice.headers.append(try #require(twice.headers.last))
        #expect(throws: SigV4Error.incomplete(part: "Authorization")) { try verify(twice) }

        var presignedToo = try signedRequest()
        presignedToo.query = "X-Amz-Algorithm=AWS4-HMAC-SHA256"
        #expect(throws: SigV4Error.incomplete(part: "Authorization")) { try verify(presignedToo) }

        var dates = try signedRequest()
        dates.headers.append(HeaderField("X-Amz-Date", Self.time))
        #expect(throws: SigV4Error.incomplete(part: "X-Amz-Date")) { try verify(dates) }
    }

    @Test(
        "A presigned query counts for a week at most",
        arguments: ["0", "-1", "604801", "99999999999999999999", "", "1e3"])
    func presignedTime(expires: String) throws {
        let request = try SignableRequest.made(
            "GET", "/",
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=\(expires)&X-Amz-Date=\(Self.time)"
                + "&X-Amz-SignedHeaders=host&X-Amz-Signature=\(Self.digits)"
                + "&X-Amz-\(Self.credential)", [Self.host])
        #expect(throws: SigV4Error.incomplete(part: "X-Amz-Expires")) { try verify(request) }
    }
}
