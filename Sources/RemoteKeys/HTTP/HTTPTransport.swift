/// Carries requests to services and brings back their answers. Blocks; may be called from several
/// threads at once, none of which belongs to Swift's own pool.
package protocol HTTPTransport: AnyObject, Sendable {
    /// The whole answer, or an error when `deadline` passes first.
    func send(
        _ request: borrowing HTTPRequest, deadline: ContinuousClock.Instant
    ) throws(TransportError) -> HTTPAnswer
}

/// Why there is no answer.
package enum TransportError: Error, Equatable, Sendable {
    /// Why a certificate, or the talk about it, failed.
    package enum TLSFailure: Equatable, Sendable {
        /// Signed by nobody that is trusted here, expired, or not for servers.
        case certificateNotTrusted
        /// The certificate is another host's.
        case otherHost
        /// The library's own words, which hold nothing secret.
        case handshake(String)
    }

    case hostNotFound(String)
    /// Nothing listens there, or no way leads there; by errno.
    case cannotConnect(errno: Int32)
    case tls(TLSFailure)
    /// The proxy refused to connect, or is none.
    case proxyRefused
    /// The connection ended before the answer did: the service may have done what was asked.
    case connectionLost
    case timedOut
    case answerTooLarge(limit: Int)
    /// What came back is no HTTP.
    case notHTTP
    /// A header or path holds characters that it may not have.
    case notARequest
    /// The HTTP library's own words for what has no case here.
    case other(String)

    /// Whether the same request may fare better a moment later.
    package var isTransient: Bool {
        switch self {
        case .hostNotFound, .cannotConnect, .connectionLost, .timedOut: true
        case .tls, .proxyRefused, .answerTooLarge, .notHTTP, .notARequest, .other: false
        }
    }
}
