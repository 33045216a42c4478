import KMSDomain

extension InMemoryTransaction {
    func insert(_ version: KeyVersion, importedInto key: KeyID) {
        insert(version)
        update(version, of: key)
    }

    func update(_ version: KeyVersion, of key: KeyID) {
        var shared = version
        if version.importation != nil {
            contents.imports[ImportPlace(key: key, version: version.id)] = Import(
                sealedMaterial: version.sealedMaterial, importation: version.importation)
            shared.sealedMaterial = []
            shared.importation = KeyVersion.Importation(description: nil, validTo: nil)
        }
        contents.versions = contents.versions.map { $0.id == version.id ? shared : $0 }
    }

    func delete(_ version: VersionID) {
        contents.versions.removeAll { $0.id == version }
        contents.imports = contents.imports.filter { $0.key.version != version }
    }
}
