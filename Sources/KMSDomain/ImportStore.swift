/// What changes of a version that is in the store: imported material comes and goes.
package protocol ImportStoreWriter {
    /// Puts the version as it is now in the place of what was there; of material that was sealed
    /// there before no copy is left.
    func update(_ version: KeyVersion) throws(KeyStoreError)
    /// Removes a version, and every copy of its material.
    func delete(_ version: VersionID) throws(KeyStoreError)
}
