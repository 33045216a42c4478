internal import KMSDomain

extension InMemoryTransaction {
    func customKeyStore(_ id: String) -> CustomKeyStore? { contents.customKeyStores[id] }

    func customKeyStores(in home: Realm) -> [CustomKeyStore] {
        contents.customKeyStores.values.filter { $0.home == home }.sorted { $0.id < $1.id }
    }

    func customKeyStores() -> [CustomKeyStore] {
        contents.customKeyStores.values.sorted { $0.id < $1.id }
    }

    func hasKeys(inCustomKeyStore id: String) -> Bool {
        contents.keys.values.contains { $0.customKeyStoreID == id }
    }

    func hasKey(ofExternalKey externalID: String, inCustomKeyStore id: String) -> Bool {
        contents.keys.values.contains {
            $0.customKeyStoreID == id && $0.externalKeyID == externalID
        }
    }

    func insert(_ store: CustomKeyStore) { contents.customKeyStores[store.id] = store }

    func update(_ store: CustomKeyStore) { contents.customKeyStores[store.id] = store }

    func deleteCustomKeyStore(_ id: String) { contents.customKeyStores[id] = nil }
}
