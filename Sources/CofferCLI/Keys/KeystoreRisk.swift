import ContainerFormat
import FileIO
import KMSDomain
import KeyProviders

/// What the loss of this machine would mean.
enum KeystoreRisk {
    static let advice =
        "without it nobody can open what is encrypted to its keys: "
        + "back it up now with 'coffer key backup FILE' and keep FILE elsewhere"

    /// Said of a container that only keys of this keystore open, while these have no backup.
    ///
    /// A keystore that cannot be looked at just so is left alone: nobody asked for it.
    static func text(of stanzas: [Stanza], _ local: LocalKeyService) -> String? {
        let prefix = Array("arn:aws:kms:\(Realm.local.region):".utf8)
        guard
            stanzas.map(\.askedStanza).allSatisfy({
                $0.knownType == .awsKMS && $0.keyID.starts(with: prefix)
            }),
            let place = try? local.place,
            let service = try? EmbeddedKeyService.open(in: place.bytes),
            let state = try? service.backupState()
        else { return nil }
        switch state {
        case .none: return "its keys have no backup: run 'coffer key backup FILE'"
        case .outdated(let date):
            return "newer keys than the backup of \(date.iso8601): run 'coffer key backup FILE'"
        case .made: return nil
        }
    }
}
