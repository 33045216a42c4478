/// Where a key's material comes from, and what follows from that.
package enum MaterialSource: Equatable, Sendable {
    /// Made by the key service.
    case service
    /// Brought by the key's owner.
    case importation(ImportStatus)
    /// Made in a custom key store, which it never leaves.
    case customKeyStore(id: String)
    /// Made here, and of no use without a key that an external key manager has.
    case externalKey(id: String, storeID: String)

    package var origin: KeyOrigin {
        switch self {
        case .service: .service
        case .importation: .external
        case .customKeyStore: .cloudHSM
        case .externalKey: .externalKeyStore
        }
    }
}

extension Key {
    /// What the key lives in, if that is not here, or not all of it.
    package var customKeyStoreID: String? {
        switch source {
        case .service, .importation: nil
        case .customKeyStore(let id), .externalKey(_, let id): id
        }
    }

    /// Whether its versions are sealed under the root.
    package var hasMaterialHere: Bool {
        if case .customKeyStore = source { false } else { true }
    }

    /// What the external key manager calls its part.
    package var externalKeyID: String? {
        if case .externalKey(let id, _) = source { id } else { nil }
    }
}

/// Raw values are the API's.
package enum KeyOrigin: String, CaseIterable, Sendable {
    case service = "AWS_KMS"
    case external = "EXTERNAL"
    case cloudHSM = "AWS_CLOUDHSM"
    case externalKeyStore = "EXTERNAL_KEY_STORE"
}

/// Of a key whose material is imported: a summary of its versions.
package struct ImportStatus: Equatable, Sendable {
    /// Material is missing: none was imported yet, or what some version needs was deleted or has
    /// expired. AWS's state PendingImport.
    package let isMissing: Bool
    /// When the first of the materials that are there expires.
    package let nextExpiry: Timestamp?

    package init(isMissing: Bool, nextExpiry: Timestamp?) {
        self.isMissing = isMissing
        self.nextExpiry = nextExpiry
    }

    /// Of a key as it is made.
    package static let empty = ImportStatus(isMissing: true, nextExpiry: nil)

    /// Material that waits for a rotation has sealed nothing, so nothing needs it.
    package init(of versions: [KeyVersion]) {
        let used = versions.filter { $0.cause != .pendingRotation }
        self.init(
            isMissing: used.isEmpty || used.contains { !$0.hasMaterial },
            nextExpiry: versions.filter(\.hasMaterial).compactMap { $0.importation?.validTo }.min())
    }
}
