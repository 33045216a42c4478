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

struct Contents: Sendable {
    var keys: [KeyID: Key] = [:]
    var versions: [KeyVersion] = []
    var aliases: [String: Alias] = [:]
    var settings: [String: [UInt8]] = [:]
    var keyPolicies: [KeyID: String] = [:]
    var grants: [GrantID: Grant] = [:]
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

    func keyCount() -> Int { contents.keys.count }

    func versions(of key: KeyID) -> [KeyVersion] { contents.versions.filter { $0.keyID == key } }

    func alias(named name: String) -> Alias? { contents.aliases[name] }

    func aliases(of key: KeyID?, after name: String?, limit: Int) -> [Alias] {
        let sorted = contents.aliases.values.sorted { $0.name < $1.name }
        return Array(
            sorted.filter { alias in
                (key.map { $0 == alias.keyID } ?? true) && (name.map { $0 < alias.name } ?? true)
            }.prefix(limit))
    }

    func nextDueDate() -> Timestamp? { contents.keys.values.compactMap(\.nextDueDate).min() }

    func keysDue(at now: Timestamp) -> [Key] {
        keys(after: nil, limit: .max).filter { key in key.nextDueDate.map { $0 <= now } ?? false }
    }

    func newestVersionDate() -> Timestamp? { contents.versions.map(\.creationDate).max() }

    func setting(_ name: String) -> [UInt8]? { contents.settings[name] }

    func insert(_ key: Key) { contents.keys[key.id] = key }

    func update(_ key: Key) { contents.keys[key.id] = key }

    func destroy(_ key: KeyID) {
        contents.keys[key] = nil
        contents.versions.removeAll { $0.keyID == key }
        contents.aliases = contents.aliases.filter { $0.value.keyID != key }
        contents.keyPolicies[key] = nil
        contents.grants = contents.grants.filter { $0.value.keyID != key }
    }

    func insert(_ version: KeyVersion) { contents.versions.append(version) }

    func replaceMaterial(of version: KeyVersion) {
        contents.versions = contents.versions.map { $0.id == version.id ? version : $0 }
    }

    func insert(_ alias: Alias) { contents.aliases[alias.name] = alias }

    func update(_ alias: Alias) { contents.aliases[alias.name] = alias }

    func deleteAlias(named name: String) { contents.aliases[name] = nil }

    func set(_ value: [UInt8]?, forSetting name: String) { contents.settings[name] = value }
}
