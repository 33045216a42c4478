package import KMSDomain
internal import Synchronization

/// A store that forgets everything with the process, held to the same suite as the real one.
package final class InMemoryKeyStore: KeyStore {
    private struct State {
        var changeCount: UInt64 = 0
        var contents = Contents()
    }

    private let state = Mutex(State())

    package init() {}

    package func changeCount() throws(KeyStoreError) -> UInt64 {
        state.withLock { $0.changeCount }
    }

    package func read<R>(_ body: (any KeyStoreReader) throws -> R) throws -> R {
        let contents = state.withLock { $0.contents }
        return try body(InMemoryTransaction(contents))
    }

    package func write<R>(_ body: (any KeyStoreWriter) throws -> R) throws -> R {
        try withoutActuallyEscaping(body) { body in
            let result = state.withLock { state in
                Result { () throws -> Unchecked<R> in
                    let transaction = InMemoryTransaction(state.contents)
                    let result = try body(transaction)
                    state.contents = transaction.contents
                    state.changeCount += 1
                    return Unchecked(value: result)
                }
            }
            return try result.get().value
        }
    }
}

// The result of a transaction leaves the lock with the caller that made it.
private struct Unchecked<R>: @unchecked Sendable { let value: R }

struct AliasPlace: Hashable, Sendable {
    let name: String
    let home: Realm
}

struct ImportPlace: Hashable, Sendable {
    let key: KeyID
    let version: VersionID
}

struct Import: Sendable {
    let sealedMaterial: [UInt8]
    let importation: KeyVersion.Importation?
}

struct Contents: Sendable {
    var keys: [KeyID: Key] = [:]
    var versions: [KeyVersion] = []
    var imports: [ImportPlace: Import] = [:]
    var aliases: [AliasPlace: Alias] = [:]
    var settings: [String: [UInt8]] = [:]
    var lastUses: [KeyID: LastUse] = [:]
    var keyPolicies: [KeyID: String] = [:]
    var grants: [GrantID: Grant] = [:]
    var tags: [KeyID: [IdentityTag]] = [:]
    var accounts: [String: Account] = [:]
    var identities: [String: Identity] = [:]
    var policies: [IdentityPolicy] = []
    var accessKeys: [String: AccessKey] = [:]
    var customKeyStores: [String: CustomKeyStore] = [:]
}

final class InMemoryTransaction: KeyStoreWriter {
    var contents: Contents

    init(_ contents: Contents) { self.contents = contents }

    func key(_ id: KeyID) -> Key? { contents.keys[id] }

    func keys(after id: KeyID?, limit: Int) -> [Key] {
        let sorted = contents.keys.values.sorted { $0.id < $1.id }
        return Array(sorted.filter { key in id.map { $0 < key.id } ?? true }.prefix(limit))
    }

    func keys(named name: KeyName) -> [Key] {
        contents.keys.values.filter { $0.name == name }.sorted { $0.home.region < $1.home.region }
    }

    func key(named name: KeyName, in region: String) -> Key? {
        contents.keys.values.first { $0.name == name && $0.home.region == region }
    }

    func keys(in home: Realm, after name: KeyName?, limit: Int) -> [Key] {
        let sorted = contents.keys.values.filter { $0.home == home }.sorted { $0.name < $1.name }
        return Array(sorted.filter { key in name.map { $0 < key.name } ?? true }.prefix(limit))
    }

    func keyCount(in home: Realm) -> Int { contents.keys.values.count { $0.home == home } }

    func versions(of key: KeyID) -> [KeyVersion] {
        let name = contents.keys[key]?.name.id
        return contents.versions.filter { $0.keyID == name }.map { version in
            guard let found = contents.imports[ImportPlace(key: key, version: version.id)] else {
                return version
            }
            var version = version
            version.sealedMaterial = found.sealedMaterial
            version.importation = found.importation
            return version
        }
    }

    func alias(named name: String, in home: Realm) -> Alias? {
        contents.aliases[AliasPlace(name: name, home: home)]
    }

    func aliases(of key: KeyID, after name: String?, limit: Int) -> [Alias] {
        aliases(after: name, limit: limit) { $0.keyID == key }
    }

    func aliases(in home: Realm, after name: String?, limit: Int) -> [Alias] {
        aliases(after: name, limit: limit) { $0.home == home }
    }

    private func aliases(
        after name: String?, limit: Int, where isWanted: (Alias) -> Bool
    ) -> [Alias] {
        let sorted = contents.aliases.values.filter(isWanted).sorted { $0.name < $1.name }
        return Array(sorted.filter { alias in name.map { $0 < alias.name } ?? true }.prefix(limit))
    }

    func nextDueDate() -> Timestamp? { contents.keys.values.compactMap(\.nextDueDate).min() }

    func keysDue(at now: Timestamp) -> [Key] {
        keys(after: nil, limit: .max).filter { key in key.nextDueDate.map { $0 <= now } ?? false }
    }

    func newestVersionDate() -> Timestamp? { contents.versions.map(\.creationDate).max() }

    func lastUse(of key: KeyID) -> LastUse? { contents.lastUses[key] }

    func setting(_ name: String) -> [UInt8]? { contents.settings[name] }

    func insert(_ key: Key) { contents.keys[key.id] = key }

    func update(_ key: Key) { contents.keys[key.id] = key }

    func destroy(_ key: KeyID) {
        guard let name = contents.keys.removeValue(forKey: key)?.name else { return }
        if !contents.keys.values.contains(where: { $0.name == name }) {
            contents.versions.removeAll { $0.keyID == name.id }
        }
        contents.imports = contents.imports.filter { $0.key.key != key }
        contents.aliases = contents.aliases.filter { $0.value.keyID != key }
        contents.lastUses[key] = nil
        contents.keyPolicies[key] = nil
        contents.tags[key] = nil
        contents.grants = contents.grants.filter { $0.value.keyID != key }
    }

    func insert(_ version: KeyVersion) { contents.versions.append(version) }

    func insert(_ alias: Alias) { update(alias) }

    func update(_ alias: Alias) {
        contents.aliases[AliasPlace(name: alias.name, home: alias.home)] = alias
    }

    func deleteAlias(named name: String, in home: Realm) {
        contents.aliases[AliasPlace(name: name, home: home)] = nil
    }

    func record(_ use: LastUse, of key: KeyID) {
        guard contents.keys[key] != nil else { return }
        if let known = contents.lastUses[key], use.time < known.time { return }
        contents.lastUses[key] = use
    }

    func set(_ value: [UInt8]?, forSetting name: String) { contents.settings[name] = value }
}
