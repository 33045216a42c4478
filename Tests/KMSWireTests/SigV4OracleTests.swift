import KMSWire
import Testing

/// Against botocore, on requests with everything that a signature has to spell in one way.
@Suite("SigV4 against botocore", .enabled(if: Python.isThere, Comment(rawValue: Python.missing)))
struct SigV4OracleTests {
    @Test("Each request gets botocore's signature")
    func signing() throws {
        let requests = try SignedRequest.all.get().filter { !$0.isPresigned }
        #expect(requests.count > 2000)
        for request in requests {
            var ours = try request.unsigned
            try ours.sign(
                with: SigningCredentials(
                    accessKeyID: request.accessKey, secretAccessKey: .made(request.secret),
                    sessionToken: request.token),
                region: request.region, service: request.service, at: request.signingTime)
            #expect(ours.headers.last?.value == request.authorization)
            let fields = Set(ours.headers.map { [$0.name, $0.value] })
            #expect(fields == Set(request.signedHeaders))
        }
    }

    @Test("Each request that botocore signed is verified, in its header or its query")
    func verifying() throws {
        let requests = try SignedRequest.all.get()
        #expect(requests.count { $0.isPresigned } > 500)
        for request in requests {
            let signature = try UnverifiedSignature(of: try request.signed)
            try signature.verify(
                secretAccessKey: .made(request.secret), service: request.service,
                now: request.signingTime)
            #expect(signature.accessKeyID == request.accessKey)
            #expect(signature.scope.region == request.region)
            #expect(signature.sessionToken == request.token)
            #expect(signature.isPresigned == request.isPresigned)
        }
    }

    @Test("Each part of a signed request, changed, ends its signature")
    func mutations() throws {
        var count = 0
        for request in try SignedRequest.all.get().prefix(600) {
            let signed = try request.signed
            for (name, changed) in try Self.changes(of: signed, in: request) {
                count += 1
                #expect(throws: SigV4Error.self, "\(name) of \(signed)") {
                    try request.verify(changed)
                }
            }
            // Nothing else is wrong with it.
            try request.verify(signed)
            #expect(throws: SigV4Error.signatureMismatch) {
                try UnverifiedSignature(of: signed).verify(
                    secretAccessKey: .made(request.secret + "x"), service: request.service,
                    now: request.signingTime)
            }
        }
        #expect(count > 6000)
    }

    private static func changes(
        of signed: SignableRequest, in request: SignedRequest
    ) throws -> [(String, SignableRequest)] {
        var result: [(String, SignableRequest)] = []
        func add(_ name: String, _ change: (inout SignableRequest) -> Void) {
            var changed = signed
            change(&changed)
            if changed != signed { result.append((name, changed)) }
        }
        let authorizationIndex = signed.headers.firstIndex { $0.name == "Authorization" }
        add("method") { $0.method += "X" }
        add("path") { $0.path += "x" }
        add("query") { $0.query += "&zz=1" }
        for word in ["/us-east-1/", "/kms/", "Signature=", "SignedHeaders="] {
            // Authorization or query, whichever has it.
            add(word) { changed in
                if let index = authorizationIndex {
                    changed.headers[index].value = changed.headers[index].value
                        .replacing(word, with: word + "a")
                } else {
                    let encoded = word.replacing("/", with: "%2F")
                    changed.query = changed.query.replacing(encoded, with: encoded + "a")
                }
            }
        }
        add("last digit") { changed in
            func turn(_ text: inout String) {
                let last = text.removeLast()
                text.append(last == "0" ? "1" : "0")
            }
            if let index = authorizationIndex {
                turn(&changed.headers[index].value)
            } else {
                turn(&changed.query)
            }
        }
        let unsigned = ["user-agent", "expect", "x-amzn-trace-id", "connection", "authorization"]
        for index in signed.headers.indices
        where !unsigned.contains(signed.headers[index].name.lowercased()) {
            add("value \(index)") { $0.headers[index].value += "z" }
            add("name \(index)") { $0.headers[index].name += "z" }
            add("doubled \(index)") { $0.headers.append($0.headers[index]) }
            add("gone \(index)") { $0.headers.remove(at: index) }
        }
        add("one more of AWS's") { $0.headers.append(HeaderField("X-Amz-New", "1")) }
        result.append(
            (
                "body",
                try .made(
                    signed.method, signed.path, signed.query, signed.headers,
                    Array(request.body) + [0])
            ))
        return result
    }
}
