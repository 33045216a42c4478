import KMSModel
import KMSWire
import Testing

@Suite("Error answers")
struct ErrorAnswerTests {
    private func answer(_ body: String, header: String? = nil) throws(WireError) -> ErrorAnswer {
        let bytes = Array(body.utf8)
        return unsafe try ErrorAnswer(body: bytes.span.bytes, errorTypeHeader: header)
    }

    @Test(
        "The exception is found in each form that services give it",
        arguments: [
            (#"{"__type":"NotFoundException","message":"m"}"#, nil, "m"),
            (#"{"__type":"NotFoundException","Message":"m"}"#, nil, "m"),
            (#"{"__type":"com.amazonaws.kms#NotFoundException"}"#, nil, nil),
            (#"{"__type":"com.amazonaws.kms#NotFoundException:http://internal/x#y"}"#, nil, nil),
            (#"{"message":"m"}"#, "NotFoundException", "m"),
            (#"{"message":"m"}"#, "NotFoundException:http://internal.amazon.com/coral/", "m"),
            (#"{"__type":"NotFoundException"}"#, "OtherException", nil),
            ("", "NotFoundException", nil), ("<html>", "NotFoundException", nil),
        ] as [(String, String?, String?)])
    func forms(body: String, header: String?, message: String?) throws {
        let answer = try answer(body, header: header)
        #expect(answer.exceptionName == "NotFoundException")
        #expect(answer.message == message)
        #expect(answer.kmsError == .notFound(message ?? ""))
    }

    @Test(
        "An answer that names no exception is refused",
        arguments: [
            ("", WireError.missing(member: "__type")), ("{}", .missing(member: "__type")),
            (#"{"__type":7}"#, .wrongType(member: "__type")),
            (#"{"__type":""}"#, .unknownValue(member: "__type")),
            (#"{"__type":"a b"}"#, .unknownValue(member: "__type")),
            (#"{"__type":"a\u001b[31m"}"#, .unknownValue(member: "__type")),
            (#"{"__type":"x#"}"#, .unknownValue(member: "__type")),
            (#"{"__type":"X","message":{}}"#, .wrongType(member: "message")),
            ("<html>", .notJSON(byteOffset: 0)),
        ])
    func nameless(body: String, expected: WireError) {
        #expect(throws: expected) { _ = try answer(body) }
    }

    @Test("A name that KMSModel does not have stays a name")
    func otherNames() throws {
        let answer = try answer(#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#)
        #expect(answer.exceptionName == "ThrottlingException")
        #expect(answer.kmsError == nil)
    }

    @Test("Every exception of KMSModel comes back from its own answer")
    func allExceptions() throws {
        let errors: [KMSError] = [
            .alreadyExists("m"), .conflict("m"), .dependencyTimeout("m"), .disabled("m"),
            .dryRunOperation("m"), .incorrectKey("m"), .invalidAliasName("m"), .invalidArn("m"),
            .invalidCiphertext, .invalidKeyUsage("m"), .invalidMarker("m"), .keyUnavailable("m"),
            .kmsInternal("m"), .kmsInvalidState("m"), .limitExceeded("m"), .notFound("m"),
            .unsupportedOperation("m"), .accessDenied("m"), .notAuthorized("m"), .validation("m"),
        ]
        for error in errors {
            let body = AWSJSON.encode(ErrorAnswer(error))
            #expect(try AWSJSON.decode(ErrorAnswer.self, body.copied).kmsError == error)
        }
    }

    @Test("A message without end is cut")
    func longMessage() throws {
        let answer = try answer(
            #"{"__type":"X","message":"\#(String(repeating: "é", count: 100_000))"}"#)
        #expect(answer.message?.count == 2048)
    }
}
