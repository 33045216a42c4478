internal import KMSDomain
internal import KMSStore

extension EmbeddedKeyService {
    /// The first `limit` aliases of the keystore in `directory`, in order: for a shell that completes
    /// what is typed. Names are no secrets, so no root key is asked for, nothing due is done, and no
    /// record is written.
    package static func aliasNames(
        in directory: [UInt8], limit: Int = 1000
    ) throws(EmbeddedKeyServiceError) -> [String] {
        do {
            let place = try KeystoreDirectory(opening: directory)
            let store = try SQLiteKeyStore.openToLook(at: place.path(of: "keys.sqlite"))
            let names = try store.read { reader in
                try reader.aliases(in: .local, after: nil, limit: limit).map(\.name)
            }
            try store.close()
            return names
        } catch {
            throw EmbeddedKeyServiceError(error)
        }
    }
}
