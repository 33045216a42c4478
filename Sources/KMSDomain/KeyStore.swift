/// Keeps keys, versions and aliases, and who may do what with them. Several processes may use one store at once.
package protocol KeyStore: Sendable {
    /// A number that has changed whenever anybody, here or in another process, has committed since.
    /// Cheap: asked for on every call, so that what is cached is as good as what is stored.
    func changeCount() throws(KeyStoreError) -> UInt64

    /// Runs `body` on one consistent state.
    func read<R>(_ body: (any KeyStoreReader) throws -> R) throws -> R

    /// Runs `body` alone and commits what it did; nothing of it stays if it throws.
    func write<R>(_ body: (any KeyStoreWriter) throws -> R) throws -> R
}

package protocol KeyStoreReader: AccessStoreReader, CustomKeyStoreReader {
    func key(_ id: KeyID) throws(KeyStoreError) -> Key?
    /// Ascending by id, after `id`.
    func keys(after id: KeyID?, limit: Int) throws(KeyStoreError) -> [Key]
    /// All of one name, a key and its replicas, ascending by region.
    func keys(named name: KeyName) throws(KeyStoreError) -> [Key]
    func key(named name: KeyName, in region: String) throws(KeyStoreError) -> Key?
    /// Ascending by name, after `name`.
    func keys(
        in home: Realm, after name: KeyName?, limit: Int
    ) throws(KeyStoreError) -> [Key]
    func keyCount(in home: Realm) throws(KeyStoreError) -> Int
    /// Oldest first; the same of all replicas, but for imported material.
    func versions(of key: KeyID) throws(KeyStoreError) -> [KeyVersion]
    func alias(named name: String, in home: Realm) throws(KeyStoreError) -> Alias?
    /// Ascending by the bytes of the name, after `name`.
    func aliases(of key: KeyID, after name: String?, limit: Int) throws(KeyStoreError) -> [Alias]
    func aliases(in home: Realm, after name: String?, limit: Int) throws(KeyStoreError) -> [Alias]
    /// The earliest moment at which a key has to be rotated or destroyed.
    func nextDueDate() throws(KeyStoreError) -> Timestamp?
    /// Keys whose moment has come, ascending by id.
    func keysDue(at now: Timestamp) throws(KeyStoreError) -> [Key]
    /// When the newest version of any key was made.
    func newestVersionDate() throws(KeyStoreError) -> Timestamp?
    /// As far as it was written down: a use of this moment may be in the memory of a service yet.
    func lastUse(of key: KeyID) throws(KeyStoreError) -> LastUse?
    /// A fact about the keystore itself.
    func setting(_ name: String) throws(KeyStoreError) -> [UInt8]?
}

package protocol KeyStoreWriter: KeyStoreReader, AccessStoreWriter, ImportStoreWriter,
    CustomKeyStoreWriter
{
    func insert(_ key: Key) throws(KeyStoreError)
    func update(_ key: Key) throws(KeyStoreError)
    /// Removes the key with its aliases, policy, grants and, unless a replica has it too, all its
    /// material, in a way that leaves no copy of the sealed material in the store.
    func destroy(_ key: KeyID) throws(KeyStoreError)
    func insert(_ version: KeyVersion) throws(KeyStoreError)
    func insert(_ alias: Alias) throws(KeyStoreError)
    func update(_ alias: Alias) throws(KeyStoreError)
    func deleteAlias(named name: String, in home: Realm) throws(KeyStoreError)
    /// Keeps the later of this and what was there; nothing of a key that is gone.
    func record(_ use: LastUse, of key: KeyID) throws(KeyStoreError)
    func set(_ value: [UInt8]?, forSetting name: String) throws(KeyStoreError)
}
