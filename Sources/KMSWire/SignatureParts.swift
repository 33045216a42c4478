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
        let text = Array(authorization.utf8)
        guard let end = text.firstIndex(of: UInt8(ascii: " ")),
            text[..<end].elementsEqual(CanonicalRequest.algorithm.utf8)
        else { throw .unsupportedAlgorithm }
        var credential: ArraySlice<UInt8>?
        var signedHeaders: ArraySlice<UInt8>?
        var signature: ArraySlice<UInt8>?
        func take(
            _ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>, as expected: String,
            _ found: inout ArraySlice<UInt8>?
        ) -> Bool {
            guard found == nil, name.elementsEqual(expected.utf8) else {
                return false
            }
            found = value
            return true
        }
        for part in Self.parts(text[(end + 1)...], separatedBy: UInt8(ascii: ",")) {
            guard let end = part.firstIndex(of: UInt8(ascii: "=")) else {
                throw .incomplete(part: "Authorization")
            }
            let name = part[..<end].drop { $0 == UInt8(ascii: " ") }
            let value = part[(end + 1)...]
            guard
                take(name, value, as: "Credential", &credential)
                    || take(name, value, as: "SignedHeaders", &signedHeaders)
                    || take(name, value, as: "Signature", &signature)
            else { throw .incomplete(part: "Authorization") }
        }
        let tokens = request.values(of: "x-amz-security-token")
        guard tokens.count <= 1 else { throw .incomplete(part: "X-Amz-Security-Token") }
        try self.init(
            credential: credential, signedHeaders: signedHeaders, signature: signature,
            dates: request.values(of: "x-amz-date"),
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
        func bytes(_ name: String) throws(SigV4Error) -> ArraySlice<UInt8>? {
            try value(name).map { Array($0.utf8)[...] }
        }
        guard try value("X-Amz-Algorithm") == CanonicalRequest.algorithm else {
            throw .unsupportedAlgorithm
        }
        guard let expires = try value("X-Amz-Expires"), expires.utf8.allSatisfy(ASCII.isDigit),
            let seconds = Int64(expires), (1...Self.maximumExpiresInSeconds).contains(seconds)
        else { throw .incomplete(part: "X-Amz-Expires") }
        try self.init(
            credential: try bytes("X-Amz-Credential"),
            signedHeaders: try bytes("X-Amz-SignedHeaders"),
            signature: try bytes("X-Amz-Signature"),
            dates: try value("X-Amz-Date").map { [$0] } ?? [],
            sessionToken: try value("X-Amz-Security-Token"), expiresInSeconds: seconds)
    }

    private init(
        credential: ArraySlice<UInt8>?, signedHeaders: ArraySlice<UInt8>?,
        signature: ArraySlice<UInt8>?, dates: [String], sessionToken: String?,
        expiresInSeconds: Int64?
    ) throws(SigV4Error) {
        let fields = Self.fields(credential ?? [], separatedBy: UInt8(ascii: "/"))
        guard fields.count == 5, UnverifiedSignature.isAccessKeyID(fields[0]),
            fields[1].utf8.count == 8, fields[1].utf8.allSatisfy(ASCII.isDigit),
            fields[4] == CredentialScope.terminator
        else { throw .incomplete(part: "Credential") }
        let names = Self.fields(signedHeaders ?? [], separatedBy: UInt8(ascii: ";"))
        let isAscending = zip(names, names.dropFirst()).allSatisfy {
            $0.utf8.lexicographicallyPrecedes($1.utf8)
        }
        guard isAscending else { throw .incomplete(part: "SignedHeaders") }
        guard let code = ASCII.bytes(hexadecimal: Array(signature ?? [])),
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

    private static func fields(
        _ text: ArraySlice<UInt8>, separatedBy separator: UInt8
    ) -> [String] {
        parts(text, separatedBy: separator).map { String(decoding: $0, as: UTF8.self) }
    }

    /// What is between the separators, empty parts too. A loop: `split` calls a closure for each byte.
    private static func parts(
        _ text: ArraySlice<UInt8>, separatedBy separator: UInt8
    ) -> [ArraySlice<UInt8>] {
        var parts: [ArraySlice<UInt8>] = []
        var start = text.startIndex
        for index in text.indices where text[index] == separator {
            parts.append(text[start..<index])
            start = index + 1
        }
        parts.append(text[start...])
        return parts
    }
}
