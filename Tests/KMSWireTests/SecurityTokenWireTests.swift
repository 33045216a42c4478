import Foundation
import KMSModel
import KMSWire
import SecretMemory
import Testing

/// AWS Query and its XML, against botocore's client of STS.
@Suite struct SecurityTokenWireTests {
    private struct Made: Decodable {
        let operation: String
        let given: [String: String]
        let body: String
        let contentType: String
    }

    private struct Answer: Encodable {
        let operation: String
        let status: Int
        let body: String
    }

    private struct Parsed: Decodable {
        let parsed: String

        var object: [String: Any] {
            get throws {
                try #require(
                    JSONSerialization.jsonObject(with: Data(parsed.utf8)) as? [String: Any])
            }
        }
    }

    private static func operation(_ body: String) throws -> SecurityTokenOperation {
        try SecurityTokenOperation(QueryRequest(body: Array(body.utf8)))
    }

    @Test(
        "What botocore asks is understood",
        .enabled(if: Python.isThere, Comment(rawValue: Python.missing)))
    func requests() throws {
        let made = try Python.lines(Made.self, of: "security-tokens.py", ["make"])
        #expect(made.map(\.operation) == ["GetCallerIdentity", "AssumeRole", "AssumeRole"])
        for request in made {
            #expect(request.contentType.hasPrefix(QueryRequest.contentType))
            switch try Self.operation(request.body) {
            case .getCallerIdentity: #expect(request.operation == "GetCallerIdentity")
            case .assumeRole(let asked):
                #expect(asked.roleARN == request.given["RoleArn"])
                #expect(asked.roleSessionName == request.given["RoleSessionName"])
                #expect(asked.durationSeconds.map(String.init) == request.given["DurationSeconds"])
                #expect(asked.externalID == request.given["ExternalId"])
                #expect(asked.policy == request.given["Policy"])
            }
        }
    }

    @Test(
        "botocore reads every answer, whatever characters it has",
        .enabled(if: Python.isThere, Comment(rawValue: Python.missing)))
    func answers() throws {
        let odd = "<&>\"' é\u{6771}\t\r\n"
        let identity = SecurityTokenXML.encode(
            GetCallerIdentityResponse(account: "111122223333", arn: odd, userID: "AIDA"),
            requestID: "r-1")
        let role = unsafe AssumeRoleResponse(
            accessKeyID: "ASIA",
            secretAccessKey: SecretBytes(copying: Array("secret".utf8).span.bytes),
            sessionToken: "a+/=", expiration: "2027-01-15T08:15:00Z", assumedRoleARN: "arn:x",
            assumedRoleID: "AROA:one")
        let answers = [
            Answer(
                operation: "GetCallerIdentity", status: 200,
                body: String(decoding: identity, as: UTF8.self)),
            Answer(
                operation: "AssumeRole", status: 200,
                body: String(
                    decoding: SecurityTokenXML.encode(role, requestID: "r-2").copied,
                    as: UTF8.self)),
            Answer(
                operation: "AssumeRole", status: 403,
                body: String(
                    decoding: SecurityTokenXML.encode(
                        .accessDenied(odd + "\u{1}"), requestID: "r-3"), as: UTF8.self)),
        ]
        let parsed = try Python.lines(
            Parsed.self, of: "security-tokens.py", ["parse"],
            input: try answers.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
        )
        #expect(parsed.count == 3)
        let first = try parsed[0].object
        #expect(first["Arn"] as? String == odd)
        #expect(first["Account"] as? String == "111122223333")
        #expect(first["UserId"] as? String == "AIDA")
        let credentials = try #require(try parsed[1].object["Credentials"] as? [String: Any])
        #expect(credentials["SecretAccessKey"] as? String == "secret")
        #expect(credentials["SessionToken"] as? String == "a+/=")
        #expect(credentials["AccessKeyId"] as? String == "ASIA")
        #expect(credentials["Expiration"] as? String == "2027-01-15 08:15:00+00:00")
        let user = try #require(try parsed[1].object["AssumedRoleUser"] as? [String: Any])
        #expect(user["Arn"] as? String == "arn:x")
        let error = try #require(try parsed[2].object["Error"] as? [String: Any])
        #expect(error["Code"] as? String == "AccessDenied")
        #expect(error["Message"] as? String == odd + "\u{FFFD}")
        let metadata = try #require(try parsed[2].object["ResponseMetadata"] as? [String: Any])
        #expect(metadata["RequestId"] as? String == "r-3")
    }

    @Test(
        "What is no request of AWS Query is refused",
        arguments: [
            ("a=%", .malformed), ("a=%4", .malformed), ("%zz=1", .malformed),
            ("a=%ff", .malformed), ("a=1&a=2", .duplicateParameter("a")),
            (String(repeating: "a", count: 65_537), .tooLarge(byteCount: 65_537)),
        ] as [(String, QueryRequest.Failure)])
    func malformed(body: String, expected: QueryRequest.Failure) {
        #expect(throws: expected) { try QueryRequest(body: Array(body.utf8)) }
    }

    @Test(
        "A request that lacks what it needs, or asks for what is not there, is refused by name",
        arguments: [
            ("", "MissingParameter"), ("Action=AssumeRole", "MissingParameter"),
            ("Action=AssumeRole&Version=2012-01-01", "InvalidAction"),
            ("Action=Assume&Version=2011-06-15", "InvalidAction"),
            ("Action=AssumeRole&Version=2011-06-15", "ValidationError"),
            ("Action=AssumeRole&Version=2011-06-15&RoleArn=a", "ValidationError"),
            (
                "Action=AssumeRole&Version=2011-06-15&RoleArn=a&RoleSessionName=b&DurationSeconds=x",
                "ValidationError"
            ),
            (
                "Action=AssumeRole&Version=2011-06-15&RoleArn=a&RoleSessionName=b"
                    + "&DurationSeconds=99999999999999999999", "ValidationError"
            ),
        ])
    func incomplete(body: String, code: String) throws {
        let request = try QueryRequest(body: Array(body.utf8))
        do throws(SecurityTokenError) {
            _ = try SecurityTokenOperation(request)
            Issue.record("was taken")
        } catch {
            #expect(error.code == code)
        }
    }

    @Test(
        "What a session would have been narrowed or marked by is refused, not passed over",
        arguments: [
            "PolicyArns.member.1.arn=arn:aws:iam::aws:policy/ReadOnlyAccess",
            "Tags.member.1.Key=a&Tags.member.1.Value=b", "TransitiveTagKeys.member.1=a",
            "SerialNumber=arn:aws:iam::111122223333:mfa/a", "TokenCode=123456", "SourceIdentity=a",
            "ProvidedContexts.member.1.ContextAssertion=abcd",
        ])
    func notSupported(parameters: String) throws {
        let body = "Action=AssumeRole&Version=2011-06-15&RoleArn=a&RoleSessionName=b"
        _ = try Self.operation(body)
        let name = try #require(parameters.split { ".=".contains($0) }.first)
        #expect(throws: SecurityTokenError.validation("\(name) is not supported.")) {
            _ = try Self.operation(body + "&" + parameters)
        }
    }
}
