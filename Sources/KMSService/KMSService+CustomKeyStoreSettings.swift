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
        let cluster = request.cloudHSMClusterID
        let isOfProxy =
            request.xksProxyURIEndpoint != nil || request.xksProxyURIPath != nil
            || request.xksProxyVPCEndpointServiceName != nil
            || request.xksProxyVPCEndpointServiceOwner != nil
            || request.xksProxyConnectivity != nil || request.hasProxyCredential
        var parameters = [AuditField("customKeyStoreId", .text(id))]
        if let name { parameters.append(AuditField("newCustomKeyStoreName", .text(name))) }
        if let cluster { parameters.append(AuditField("clusterId", .text(cluster))) }
        try change(event(.updateCustomKeyStore, by: caller, parameters: parameters)) { event in
            try authorize(.updateCustomKeyStore, by: event.caller, on: nil)
            let connections = try self.connections()
            try Waiting.require(for: id)
            let found = try store.read { try customKeyStore(id, of: event.caller.realm, in: $0) }
            guard !isOfProxy else {
                throw KMSError.validation(
                    "Custom key store \(id) is of type AWS_CLOUDHSM, which has no proxy.")
            }
            var place: CustomKeyStore.Place?
            if let cluster, case .cluster(_, let trustAnchor) = found.place {
                try connections.requireRelated(cluster, trustAnchor: trustAnchor)
                place = .cluster(id: cluster, trustAnchor: trustAnchor)
            }
            return (place, try connections.sealed(request.keyStorePassword, of: id))
        } _: { prepared, store, event in
            let (place, sealed) = prepared
            var found = try customKeyStore(id, of: event.caller.realm, in: store)
            try Self.refusingConnection(id, found.connection) { () throws(CustomKeyStoreRefusal) in
                try found.requireUpdate(nameOnly: sealed == nil && place == nil)
            }
            let others = try store.customKeyStores(in: found.home).filter { $0.id != id }
            found.name = name ?? found.name
            found.place = place ?? found.place
            found.sealedSecret = sealed ?? found.sealedSecret
            try Self.requireFree(found.place, named: found.name, among: others)
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

    /// Whether no other store has this name, or this place.
    static func requireFree(
        _ place: CustomKeyStore.Place, named name: String, among others: [CustomKeyStore]
    ) throws(KMSError) {
        guard !others.contains(where: { $0.name == name }) else {
            throw .customKeyStoreNameInUse("The custom key store name '\(name)' is in use.")
        }
        switch place {
        case .cluster(let id, _):
            guard !others.contains(where: { $0.place.clusterID == id }) else {
                throw .cloudHSMClusterInUse(
                    "Cluster \(id) is already associated with a custom key store.")
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

extension UpdateCustomKeyStoreRequest {
    fileprivate var hasProxyCredential: Bool {
        switch xksProxyAuthenticationCredential {
        case .some: true
        case .none: false
        }
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
        }
        return entry
    }
}
