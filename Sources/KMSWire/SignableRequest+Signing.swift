internal import SecretMemory

extension SignableRequest {
    /// Headers that a proxy or the HTTP client may change on the way, as AWS's own clients leave out.
    private static let unsignedNames: Set<String> = [
        "authorization", "baggage", "connection", "expect", "keep-alive", "proxy-authenticate",
        "proxy-authorization", "te", "traceparent", "tracestate", "trailer", "transfer-encoding",
        "upgrade", "user-agent", "x-amzn-trace-id",
    ]

    /// Sets `X-Amz-Date`, `X-Amz-Security-Token` (or takes it away) and `Authorization`; what stood
    /// there is replaced, so that a repeated request can be signed anew.
    ///
    /// All headers are signed but those that change on the way, so what is not to be signed is
    /// added later.
    ///
    /// - Throws: ``SigV4Error/notSigned(header:)`` without a `host`.
    package mutating func sign(
        with credentials: borrowing SigningCredentials, region: String, service: String,
        at time: SigningTime
    ) throws(SigV4Error) {
        let scope = try CredentialScope(day: time.day, region: region, service: service)
        guard UnverifiedSignature.isAccessKeyID(credentials.accessKeyID) else {
            throw .malformedScope
        }
        var signed = self
        signed.set("X-Amz-Date", time.text)
        signed.set("X-Amz-Security-Token", credentials.sessionToken)
        signed.set("Authorization", nil)
        try signed.checkStatedBodyHash()

        let names = try signed.namesToSign()
        let canonical = try CanonicalRequest(
            signed, query: try CanonicalQuery(query), signedHeaders: names)
        let key = try SigningKey.derive(from: credentials.secretAccessKey, scope: scope)
        let signature = try SigningKey.signature(
            of: try canonical.stringToSign(at: time, scope: scope), under: key)
        // It is sent, so it is public from here on.
        let digits = signature.withBytes { ASCII.hexadecimal($0.publicBytes(0..<$0.byteCount)) }
        signed.set(
            "Authorization",
            "\(CanonicalRequest.algorithm) Credential=\(credentials.accessKeyID)/\(scope.text), "
                + "SignedHeaders=\(names.joined(separator: ";")), "
                + "Signature=\(String(decoding: digits, as: UTF8.self))")
        self = signed
    }

    /// A body hash in the header has to be that of the body.
    func checkStatedBodyHash() throws(SigV4Error) {
        guard values(of: "x-amz-content-sha256").allSatisfy({ $0 == bodyHash }) else {
            throw .bodyHashMismatch
        }
    }

    /// The names of the headers, in lower case and in their order.
    func headerNames() throws(SigV4Error) -> [String] {
        var names: [String] = []
        names.reserveCapacity(headers.count)
        for field in headers { names.append(try field.canonicalName()) }
        return names
    }

    private func namesToSign() throws(SigV4Error) -> [String] {
        let names = Set(try headerNames()).subtracting(Self.unsignedNames)
        guard names.contains("host") else { throw .notSigned(header: "host") }
        return names.sorted()
    }

    private mutating func set(_ name: String, _ value: String?) {
        headers.removeAll { $0.isNamed(name.lowercased()) }
        if let value { headers.append(HeaderField(name, value)) }
    }
}
