internal import OpenSSLCrypto

/// The parts of a signature as they stand in a request, each once and well formed.
struct SignatureParts: Sendable {
    /// A week, AWS's limit for presigned requests.
    private static let maximumExpiresInSeconds: Int64 = 604_800

    let accessKeyID: String
    let scope: CredentialScope
    let time: SigningTime
    /// Lower-case, strictly ascending.
    let signedHeaders: [String]
    let signature: [UInt8]
    let sessionToken: String?
    /// Presigned requests only.
    let expiresInSeconds: Int64?

    /// `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`, with the date and the token in
    /// headers of their own.
    init(_ request: SignableRequest, authorization: String) throws(SigV4Error) {
        // By bytes throughout: going by characters took a tenth of the time of a request.
        let words = authorization.utf8.split(separator: UInt8(ascii: " "), maxSplits: 1)
        guard words.count == 2, words[0].elementsEqual(CanonicalRequest.algorithm.utf8) else {
            throw .unsupportedAlgorithm
        }
        var values: [String: String] = [:]
        for part in words[1].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            let pair = part.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2 else { throw .incomplete(part: "Authorization") }
            let name = String(Substring(pair[0].drop { $0 == UInt8(ascii: " ") }))
            guard ["Credential", "SignedHeaders", "Signature"].contains(name),
                values.updateValue(String(Substring(pair[1])), forKey: name) == nil
            else { throw .incomplete(part: "Authorization") }
        }
        let tokens = request.values(of: "x-amz-security-token")
        guard tokens.count <= 1 else { throw .incomplete(part: "X-Amz-Security-Token") }
        try self.init(
            credential: values["Credential"], signedHeaders: values["SignedHeaders"],
            signature: values["Signature"], dates: request.values(of: "x-amz-date"),
            sessionToken: tokens.first, expiresInSeconds: nil)
    }

    /// `X-Amz-Credential=…&X-Amz-Date=…&X-Amz-Expires=…&X-Amz-SignedHeaders=…&X-Amz-Signature=…`
    init(query: CanonicalQuery) throws(SigV4Error) {
        func value(_ name: String) throws(SigV4Error) -> String? {
            let values = try query.values(of: name)
            guard values.count <= 1 else { throw .incomplete(part: name) }
            guard let value = values.first else { return nil }
            guard let text = String(validating: value, as: UTF8.self) else {
                throw .incomplete(part: name)
            }
            return text
        }
        guard try value("X-Amz-Algorithm") == CanonicalRequest.algorithm else {
            throw .unsupportedAlgorithm
        }
        guard let expires = try value("X-Amz-Expires"), expires.utf8.allSatisfy(ASCII.isDigit),
            let seconds = Int64(expires), (1...Self.maximumExpiresInSeconds).contains(seconds)
        else { throw .incomplete(part: "X-Amz-Expires") }
        try self.init(
            credential: try value("X-Amz-Credential"),
            signedHeaders: try value("X-Amz-SignedHeaders"),
            signature: try value("X-Amz-Signature"),
            dates: try value("X-Amz-Date").map { [$0] } ?? [],
            sessionToken: try value("X-Amz-Security-Token"), expiresInSeconds: seconds)
    }

    private init(
        credential: String?, signedHeaders: String?, signature: String?, dates: [String],
        sessionToken: String?, expiresInSeconds: Int64?
    ) throws(SigV4Error) {
        let fields = Self.fields(credential ?? "", separatedBy: UInt8(ascii: "/"))
        guard fields.count == 5, UnverifiedSignature.isAccessKeyID(fields[0]),
            fields[1].utf8.count == 8, fields[1].utf8.allSatisfy(ASCII.isDigit),
            fields[4] == CredentialScope.terminator
        else { throw .incomplete(part: "Credential") }
        let names = Self.fields(signedHeaders ?? "", separatedBy: UInt8(ascii: ";"))
        let isAscending = zip(names, names.dropFirst()).allSatisfy {
            $0.utf8.lexicographicallyPrecedes($1.utf8)
        }
        guard isAscending else { throw .incomplete(part: "SignedHeaders") }
        guard let code = ASCII.bytes(hexadecimal: Array((signature ?? "").utf8)),
            code.count == HMACSHA256.byteCount
        else { throw .incomplete(part: "Signature") }
        guard dates.count == 1, let time = SigningTime(dates[0]) else {
            throw .incomplete(part: "X-Amz-Date")
        }
        accessKeyID = fields[0]
        scope = try CredentialScope(day: fields[1], region: fields[2], service: fields[3])
        self.time = time
        self.signedHeaders = names
        self.signature = code
        self.sessionToken = sessionToken
        self.expiresInSeconds = expiresInSeconds
    }

    private static func fields(_ text: String, separatedBy separator: UInt8) -> [String] {
        text.utf8.split(separator: separator, omittingEmptySubsequences: false).map {
            String(Substring($0))
        }
    }
}
