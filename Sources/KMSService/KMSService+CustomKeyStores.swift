package import KMSDomain
package import KMSModel
internal import SecretMemory

/// CreateCustomKeyStore, ConnectCustomKeyStore, DisconnectCustomKeyStore, DeleteCustomKeyStore.
extension KMSService {
    package func createCustomKeyStore(
        _ request: borrowing CreateCustomKeyStoreRequest, caller: Caller
    ) throws(KMSServiceError) -> CreateCustomKeyStoreResponse {
        let name = request.customKeyStoreName
        let type = request.customKeyStoreType ?? .awsCloudHSM
        var parameters = [
            AuditField("customKeyStoreName", .text(name)),
            AuditField("customKeyStoreType", .text(type.rawValue)),
        ]
        parameters += Self.textFields([
            ("clusterId", request.cloudHSMClusterID),
            ("xksProxyUriEndpoint", request.xksProxyURIEndpoint),
            ("xksProxyUriPath", request.xksProxyURIPath),
            ("xksProxyConnectivity", request.xksProxyConnectivity?.rawValue),
        ])
        let id = Self.freshCustomKeyStoreID()
        return try change(event(.createCustomKeyStore, by: caller, parameters: parameters)) {
            event in
            try authorize(.createCustomKeyStore, by: event.caller, on: nil)
            let connections = try self.connections()
            try Waiting.require(for: id)
            let (place, sealed) =
                switch type {
                case .awsCloudHSM: try cluster(request, id, connections)
                case .externalKeyStore: try proxy(request, id, connections, event)
                }
            return CustomKeyStore(
                id: id, home: event.caller.realm, name: name, place: place, sealedSecret: sealed,
                creationDate: event.time)
        } _: { made, store, event in
            guard try store.customKeyStores(in: made.home).count < KMSLimits.customKeyStores else {
                throw KMSError.limitExceeded(
                    "The limit of \(KMSLimits.customKeyStores) custom key stores is reached.")
            }
            try Self.requireFree(made, in: store)
            try store.insert(made)
            event.response = [AuditField("customKeyStoreId", .text(id))]
            return CreateCustomKeyStoreResponse(customKeyStoreID: id)
        }
    }

    /// Returns when the store is connected, or cannot be: which of the two, DescribeCustomKeyStores
    /// tells, as at AWS.
    package func connectCustomKeyStore(
        _ request: ConnectCustomKeyStoreRequest, caller: Caller
    ) throws(KMSServiceError) {
        try Waiting.require(for: request.customKeyStoreID)
        let found = try changeConnection(
            request.customKeyStoreID, .connectCustomKeyStore, caller
        ) { found throws(CustomKeyStoreRefusal) in try found.beginConnecting() }
        do {
            let failure: ConnectionFailure?
            do throws(ConnectionFailure) {
                // The configuration may have lost the place.
                guard let connections = customKeyStores else {
                    throw found.place.proxy == nil ? .clusterNotFound : .proxyNotReachable
                }
                try connections.connect(
                    found,
                    ExternalKeyCall(
                        operation: KMSOperation.connectCustomKeyStore.rawValue,
                        requestID: (caller.requestID ?? Self.freshCallID()).text))
                failure = nil
            } catch { failure = error }
            try store.write { store in
                guard var found = try store.customKeyStore(found.id) else { return }
                found.endConnecting(failure)
                try audit.append(connectionEvent(found), durably: true)
                try store.update(found)
            }
        } catch { throw KMSServiceError(error) }
    }

    package func disconnectCustomKeyStore(
        _ request: DisconnectCustomKeyStoreRequest, caller: Caller
    ) throws(KMSServiceError) {
        try Waiting.require(for: request.customKeyStoreID)
        let found = try changeConnection(
            request.customKeyStoreID, .disconnectCustomKeyStore, caller
        ) { found throws(CustomKeyStoreRefusal) in try found.disconnect() }
        customKeyStores?.disconnect(found.id)
    }

    package func deleteCustomKeyStore(
        _ request: DeleteCustomKeyStoreRequest, caller: Caller
    ) throws(KMSServiceError) {
        let id = request.customKeyStoreID
        let event = event(
            .deleteCustomKeyStore, by: caller,
            parameters: [AuditField("customKeyStoreId", .text(id))])
        try change(event) { store, event in
            let found = try customKeyStore(
                id, for: .deleteCustomKeyStore, by: event.caller, in: store)
            try Self.refusingConnection(id, found.connection) { () throws(CustomKeyStoreRefusal) in
                try found.requireUpdate(whileConnected: false)
            }
            guard try !store.hasKeys(inCustomKeyStore: id) else {
                throw KMSError.customKeyStoreHasCMKs("Custom key store \(id) contains KMS keys.")
            }
            try store.deleteCustomKeyStore(id)
        }
        customKeyStores?.disconnect(id)
    }

    private func changeConnection(
        _ id: String, _ operation: KMSOperation, _ caller: Caller,
        _ step: (inout CustomKeyStore) throws(CustomKeyStoreRefusal) -> Void
    ) throws(KMSServiceError) -> CustomKeyStore {
        let event = event(
            operation, by: caller, parameters: [AuditField("customKeyStoreId", .text(id))])
        return try change(event) { store, event in
            var found = try customKeyStore(id, for: operation, by: event.caller, in: store)
            try Self.refusingConnection(id, found.connection) { () throws(CustomKeyStoreRefusal) in
                try step(&found)
            }
            try store.update(found)
            return found
        }
    }

    /// What came of a connection that was asked for.
    private func connectionEvent(_ found: CustomKeyStore) -> AuditEvent {
        var event = AuditEvent(
            name: KMSOperation.connectCustomKeyStore.rawValue, time: clock.now(),
            requestID: Self.freshCallID(), caller: .service(of: found.home), isReadOnly: false,
            isServiceEvent: true, parameters: [AuditField("customKeyStoreId", .text(found.id))])
        event.additional = [
            AuditField("connectionState", .text(ConnectionState(found.connection).rawValue))
        ]
        if case .failed(let failure) = found.connection {
            event.additional.append(AuditField("connectionErrorCode", .text(failure.rawValue)))
        }
        return event
    }

    private static func freshCustomKeyStoreID() -> String {
        "cks-" + String(freshID().hexadecimal.prefix(17))
    }
}
