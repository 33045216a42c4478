internal import KMSDomain
internal import KMSModel
internal import SecretMemory

/// Where a custom key store is to be: of CreateCustomKeyStore and UpdateCustomKeyStore what is looked
/// at elsewhere, before the transaction.
extension KMSService {
    typealias NewPlace = (place: CustomKeyStore.Place, sealedSecret: [UInt8])

    /// A cluster for a new store: there, and with this certificate.
    func cluster(
        _ request: borrowing CreateCustomKeyStoreRequest, _ id: String,
        _ connections: CustomKeyStoreConnections
    ) throws -> NewPlace {
        guard connections.hasClusters else { throw Self.unsupported(.awsCloudHSM) }
        guard
            !Self.isGiven(request.xksProxyAuthenticationCredential),
            request.xksProxyURIEndpoint == nil, request.xksProxyURIPath == nil,
            request.xksProxyConnectivity == nil, request.xksProxyVPCEndpointServiceName == nil,
            request.xksProxyVPCEndpointServiceOwner == nil
        else { throw Self.notOf(.awsCloudHSM, "XksProxy parameters") }
        let sealed: [UInt8]? =
            switch request.keyStorePassword {
            case .some(let password): try connections.seal(password, of: id)
            case .none: nil
            }
        guard let cluster = request.cloudHSMClusterID,
            let trustAnchor = request.trustAnchorCertificate, let sealed
        else {
            throw KMSError.validation(
                "CloudHsmClusterId, TrustAnchorCertificate and KeyStorePassword are required for a "
                    + "custom key store of type AWS_CLOUDHSM.")
        }
        try Self.requireCluster(cluster, trustAnchor: trustAnchor, connections)
        return (.cluster(id: cluster, trustAnchor: trustAnchor), sealed)
    }

    /// A proxy for a new store: it answers, and lets in who signs with the credential.
    func proxy(
        _ request: borrowing CreateCustomKeyStoreRequest, _ id: String,
        _ connections: CustomKeyStoreConnections, _ event: AuditEvent
    ) throws -> NewPlace {
        guard connections.hasProxies else { throw Self.unsupported(.externalKeyStore) }
        guard
            !Self.isGiven(request.keyStorePassword), request.cloudHSMClusterID == nil,
            request.trustAnchorCertificate == nil
        else { throw Self.notOf(.externalKeyStore, "CloudHSM parameters") }
        try Self.requirePublic(
            request.xksProxyConnectivity, request.xksProxyVPCEndpointServiceName,
            request.xksProxyVPCEndpointServiceOwner)
        guard let endpoint = request.xksProxyURIEndpoint, let path = request.xksProxyURIPath,
            request.xksProxyConnectivity != nil
        else { throw Self.missingOfProxy }
        switch request.xksProxyAuthenticationCredential {
        case .none: throw Self.missingOfProxy
        case .some(let credential):
            let proxy = KeyStoreProxy(
                endpoint: endpoint, path: path, accessKeyID: credential.accessKeyID)
            let made = CustomKeyStore(
                id: id, home: event.caller.realm, name: request.customKeyStoreName,
                place: .proxy(proxy),
                sealedSecret: try connections.seal(credential.rawSecretAccessKey, of: id),
                creationDate: event.time)
            try Self.checkHealth(of: made, connections, event)
            return (made.place, made.sealedSecret)
        }
    }

    /// Another cluster for a store, or another password.
    func newCluster(
        _ request: borrowing UpdateCustomKeyStoreRequest, of found: CustomKeyStore,
        trustAnchor: String, _ connections: CustomKeyStoreConnections
    ) throws -> CustomKeyStore {
        guard
            !Self.isGiven(request.xksProxyAuthenticationCredential),
            request.xksProxyURIEndpoint == nil, request.xksProxyURIPath == nil,
            request.xksProxyConnectivity == nil, request.xksProxyVPCEndpointServiceName == nil,
            request.xksProxyVPCEndpointServiceOwner == nil
        else { throw Self.notOf(.awsCloudHSM, "XksProxy parameters") }
        var changed = found
        if let id = request.cloudHSMClusterID {
            do throws(KMSError) {
                try Self.requireCluster(id, trustAnchor: trustAnchor, connections)
            } catch .incorrectTrustAnchor {
                // One with the same keys has the same certificate.
                throw KMSError.cloudHSMClusterNotRelated(
                    "Cluster \(id) is not related to that of the custom key store.")
            }
            changed.place = .cluster(id: id, trustAnchor: trustAnchor)
        }
        switch request.keyStorePassword {
        case .some(let password):
            changed.sealedSecret = try connections.seal(password, of: found.id)
        case .none: break
        }
        return changed
    }

    /// Another way to the proxy of a store, which answers there.
    func newProxy(
        _ request: borrowing UpdateCustomKeyStoreRequest, of found: CustomKeyStore,
        _ proxy: KeyStoreProxy, _ connections: CustomKeyStoreConnections, _ event: AuditEvent
    ) throws -> CustomKeyStore {
        guard !Self.isGiven(request.keyStorePassword), request.cloudHSMClusterID == nil else {
            throw Self.notOf(.externalKeyStore, "CloudHSM parameters")
        }
        try Self.requirePublic(
            request.xksProxyConnectivity, request.xksProxyVPCEndpointServiceName,
            request.xksProxyVPCEndpointServiceOwner)
        var proxy = proxy
        proxy.endpoint = request.xksProxyURIEndpoint ?? proxy.endpoint
        proxy.path = request.xksProxyURIPath ?? proxy.path
        var changed = found
        switch request.xksProxyAuthenticationCredential {
        case .some(let credential):
            proxy.accessKeyID = credential.accessKeyID
            changed.sealedSecret = try connections.seal(
                credential.rawSecretAccessKey, of: found.id)
        case .none: break
        }
        changed.place = .proxy(proxy)
        if changed != found { try Self.checkHealth(of: changed, connections, event) }
        return changed
    }

    private static func requireCluster(
        _ id: String, trustAnchor: String, _ connections: CustomKeyStoreConnections
    ) throws(KMSError) {
        do throws(ClusterFailure) {
            try connections.verify(cluster: id, trustAnchor: trustAnchor)
        } catch {
            switch error {
            case .notFound: throw .cloudHSMClusterNotFound("Cluster \(id) does not exist.")
            case .notActive: throw .cloudHSMClusterNotActive("Cluster \(id) is not active.")
            case .incorrectTrustAnchor:
                throw .incorrectTrustAnchor(
                    "The trust anchor certificate is not that of cluster \(id).")
            }
        }
    }

    private static func checkHealth(
        of store: CustomKeyStore, _ connections: CustomKeyStoreConnections, _ event: AuditEvent
    ) throws {
        do throws(ProxyFailure) {
            try connections.newManager(of: store).checkHealth(
                ExternalKeyCall(operation: event.name, requestID: event.requestID.text))
        } catch { throw error.ofStore }
    }

    private static func requirePublic(
        _ connectivity: XksProxyConnectivity?, _ service: String?, _ owner: String?
    ) throws(KMSError) {
        guard connectivity ?? .publicEndpoint == .publicEndpoint, service == nil, owner == nil
        else {
            throw .unsupportedOperation(
                "XksProxyConnectivity VPC_ENDPOINT_SERVICE is not supported by this key service.")
        }
    }

    private static let missingOfProxy = KMSError.validation(
        "XksProxyUriEndpoint, XksProxyUriPath, XksProxyAuthenticationCredential and "
            + "XksProxyConnectivity are required for a custom key store of type "
            + "EXTERNAL_KEY_STORE.")

    private static func notOf(_ type: CustomKeyStoreType, _ what: String) -> KMSError {
        .validation("\(what) are not valid for a custom key store of type \(type.rawValue).")
    }

    private static func unsupported(_ type: CustomKeyStoreType) -> KMSError {
        .unsupportedOperation(
            "CustomKeyStoreType \(type.rawValue) is not supported by this key service.")
    }

    private static func isGiven<Secret: ~Copyable>(_ secret: borrowing Secret?) -> Bool {
        switch secret {
        case .some: true
        case .none: false
        }
    }

    static func textFields(_ members: [(String, String?)]) -> [AuditField] {
        members.compactMap { name, value in value.map { AuditField(name, .text($0)) } }
    }
}
