package import FileIO
internal import KMSModel
internal import KMSWire
package import KeyAgent
package import SecretMemory
internal import Synchronization

/// `vault:MOUNT/KEY`: keys of Transit in Vault or OpenBao. `vault:MOUNT` is the service that looks
/// after them.
package final class VaultService: AgentService {
    package let scheme = "vault"
    private let environment: ProcessEnvironment
    private let time: TimeSource
    private let policy: RetryPolicy
    private let transports = TransportPool()
    private let clients = Mutex<[AgentSettings: VaultClient]>([:])

    /// `environment` is the agent's own: the one that may hold secrets.
    package init(
        environment: ProcessEnvironment, time: TimeSource = .system,
        policy: RetryPolicy = .standard
    ) {
        self.environment = environment
        self.time = time
        self.policy = policy
    }

    package func open(
        _ key: AgentReference, pin: consuming SecretBytes?
    ) throws(AgentFailure) -> any AgentKey {
        do throws(VaultError) {
            let name = try VaultKeyName(key.name)
            let transit = TransitKey(name: name, client: try client(key.settings))
            return VaultTransitKey(transit, timeout: key.settings.timeout)
        } catch { throw AgentFailure(error, service: "vault") }
    }

    package func call(
        _ operation: String, body: [UInt8], to service: AgentReference
    ) throws(AgentFailure) -> [UInt8] {
        guard let operation = KMSOperation(rawValue: operation) else {
            throw .unsupported(operation)
        }
        let client: VaultClient
        do throws(VaultError) { client = try self.client(service.settings) } catch {
            throw AgentFailure(error, service: "vault")
        }
        return try TransitAdministration(
            mount: service.name, client: client, deadline: .now + service.settings.timeout
        ).answer(operation, body)
    }

    package func lock() {
        let known = clients.withLock { clients in
            defer { clients = [:] }
            return Array(clients.values)
        }
        for client in known { client.forget() }
        transports.close()
    }

    /// The client for these settings; it is kept with its token and connections.
    private func client(_ settings: AgentSettings) throws(VaultError) -> VaultClient {
        if let known = clients.withLock({ $0[settings] }) { return known }
        let own = environment.overlaid(with: settings.environment)
        var overlay: [String: String] = [:]
        overlay["BAO_ADDR"] = settings[.endpoint]
        overlay["BAO_NAMESPACE"] = settings[.namespace]
        overlay["BAO_CACERT"] = settings[.certificateAuthority]
        let client = try VaultClient(
            own.overlaid(with: overlay), transports: transports, time: time, policy: policy)
        clients.withLock { $0[settings] = client }
        return client
    }
}
