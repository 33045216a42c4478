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
        let (cluster, trustAnchor) = (request.cloudHSMClusterID, request.trustAnchorCertificate)
        var parameters = [
            AuditField("customKeyStoreName", .text(name)),
            AuditField("customKeyStoreType", .text(type.rawValue)),
        ]
        if let cluster { parameters.append(AuditField("clusterId", .text(cluster))) }
        let id = Self.freshCustomKeyStoreID()
        return try change(event(.createCustomKeyStore, by: caller, parameters: parameters)) {
            event in
            try authorize(.createCustomKeyStore, by: event.caller, on: nil)
            let connections = try self.connections()
            try Waiting.require(for: id)
            guard type == .awsCloudHSM else {
                throw KMSError.unsupportedOperation(
                    "CustomKeyStoreType \(type.rawValue) is not supported by this key service.")
            }
            let sealed = try connections.sealed(request.keyStorePassword, of: id)
            guard let cluster, let trustAnchor, let sealed else {
                throw KMSError.validation(
                    "CloudHsmClusterId, TrustAnchorCertificate and KeyStorePassword are required "
                        + "for a custom key store of type AWS_CLOUDHSM.")
            }
            try connections.requireCluster(cluster, trustAnchor: trustAnchor)
            return CustomKeyStore(
                id: id, home: event.caller.realm, name: name,
                place: .cluster(id: cluster, trustAnchor: trustAnchor), sealedSecret: sealed,
                creationDate: event.time)
        } _: { made, store, event in
            let others = try store.customKeyStores(in: made.home)
            guard others.count < KMSLimits.customKeyStores else {
                throw KMSError.limitExceeded(
                    "The limit of \(KMSLimits.customKeyStores) custom key stores is reached.")
            }
            try Self.requireFree(made.place, named: made.name, among: others)
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
            let connections = try self.connections()
            let failure: ConnectionFailure?
            do throws(ConnectionFailure) {
                try connections.connect(found)
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
                try found.requireUpdate(nameOnly: false)
            }
            guard try !store.hasKeys(inCustomKeyStore: id) else {
                throw KMSError.customKeyStoreHasCMKs("Custom key store \(id) contains KMS keys.")
            }
            try store.deleteCustomKeyStore(id)
        }
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
