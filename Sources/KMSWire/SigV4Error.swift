package import OpenSSLCrypto

/// Why a request was not signed, or why its signature proves nothing.
package enum SigV4Error: Error, Equatable, Sendable {
    /// The path is no path of a request line: it has no leading `/`, or a blank, `?` or `#`.
    case malformedPath
    /// A `%` without two hexadecimal digits behind it.
    case malformedQuery
    /// A name that is no token, or a value with control characters.
    case malformedHeader(name: String)
    /// The access key id, region or service is empty or has bytes that a credential scope cannot.
    case malformedScope

    /// Neither an `Authorization` header nor a presigned query.
    case missingAuthentication
    /// The algorithm is not `AWS4-HMAC-SHA256`.
    case unsupportedAlgorithm
    /// What is missing, repeated or malformed among the parts of the signature, by AWS's name.
    case incomplete(part: String)
    /// A header that has to be among the signed ones is not.
    case notSigned(header: String)
    /// The credential scope is of another day than the request.
    case dateOutsideScope
    /// The credential scope is of another service.
    case wrongService
    /// Signed longer ago than the clock window or the presigned time allows.
    case expired
    case notYetValid
    /// `X-Amz-Content-SHA256` is not the hash of the body.
    case bodyHashMismatch
    /// One case for every reason: another secret, another request.
    case signatureMismatch

    case crypto(CryptoError)
}
