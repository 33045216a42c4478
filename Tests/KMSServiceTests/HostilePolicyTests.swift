import KMSDomain
import KMSModel
import KMSService
import KMSTestSupport
import Testing

/// Policies that were written to cost: each is refused as malformed, or decided in bounded work.
@Suite struct HostilePolicyTests {
    private static let limit = 32_768

    private static func statement(_ rest: String) -> String {
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"000000000000"},
        "Action":"kms:*","Resource":"*"\(rest)}]}
        """
    }

    private static func filled(_ head: String, _ part: String, _ tail: String) -> String {
        let room = limit - head.utf8.count - tail.utf8.count
        return head + String(repeating: part, count: max(0, room / part.utf8.count)) + tail
    }

    static let malformed: [(String, String)] = [
        ("deep objects", filled("", #"{"Statement":"#, "")),
        ("deep lists", String(repeating: "[", count: limit)),
        (
            "deep within a condition",
            statement(
                #","Condition":{"StringEquals":{"a:b":"# + String(repeating: "[", count: 9000))
        ),
        (
            "a name twice", statement(#","Effect":"Deny""#)
        ),
        (
            "a name twice by escapes", statement(##","Eff\u0065ct":"Deny""##)
        ),
        (
            "an operator twice",
            statement(
                #","Condition":{"Bool":{"a:b":"true"},"Bool":{"a:b":"false"}}"#)
        ),
        ("a lone surrogate", statement(#","Sid":"\ud800""#)),
        ("an unfinished text", filled(#"{"Version":""#, "a", "")),
        (
            "a number that is none",
            statement(#","Condition":{"NumericEquals":{"a:b":1e}}"#)
        ),
        (
            "a number in a text that is none",
            statement(#","Condition":{"NumericEquals":{"a:b":"0x10"}}"#)
        ),
        ("many statements without an effect", filled(#"{"Statement":["#, "{},", "{}]}")),
    ]

    @Test("What is malformed is refused with one error, however long", arguments: malformed)
    func refused(name: String, text: String) throws {
        let house = try AccessTests.House()
        let answer = refusal {
            try house.service.putKeyPolicy(
                PutKeyPolicyRequest(keyID: house.key, policy: text),
                caller: .localRoot(of: .local))
        }
        #expect(answer?.exceptionName == "MalformedPolicyDocumentException", "\(name)")
        // The message repeats some of the policy, not all of it.
        #expect((answer?.message?.utf8.count ?? 0) < 1024, "\(name)")
    }

    @Test("A policy one byte too long is refused by its length, unread")
    func tooLong() throws {
        let house = try AccessTests.House()
        for (count, isTooLong) in [(Self.limit, false), (Self.limit + 1, true)] {
            let text = Self.statement("")
            let padded = text + String(repeating: " ", count: count - text.utf8.count)
            let answer: KMSError?
            do throws(KMSServiceError) {
                try house.service.putKeyPolicy(
                    PutKeyPolicyRequest(keyID: house.key, policy: padded),
                    caller: .localRoot(of: .local))
                answer = nil
            } catch { answer = error.clientError }
            #expect(
                answer?.exceptionName == (isTooLong ? "LimitExceededException" : nil))
        }
    }

    /// Conditions of 32 KiB that look at a value again and again.
    static let bombs: [(String, String)] = [
        (
            "stars",
            filled(
                statement("").replacing("}]}", with: "")
                    + #","Condition":{"StringLike":{"kms:EncryptionContext:k":""#, "*a",
                #"*b"}}}]}"#)
        ),
        (
            "stars and marks",
            filled(
                statement("").replacing("}]}", with: "")
                    + #","Condition":{"StringLike":{"kms:EncryptionContext:k":""#, "*?",
                #"*b"}}}]}"#)
        ),
        (
            "many patterns",
            filled(
                statement("").replacing("}]}", with: "")
                    + #","Condition":{"ForAnyValue:StringLike":{"kms:EncryptionContextKeys":["#,
                #""*a*b","#, #""c"]}}}]}"#)
        ),
        (
            "one long run",
            filled(
                statement("").replacing("}]}", with: "")
                    + #","Condition":{"StringLike":{"kms:EncryptionContext:k":["#,
                #""*\#(String(repeating: "a", count: 2000))b","#, #""c"]}}}]}"#)
        ),
        (
            "a huge number",
            filled(
                statement("").replacing("}]}", with: "")
                    + #","Condition":{"NumericLessThan":{"kms:EncryptionContext:k":1"#, "0",
                #"}}}]}"#)
        ),
        (
            "a huge exponent",
            statement(
                #","Condition":{"NumericLessThan":{"kms:EncryptionContext:k":1e999999999}}"#)
        ),
        (
            "variables",
            filled(
                statement("").replacing("}]}", with: "")
                    + #","Condition":{"StringLike":{"kms:EncryptionContext:k":""#,
                "${kms:EncryptionContext:k}", #"*b"}}}]}"#)
        ),
    ]

    @Test("A policy of 32 KiB of wildcards, patterns or variables is decided", arguments: bombs)
    func decided(name: String, text: String) throws {
        #expect(text.utf8.count <= Self.limit)
        let house = try AccessTests.House()
        try house.service.putKeyPolicy(
            PutKeyPolicyRequest(
                keyID: house.key, policy: text, bypassPolicyLockoutSafetyCheck: true),
            caller: .localRoot(of: .local))
        let context = try EncryptionContext([
            (key: Array("k".utf8), value: [UInt8](repeating: UInt8(ascii: "a"), count: 4000))
        ])
        let clock = ContinuousClock()
        let duration = clock.measure {
            // The condition is not met: looked at to its end.
            #expect(house.use(.localRoot(of: .local), context: context) != nil, "\(name)")
        }
        print("policy bomb, \(name): \(duration)")
    }
}
