package import ContainerFormat

extension Stanza {
    /// Whether a quantum computer of later leaves the wrap closed; nothing where this version does not
    /// know the type.
    ///
    /// Symmetric wraps are as good as before. A token's RSA-OAEP (mechanisms 4 and 5 of `pkcs11`)
    /// falls.
    package var isPostQuantum: Bool? {
        switch type {
        case StanzaType.keyFile.rawValue, StanzaType.passphrase.rawValue,
            StanzaType.awsKMS.rawValue, StanzaType.recovery.rawValue, "vault-transit":
            return true
        case "pkcs11": return body.first.map { $0 != 4 && $0 != 5 }
        case StanzaType.threshold.rawValue:
            return ThresholdStanza(self).flatMap { Self.arePostQuantum($0.inner.map(\.stanza)) }
        case StanzaType.batch.rawValue:
            return BatchStanza.inner(of: self)?.isPostQuantum
        default: return nil
        }
    }

    /// The worst of them: one that falls, or else one that is not known.
    package static func arePostQuantum(_ stanzas: [Stanza]) -> Bool? {
        let answers = stanzas.map(\.isPostQuantum)
        if answers.contains(false) { return false }
        return answers.contains(nil) ? nil : true
    }
}
