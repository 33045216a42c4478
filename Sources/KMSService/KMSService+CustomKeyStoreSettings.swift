package import KMSDomain
package import KMSModel
internal import SecretMemory

/// DescribeCustomKeyStores and UpdateCustomKeyStore.
extension KMSService {
    package func describeCustomKeyStores(
        _ request: DescribeCustomKeyStoresRequest, caller: Caller
    ) throws(KMSServiceError) -> DescribeCustomKeyStoresResponse {
        var parameters: [AuditField] = []
        if let id = request.customKeyStoreID {
            parameters.append(AuditField("customKeyStoreId", .text(id)))
        }
        if let name = request.customKeyStoreName {
            parameters.append(AuditField("customKeyStoreName", .text(name)))
        }
        let event = event(.describeCustomKeyStores, by: caller, parameters: parameters)
        return try perform(event) { event in
            try authorize(.describeCustomKeyStores, by: event.caller, on: nil)
            try Validation.limit(request.limit)
            if request.customKeyStoreID != nil, request.customKeyStoreName != nil {
                throw KMSError.validation(
                    "Please specify either CustomKeyStoreId or CustomKeyStoreName.")
            }
            let all = try store.read { store in try store.customKeyStores(in: event.caller.realm) }
            let found = all.filter { candidate in
                (request.customKeyStoreID.map { $0 == candidate.id } ?? true)
                    && (request.customKeyStoreName.map { $0 == candidate.name } ?? true)
            }
            if let wanted = request.customKeyStoreID ?? request.customKeyStoreName, found.isEmpty {
                throw Self.noStore(wanted)
            }
            return try Self.page(of: found, request)
        }
    }

    private static func page(
        of found: [CustomKeyStore], _ request: DescribeCustomKeyStoresRequest
    ) throws(KMSError) -> DescribeCustomKeyStoresResponse {
        if let marker = request.marker, !marker.utf8.starts(with: "cks-".utf8) {
            throw invalidMarker(marker)
        }
        let rest = found.filter { candidate in request.marker.map { $0 < candidate.id } ?? true }
        let page = rest.prefix(request.limit ?? KMSLimits.customKeyStores)
        let truncated = page.count < rest.count
        return DescribeCustomKeyStoresResponse(
            customKeyStores: page.map(\.entry), nextMarker: truncated ? page.last?.id : nil,
            truncated: truncated)
    }

    package func updateCustomKeyStore(
        _ request: borrowing UpdateCustomKeyStoreRequest, caller: Caller
    ) throws(KMSServiceError) {
        let (id, name) = (request.customKeyStoreID, request.newCustomKeyStoreName)
        var parameters = [AuditField("customKeyStoreId", .text(id))]
        parameters += Self.textFields([
            ("newCustomKeyStoreName", name), ("clusterId", request.cloudHSMClusterID),
            ("xksProxyUriEndpoint", request.xksProxyURIEndpoint),
            ("xksProxyUriPath", request.xksProxyURIPath),
            ("xksProxyConnectivity", request.xksProxyConnectivity?.rawValue),
        ])
        try change(event(.updateCustomKeyStore, by: caller, parameters: parameters)) { event in
            try authorize(.updateCustomKeyStore, by: event.caller, on: nil)
            let connections = try self.connections()
            try Waiting.require(for: id)
            let found = try store.read { try customKeyStore(id, of: event.caller.realm, in: $0) }
            switch found.place {
            case .cluster(_, let trustAnchor):
                return try newCluster(
                    request, of: found, trustAnchor: trustAnchor, connections)
            case .proxy(let proxy):
                return try newProxy(request, of: found, proxy, connections, event)
            }
        } _: { changed, store, event in
            var found = try customKeyStore(id, of: event.caller.realm, in: store)
            try Self.refusingConnection(id, found.connection) {
                () throws(CustomKeyStoreRefusal) in
                try found.requireUpdate(whileConnected: found.acceptsWhileConnected(changed))
            }
            found.name = name ?? found.name
            found.place = changed.place
            found.sealedSecret = changed.sealedSecret
            try Self.requireFree(found, in: store)
            try store.update(found)
        }
    }

    /// The store of an operation, once its caller is allowed.
    func customKeyStore(
        _ id: String, for operation: KMSOperation, by caller: Caller,
        in store: any KeyStoreReader
    ) throws -> CustomKeyStore {
        try authorize(operation, by: caller, on: nil, in: store)
        return try customKeyStore(id, of: caller.realm, in: store)
    }

    func customKeyStore(
        _ id: String, of home: Realm, in store: any KeyStoreReader
    ) throws -> CustomKeyStore {
        guard let found = try store.customKeyStore(id), found.home == home else {
            throw Self.noStore(id)
        }
        return found
    }

    func connections() throws(KMSError) -> CustomKeyStoreConnections {
        guard let customKeyStores else {
            throw .unsupportedOperation(
                "Custom key stores are not supported by this key service.")
        }
        return customKeyStores
    }

    /// Whether no other store has this name, or this place. A cluster is one store's whoever has it: who
    /// is logged in to a token is so for all of the process, whatever password others bring.
    static func requireFree(
        _ wanted: CustomKeyStore, in store: any KeyStoreReader
    ) throws {
        let all = try store.customKeyStores().filter { $0.id != wanted.id }
        let others = all.filter { $0.home == wanted.home }
        guard !others.contains(where: { $0.name == wanted.name }) else {
            throw KMSError.customKeyStoreNameInUse(
                "The custom key store name '\(wanted.name)' is in use.")
        }
        switch wanted.place {
        case .cluster(let id, _):
            guard !all.contains(where: { $0.place.clusterID == id }) else {
                throw KMSError.cloudHSMClusterInUse(
                    "Cluster \(id) is already associated with a custom key store.")
            }
        case .proxy(let proxy):
            guard !others.contains(where: { $0.place.proxy?.uri == proxy.uri }) else {
                throw KMSError.xksProxyURIInUse(
                    "\(proxy.uri) is already associated with another external key store.")
            }
        }
    }

    static func refusingConnection(
        _ id: String, _ connection: CustomKeyStore.Connection,
        _ step: () throws(CustomKeyStoreRefusal) -> Void
    ) throws(KMSError) {
        do throws(CustomKeyStoreRefusal) { try step() } catch {
            switch error {
            case .wrongState:
                throw .customKeyStoreInvalidState(
                    "The ConnectionState of custom key store \(id) is "
                        + "\(ConnectionState(connection).rawValue), which is not valid for "
                        + "this operation.")
            }
        }
    }

    private static func noStore(_ wanted: String) -> KMSError {
        .customKeyStoreNotFound("Custom key store '\(wanted)' does not exist.")
    }
}

extension ConnectionState {
    init(_ connection: CustomKeyStore.Connection) {
        switch connection {
        case .disconnected: self = .disconnected
        case .connecting: self = .connecting
        case .connected: self = .connected
        case .failed: self = .failed
        }
    }
}

extension CustomKeyStore {
    fileprivate var entry: CustomKeyStoresListEntry {
        var entry = CustomKeyStoresListEntry(
            customKeyStoreID: id, customKeyStoreName: name,
            connectionState: ConnectionState(connection),
            creationDate: creationDate.secondsSince1970)
        if case .failed(let failure) = connection {
            entry.connectionErrorCode = ConnectionErrorCode(rawValue: failure.rawValue)
        }
        switch place {
        case .cluster(let id, let trustAnchor):
            entry.customKeyStoreType = .awsCloudHSM
            entry.cloudHSMClusterID = id
            entry.trustAnchorCertificate = trustAnchor
        case .proxy(let proxy):
            entry.customKeyStoreType = .externalKeyStore
            entry.xksProxyConfiguration = XksProxyConfiguration(
                connectivity: .publicEndpoint, accessKeyID: proxy.accessKeyID,
                uriEndpoint: proxy.endpoint, uriPath: proxy.path)
        }
        return entry
    }
}
