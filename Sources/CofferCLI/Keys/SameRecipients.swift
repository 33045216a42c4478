import ContainerFormat
import KeyProviders

/// Finds for every recipient of an old container the local key that can be one of the new.
struct SameRecipients {
    private let keys: [any KeyProvider]
    private let local: LocalKeyService

    init(_ keys: [any KeyProvider], _ local: LocalKeyService) {
        self.keys = keys
        self.local = local
    }

    func of(_ stanzas: [Stanza]) throws -> [any KeyProvider] {
        var recipients: [any KeyProvider] = []
        var missing: [RecipientText] = []
        for stanza in stanzas {
            guard let key = try recipient(stanza) else {
                missing.append(RecipientText(stanza))
                continue
            }
            recipients.append(key)
        }
        guard missing.isEmpty else {
            let names = missing.map { "\($0.type) \($0.key)" }.joined(separator: ", ")
            throw Failure(
                .noKey, "no key here is that of these recipients: \(names)",
                hints: [
                    "name their keys with --old-key URI",
                    "or name whoever is to open it from now on with -k",
                ])
        }
        // Whether the passphrase that is typed is the old one could not be told.
        guard recipients.count == 1 || !stanzas.contains(where: { $0.knownType == .passphrase })
        else {
            throw Failure.usage(
                "a passphrase beside other recipients",
                "name the new recipients with -k, and add --mix-passphrase if it is to stay so")
        }
        return recipients
    }

    private func recipient(_ stanza: Stanza) throws -> (any KeyProvider)? {
        let asked = stanza.askedStanza
        let fitting = keys.first {
            switch $0.match(asked) {
            case .no, .unknown: false
            case .yes, .yesWithKeyDerivation, .overCost: true
            }
        }
        guard fitting is KeyServiceKey else { return fitting }
        return try local.recipient(String(decoding: asked.keyID, as: UTF8.self))
    }
}
