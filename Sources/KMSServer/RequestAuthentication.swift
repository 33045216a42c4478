internal import KMSDomain
internal import KMSService
internal import KMSWire
internal import NIOCore

/// From a signed request to who sent it.
struct RequestAuthentication: Sendable {
    let credentials: CredentialDirectory

    /// Who signed this very request for this service, within the clock window; with the region that it
    /// is for.
    func caller(
        of request: ServedRequest, service: String, now: Timestamp
    ) throws(AuthenticationFailure) -> Caller {
        let time = SigningTime(secondsSince1970: now.millisecondsSince1970 / 1000)
        let signature = try signature(of: request, service: service, now: time)
        let credential = try credential(named: signature, request, now: now)
        guard Self.isRegion(signature.scope.region) else {
            throw .invalidSignature("Credential should be scoped to a valid region.")
        }
        do throws(SigV4Error) {
            try signature.verify(service: service, now: time) { text throws(SigV4Error) in
                try credential.secret.withKey(of: signature.scope.text) {
                    secret throws(SigV4Error) in
                    try SigningKey.derive(from: secret, scope: signature.scope)
                } _: { key throws(SigV4Error) in
                    try SigningKey.signature(of: text, under: key)
                }
            }
        } catch {
            throw AuthenticationFailure(error, signature, service: service, now: time)
        }
        var caller = credential.caller
        caller.requestID = request.id
        return caller
    }

    /// `eu-west-1`, `coffer-local-1`: words and a number, with a hyphen between each two. Every region
    /// is here; in which of them there are keys is another question.
    static func isRegion(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count >= 3, text.utf8.count <= 32, let number = parts.last else { return false }
        return parts.dropLast().allSatisfy { word in
            !word.isEmpty
                && word.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
        } && (1...2).contains(number.count)
            && number.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    private func signature(
        of request: ServedRequest, service: String, now: SigningTime
    ) throws(AuthenticationFailure) -> UnverifiedSignature {
        do throws(SigV4Error) {
            return try UnverifiedSignature(
                of: SignableRequest(
                    method: request.method, path: request.path, query: request.query,
                    headers: request.headers, body: request.body.readableBytesSpan))
        } catch {
            throw AuthenticationFailure(error, nil, service: service, now: now)
        }
    }

    private func credential(
        named signature: UnverifiedSignature, _ request: ServedRequest, now: Timestamp
    ) throws(AuthenticationFailure) -> AuthenticatingCredential {
        do throws(CredentialDirectory.Failure) {
            return try credentials.credential(
                accessKeyID: signature.accessKeyID, sessionToken: signature.sessionToken,
                region: signature.scope.region,
                source: request.source, userAgent: request.header("user-agent") ?? "",
                isOverTLS: request.isOverTLS, now: now)
        } catch {
            switch error {
            case .unknownAccessKey, .invalidToken: throw .unknownAccessKey
            case .expiredToken: throw .expiredToken
            case .store, .backend: throw .unavailable
            }
        }
    }
}

extension AuthenticationFailure {
    private static let windowInMinutes = UnverifiedSignature.defaultWindowInSeconds / 60

    /// - Parameter signature: as far as it could be read.
    fileprivate init(
        _ error: SigV4Error, _ signature: UnverifiedSignature?, service: String, now: SigningTime
    ) {
        switch error {
        case .missingAuthentication: self = .missingToken
        case .malformedPath, .malformedQuery, .malformedHeader:
            self = .incompleteSignature("The request is not one that can be signed.")
        case .malformedScope:
            // An SDK that was told an address and no region signs for the region ''.
            self = .incompleteSignature(
                "Credential must have exactly 5 slash-delimited elements, e.g. "
                    + "keyid/date/region/service/term.")
        case .unsupportedAlgorithm:
            self = .incompleteSignature("Unsupported AWS 'algorithm'; use AWS4-HMAC-SHA256.")
        case .incomplete("X-Amz-Date"):
            self = .incompleteSignature(
                "Authorization header requires existence of a 'X-Amz-Date' header.")
        case .incomplete(let part):
            self = .incompleteSignature("Authorization header requires '\(part)' parameter.")
        case .notSigned("host"):
            self = .invalidSignature(
                "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
        case .notSigned(let header):
            self = .invalidSignature(
                "'\(header)' must be a 'SignedHeader' in the AWS Authorization.")
        case .dateOutsideScope:
            self = .invalidSignature(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date "
                    + "from HTTP.")
        case .wrongService:
            self = .invalidSignature(
                "Credential should be scoped to correct service: '\(service)'.")
        case .expired:
            self = .invalidSignature(Self.expired(signature, now: now))
        case .notYetValid:
            self = .invalidSignature(Self.notYetValid(signature, now: now))
        case .bodyHashMismatch:
            self = .invalidSignature(
                "The value of 'X-Amz-Content-SHA256' is not the hash of the body.")
        case .signatureMismatch: self = .mismatch
        case .crypto: self = .unavailable
        }
    }

    /// Clients read the two times in it to set their clocks by.
    private static func expired(_ signature: UnverifiedSignature?, now: SigningTime) -> String {
        let signed = signature?.time.text ?? ""
        guard signature?.isPresigned == false else { return "Signature expired: \(signed)" }
        let earliest = SigningTime(
            secondsSince1970: now.secondsSince1970 - UnverifiedSignature.defaultWindowInSeconds)
        return "Signature expired: \(signed) is now earlier than \(earliest.text) "
            + "(\(now.text) - \(windowInMinutes) min.)"
    }

    private static func notYetValid(
        _ signature: UnverifiedSignature?, now: SigningTime
    ) -> String {
        let latest = SigningTime(
            secondsSince1970: now.secondsSince1970 + UnverifiedSignature.defaultWindowInSeconds)
        return "Signature not yet current: \(signature?.time.text ?? "") is still later than "
            + "\(latest.text) (\(now.text) + \(windowInMinutes) min.)"
    }
}
