import KMSModel
import KMSWire
import Testing

/// Against the constraints of botocore's service model, broken one at a time.
@Suite("Broken requests", .enabled(if: Python.isThere, Comment(rawValue: Python.missing)))
struct BrokenRequestTests {
    struct BrokenRequest: Decodable {
        let operation: String
        let sent: String
        let exception: String
        let message: String
    }

    @Test("Every broken constraint of every operation is told in AWS's words")
    func everyConstraint() throws {
        let requests = try Python.lines(BrokenRequest.self, of: "broken-requests.py", ["7"])
        #expect(Set(requests.map(\.operation)) == Set(KMSOperation.allCases.map(\.rawValue)))
        for request in requests {
            let operation = try #require(KMSOperation(rawValue: request.operation))
            do throws(WireError) {
                _ = try WireBody.request(operation, Array(request.sent.utf8))
                Issue.record("\(operation) takes \(request.sent.prefix(300))")
            } catch {
                let answer = ErrorAnswer(error)
                #expect(answer.exceptionName == request.exception, "\(request.sent.prefix(300))")
                #expect(answer.message == request.message, "\(request.sent.prefix(300))")
            }
        }
    }

    @Test("A sensitive value is in no message")
    func sensitive() {
        let body = #"{"CustomKeyStoreName":"n","KeyStorePassword":"short1"}"#
        let error = #expect(throws: WireError.self) {
            try WireBody.request(.createCustomKeyStore, Array(body.utf8))
        }
        #expect(
            error.map { ErrorAnswer($0).message } == """
                1 validation error detected: Value at 'keyStorePassword' failed to satisfy \
                constraint: Member must have length greater than or equal to 7
                """)
    }

    @Test(
        "What is no request at all is a failure to read it", arguments: ["[]", "{", "\u{FF}", "7"])
    func noRequest(body: String) {
        let error = #expect(throws: WireError.self) {
            try WireBody.request(.listKeys, Array(body.utf8))
        }
        #expect(error.map { ErrorAnswer($0).exceptionName } == "SerializationException")
    }
}
