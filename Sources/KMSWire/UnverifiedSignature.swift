internal import OpenSSLCrypto
package import SecretMemory

/// What a request says of its signature, in its `Authorization` header or its presigned query: by
/// whom, for what, when. None of it is true before ``verify(secretAccessKey:service:now:windowInSeconds:)``.
package struct UnverifiedSignature: Sendable {
    /// AWS takes requests up to five minutes old, and as far ahead of its clock.
    package static let defaultWindowInSeconds: Int64 = 300

    package let accessKeyID: String
    package let scope: CredentialScope
    package let time: SigningTime
    package let sessionToken: String?
    package let isPresigned: Bool

    private let request: SignableRequest
    private let query: CanonicalQuery
    private let parts: SignatureParts

    /// Reads the signature; what it covers is checked as far as that needs no key.
    package init(of request: SignableRequest) throws(SigV4Error) {
        let query = try CanonicalQuery(request.query)
        let authorization = request.values(of: "authorization")
        let algorithms = try query.values(of: "X-Amz-Algorithm")
        let parts: SignatureParts
        switch (authorization.count, algorithms.count) {
        case (0, 0): throw .missingAuthentication
        case (1, 0): parts = try SignatureParts(request, authorization: authorization[0])
        case (0, 1): parts = try SignatureParts(query: query)
        default: throw .incomplete(part: "Authorization")
        }
        guard parts.scope.day == parts.time.day else { throw .dateOutsideScope }
        try Self.check(parts.signedHeaders, against: try request.headerNames())
        try request.checkStatedBodyHash()
        accessKeyID = parts.accessKeyID
        scope = parts.scope
        time = parts.time
        sessionToken = parts.sessionToken
        isPresigned = parts.expiresInSeconds != nil
        self.request = request
        self.query = query.removing("X-Amz-Signature")
        self.parts = parts
    }

    /// Whether what has to be signed is, and what is signed is there: a signed name without a header
    /// would be a header that somebody took away.
    private static func check(
        _ signed: [String], against present: [String]
    ) throws(SigV4Error) {
        // Each comes once, so more of them than there are headers cannot all be there.
        guard signed.count <= present.count else { throw .incomplete(part: "SignedHeaders") }
        guard signed.contains("host") else { throw .notSigned(header: "host") }
        let missing = present.filter {
            $0.utf8.starts(with: "x-amz-".utf8) && !signed.contains($0)
        }
        if let name = missing.min() { throw .notSigned(header: name) }
        guard signed.allSatisfy({ present.contains($0) }) else {
            throw .incomplete(part: "SignedHeaders")
        }
    }

    /// Returns if the owner of this secret access key signed this very request, for this service,
    /// within the window around `now` (a presigned one: within its own time).
    package func verify(
        secretAccessKey: borrowing SecretBytes, service: String, now: SigningTime,
        windowInSeconds: Int64 = defaultWindowInSeconds
    ) throws(SigV4Error) {
        try verify(service: service, now: now, windowInSeconds: windowInSeconds) {
            stringToSign throws(SigV4Error) in
            try SigningKey.signature(
                of: stringToSign, under: SigningKey.derive(from: secretAccessKey, scope: scope))
        }
    }

    /// The same for a caller that keeps signing keys: `signature` makes the owner's signature.
    package func verify(
        service: String, now: SigningTime, windowInSeconds: Int64 = defaultWindowInSeconds,
        signature: (_ stringToSign: [UInt8]) throws(SigV4Error) -> SecretBytes
    ) throws(SigV4Error) {
        guard scope.service == service else { throw .wrongService }
        let age = now.secondsSince1970 - time.secondsSince1970
        guard age >= -windowInSeconds else { throw .notYetValid }
        guard age <= parts.expiresInSeconds ?? windowInSeconds else { throw .expired }
        let canonical = try CanonicalRequest(
            request, query: query, signedHeaders: parts.signedHeaders)
        let expected = try signature(try canonical.stringToSign(at: time, scope: scope))
        let isEqual = expected.withBytes { expected in
            unsafe ConstantTime.equal(expected, parts.signature.span.bytes)
        }
        guard isEqual else { throw .signatureMismatch }
    }

    /// Letters, digits and what else no separator of a signature is.
    static func isAccessKeyID(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count) && CredentialScope.isName(text)
    }
}
