/// A store of keys that live elsewhere, as it is kept: where they are, how to get there, and whether
/// they may be used now.
package struct CustomKeyStore: Equatable, Sendable {
    /// Where its keys are.
    package enum Place: Equatable, Sendable {
        /// In a token, which the API knows as a cluster of HSMs.
        case cluster(id: String, trustAnchor: String)
        /// At an external key manager.
        case proxy(KeyStoreProxy)

        package var clusterID: String? {
            if case .cluster(let id, _) = self { id } else { nil }
        }

        package var proxy: KeyStoreProxy? {
            if case .proxy(let proxy) = self { proxy } else { nil }
        }
    }

    /// AWS's ConnectionState. CONNECTING is left by who was stopped in the middle of it.
    package enum Connection: Equatable, Sendable {
        case disconnected
        case connecting
        case connected
        case failed(ConnectionFailure)
    }

    /// `cks-` and 17 hexadecimal digits.
    package let id: String
    package let home: Realm
    package var name: String
    package var place: Place
    /// The PIN, or what requests to the proxy are signed with; opaque to the store.
    package var sealedSecret: [UInt8]
    package private(set) var connection: Connection
    package let creationDate: Timestamp

    package init(
        id: String, home: Realm, name: String, place: Place, sealedSecret: [UInt8],
        connection: Connection = .disconnected, creationDate: Timestamp
    ) {
        self.id = id
        self.home = home
        self.name = name
        self.place = place
        self.sealedSecret = sealedSecret
        self.connection = connection
        self.creationDate = creationDate
    }

    /// What failed has to be disconnected first.
    package mutating func beginConnecting() throws(CustomKeyStoreRefusal) {
        if case .failed = connection { throw .wrongState }
        connection = .connecting
    }

    /// Nothing happens if somebody disconnected it meanwhile.
    package mutating func endConnecting(_ failure: ConnectionFailure?) {
        guard connection == .connecting else { return }
        connection = failure.map { .failed($0) } ?? .connected
    }

    package mutating func disconnect() throws(CustomKeyStoreRefusal) {
        guard connection != .disconnected else { throw .wrongState }
        connection = .disconnected
    }

    package func requireConnection() throws(CustomKeyStoreRefusal) {
        guard connection == .connected else { throw .wrongState }
    }

    /// Whether a connected store may become this one: of a proxy its path and credential may change, of
    /// a cluster nothing.
    package func acceptsWhileConnected(_ changed: CustomKeyStore) -> Bool {
        switch (place, changed.place) {
        case (.proxy(let old), .proxy(let new)): old.endpoint == new.endpoint
        default: place == changed.place && sealedSecret == changed.sealedSecret
        }
    }

    /// - Parameter whileConnected: it changes what may be changed of a connected store as well.
    package func requireUpdate(whileConnected: Bool) throws(CustomKeyStoreRefusal) {
        guard connection == .disconnected || whileConnected && connection == .connected else {
            throw .wrongState
        }
    }
}

/// Why a store forbids an action.
package enum CustomKeyStoreRefusal: Error, Equatable, Sendable {
    case wrongState
}

/// Why a store could not be connected: the API's ConnectionErrorCode.
package enum ConnectionFailure: String, Error, CaseIterable, Sendable {
    case invalidCredentials = "INVALID_CREDENTIALS"
    case clusterNotFound = "CLUSTER_NOT_FOUND"
    case networkErrors = "NETWORK_ERRORS"
    case internalError = "INTERNAL_ERROR"
    case userLockedOut = "USER_LOCKED_OUT"
    case userNotFound = "USER_NOT_FOUND"
    case proxyAccessDenied = "XKS_PROXY_ACCESS_DENIED"
    case proxyNotReachable = "XKS_PROXY_NOT_REACHABLE"
    case proxyInvalidResponse = "XKS_PROXY_INVALID_RESPONSE"
    case proxyInvalidConfiguration = "XKS_PROXY_INVALID_CONFIGURATION"
    case proxyTimedOut = "XKS_PROXY_TIMED_OUT"
    case proxyInvalidTLSConfiguration = "XKS_PROXY_INVALID_TLS_CONFIGURATION"
}
