/// Versions whose material is imported: it comes and goes, in each region by itself.
package protocol ImportStoreWriter {
    /// A new version of the key's name, with material in this key alone.
    func insert(_ version: KeyVersion, importedInto key: KeyID) throws(KeyStoreError)
    /// Puts the version as it is now in the place of what was there, and imported material in this key's;
    /// of material that was sealed there before no copy is left.
    func update(_ version: KeyVersion, of key: KeyID) throws(KeyStoreError)
    /// Removes a version, and every copy of its material in all replicas.
    func delete(_ version: VersionID) throws(KeyStoreError)
}
