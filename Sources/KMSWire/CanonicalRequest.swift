internal import OpenSSLCrypto

/// The one spelling of a request that its signature covers.
///
/// AWS, "Create a signed AWS API request", step 1: method, path, query, headers, names of the signed
/// headers and hash of the body, each on its line.
struct CanonicalRequest {
    static let algorithm = "AWS4-HMAC-SHA256"

    let bytes: [UInt8]

    /// - Parameter signedHeaders: lower-case names, ascending; each is in the request.
    init(
        _ request: SignableRequest, query: CanonicalQuery, signedHeaders: [String]
    ) throws(SigV4Error) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(1024)
        for byte in request.method.utf8 {
            let isLowercase = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            bytes.append(isLowercase ? byte ^ 0x20 : byte)
        }
        let newline = UInt8(ascii: "\n")
        bytes.append(newline)
        bytes += try Self.path(request.path)
        bytes.append(newline)
        bytes += query.bytes
        bytes.append(newline)
        for name in signedHeaders {
            bytes += name.utf8
            bytes.append(UInt8(ascii: ":"))
            var isFirst = true
            for field in request.headers where field.isNamed(name) {
                if !isFirst { bytes.append(UInt8(ascii: ",")) }
                isFirst = false
                try field.appendCanonicalValue(to: &bytes)
            }
            bytes.append(newline)
        }
        bytes.append(newline)
        bytes += signedHeaders.joined(separator: ";").utf8
        bytes.append(newline)
        bytes += request.bodyHash.utf8
        self.bytes = bytes
    }

    /// Step 3: algorithm, time, scope and the hash of the canonical request.
    func stringToSign(at time: SigningTime, scope: CredentialScope) throws(SigV4Error) -> [UInt8] {
        let hash: [UInt8]
        do throws(CryptoError) {
            hash = try SHA256.digest(bytes)
        } catch {
            throw .crypto(error)
        }
        var text: [UInt8] = []
        text.reserveCapacity(256)
        for line in [Self.algorithm, time.text, scope.text] {
            text += line.utf8
            text.append(UInt8(ascii: "\n"))
        }
        return text + ASCII.hexadecimal(hash)
    }

    /// Dot segments resolved, slashes merged, and every segment encoded once more: all services but
    /// S3 sign the encoded path as if it were a plain one.
    private static func path(_ path: String) throws(SigV4Error) -> [UInt8] {
        let slash = UInt8(ascii: "/")
        if path == "/" { return [slash] }
        let bytes = Array(path.utf8)
        guard bytes.first ?? slash == slash,
            !bytes.contains(where: { $0 <= 0x20 || $0 == 0x7F || "?#".utf8.contains($0) })
        else { throw .malformedPath }
        var segments: [ArraySlice<UInt8>] = []
        for segment in bytes.split(separator: slash) {
            switch segment {
            case [UInt8(ascii: ".")]: break
            case [UInt8(ascii: "."), UInt8(ascii: ".")]: _ = segments.popLast()
            default: segments.append(segment)
            }
        }
        var result = segments.flatMap { [slash] + PercentEncoding.encode($0) }
        if segments.isEmpty || bytes.last == slash { result.append(slash) }
        return result
    }
}
