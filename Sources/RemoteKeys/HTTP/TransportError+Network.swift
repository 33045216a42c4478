internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL

extension TransportError {
    /// The libraries' errors in our words: what is in none of these lists keeps its name.
    init(_ error: any Error, limit: Int) {
        switch error {
        case let error as TransportError: self = error
        case is AnswerCollector.TooLarge: self = .answerTooLarge(limit: limit)
        case let error as HTTPClientError: self = Self.client(error)
        case let error as NIOConnectionError: self = Self.connection(error)
        case let error as IOError: self = Self.descriptor(error)
        case is ChannelError: self = .connectionLost
        case HTTPParserError.invalidEOFState: self = .connectionLost
        case is HTTPParserError: self = .notHTTP
        case let error as NIOSSLExtraError:
            self = .tls(
                error == .failedToValidateHostname ? .otherHost : .handshake("\(error)"))
        case let error as NIOSSLError: self = Self.tls(error)
        case let error as BoringSSLError: self = .tls(Self.failure(error))
        default: self = .other("\(type(of: error))")
        }
    }

    private static func client(_ error: HTTPClientError) -> TransportError {
        switch error {
        case .connectTimeout, .tlsHandshakeTimeout, .httpProxyHandshakeTimeout, .deadlineExceeded,
            .readTimeout, .writeTimeout, .getConnectionFromPoolTimeout:
            .timedOut
        case .remoteConnectionClosed, .cancelled, .requestStreamCancelled: .connectionLost
        case .invalidProxyResponse, .proxyAuthenticationRequired: .proxyRefused
        case .invalidURL, .emptyHost: .notARequest
        default: named(error)
        }
    }

    /// Without the values: a header that may not be sent may be a token.
    private static func named(_ error: HTTPClientError) -> TransportError {
        switch error.shortDescription {
        case "Invalid header field names", "Invalid header field values": .notARequest
        default: .other(error.shortDescription)
        }
    }

    private static func connection(_ error: NIOConnectionError) -> TransportError {
        guard let failure = error.connectionErrors.last?.error else {
            return .hostNotFound(error.host)
        }
        return TransportError(failure, limit: 0)
    }

    private static func descriptor(_ error: IOError) -> TransportError {
        switch error.errnoCode {
        case ECONNRESET, EPIPE: .connectionLost
        case ETIMEDOUT: .timedOut
        default: .cannotConnect(errno: error.errnoCode)
        }
    }

    private static func tls(_ error: NIOSSLError) -> TransportError {
        switch error {
        case .handshakeFailed(let cause): .tls(failure(cause))
        case .uncleanShutdown: .connectionLost
        default: .tls(.handshake("\(error)"))
        }
    }

    private static func failure(_ error: BoringSSLError) -> TLSFailure {
        let text = "\(error)"
        return text.contains("CERTIFICATE_VERIFY_FAILED")
            ? .certificateNotTrusted : .handshake(text)
    }
}
