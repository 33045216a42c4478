/// Keeps custom key stores.
package protocol CustomKeyStoreReader {
    func customKeyStore(_ id: String) throws(KeyStoreError) -> CustomKeyStore?
    /// Ascending by id.
    func customKeyStores(in home: Realm) throws(KeyStoreError) -> [CustomKeyStore]
    /// Of all accounts and regions, ascending by id.
    func customKeyStores() throws(KeyStoreError) -> [CustomKeyStore]
    func hasKeys(inCustomKeyStore id: String) throws(KeyStoreError) -> Bool
    func hasKey(
        ofExternalKey externalID: String, inCustomKeyStore id: String
    ) throws(KeyStoreError) -> Bool
}

package protocol CustomKeyStoreWriter {
    func insert(_ store: CustomKeyStore) throws(KeyStoreError)
    func update(_ store: CustomKeyStore) throws(KeyStoreError)
    func deleteCustomKeyStore(_ id: String) throws(KeyStoreError)
}
