internal import FileIO
internal import Synchronization

/// The transports of a service: one for each way of trusting and getting there, so that connections
/// are reused.
final class TransportPool: Sendable {
    private struct Way: Hashable {
        let tls: TLSSettings
        let proxies: ProxySettings
    }

    private let transports = Mutex<[Way: NetworkTransport]>([:])

    func transport(
        tls: TLSSettings, proxies: ProxySettings
    ) throws(TLSSettings.Failure) -> NetworkTransport {
        try transports.withLock { transports throws(TLSSettings.Failure) in
            let way = Way(tls: tls, proxies: proxies)
            if let known = transports[way] { return known }
            let transport = try NetworkTransport(tls: tls, proxies: proxies)
            transports[way] = transport
            return transport
        }
    }

    /// Ends connections, and with them what a client certificate proved.
    func close() { transports.withLock { $0 = [:] } }
}
