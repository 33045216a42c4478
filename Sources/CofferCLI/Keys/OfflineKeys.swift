import KeyProviders

/// Keys that a backup of the keystore may be sealed to: none that is in it.
enum OfflineKeys {
    /// Without any a passphrase.
    static func references(_ keys: [String]) throws -> [KeyReference] {
        let references = try keys.map { try KeyReference(argument: $0) }
        for reference in references {
            if case .keyService = reference {
                throw Failure.usage(
                    "a backup sealed to a key that is in it opens for nobody",
                    "use -k passphrase:, -k keyfile:PATH or -k recovery:FILE")
            }
        }
        return references.isEmpty ? [.passphrase] : references.uniqued
    }
}
