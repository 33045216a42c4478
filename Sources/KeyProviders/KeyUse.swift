package import ContainerFormat

/// A key, and which version of it where the wrap tells: what has to be kept for a container to open.
package struct KeyUse: Hashable, Sendable {
    package let type: String
    package let keyID: [UInt8]
    /// As the service spells it.
    package let version: String?

    package init(_ stanza: Stanza) {
        type = stanza.type
        keyID = stanza.keyID
        version = KeyServiceKey.keyVersion(of: stanza)
    }
}

extension Stanza {
    /// The keys behind this recipient: its own, those of a group's members, or that of its batch.
    package var keyUses: [KeyUse] {
        switch knownType {
        case .threshold:
            ThresholdStanza(self)?.inner.map { KeyUse($0.stanza) } ?? [KeyUse(self)]
        case .batch: [KeyUse(BatchStanza.inner(of: self) ?? self)]
        case .awsKMS, .vaultTransit, .pkcs11, .keyFile, .passphrase, .recovery, nil: [KeyUse(self)]
        }
    }

    /// Whether somebody opens it who does not have `key`.
    package func opens(without key: KeyUse) -> Bool {
        guard knownType == .threshold, let threshold = ThresholdStanza(self) else {
            return !keyUses.contains(key)
        }
        return threshold.inner.count(where: { KeyUse($0.stanza) != key }) >= threshold.needed
    }
}
