internal import KMSDomain

extension InMemoryTransaction {
    func update(_ version: KeyVersion) { replaceMaterial(of: version) }

    func delete(_ version: VersionID) { contents.versions.removeAll { $0.id == version } }
}
