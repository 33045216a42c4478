/// Where a key's material comes from, and what follows from that.
package enum MaterialSource: Equatable, Sendable {
    /// Made by the key service.
    case service
    /// Brought by the key's owner.
    case importation(ImportStatus)
    /// Made in a custom key store, which it never leaves.
    case customKeyStore(id: String)

    package var origin: KeyOrigin {
        switch self {
        case .service: .service
        case .importation: .external
        case .customKeyStore: .cloudHSM
        }
    }
}

extension Key {
    /// Where the key lives, if that is not here.
    package var customKeyStoreID: String? {
        if case .customKeyStore(let id) = source { id } else { nil }
    }
}

/// Raw values are the API's.
package enum KeyOrigin: String, CaseIterable, Sendable {
    case service = "AWS_KMS"
    case external = "EXTERNAL"
    case cloudHSM = "AWS_CLOUDHSM"
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
