import ContainerFormat
import KeyProviders
import OpenSSLCrypto
import SecretMemory
import Synchronization

/// Keys of the tests: a key file for each name, the same in every run.
enum TestKeys {
    static func file(_ name: String) throws -> KeyFile {
        try KeyFile(name: name, key: Bytes.wrappingKey(bytes(name)), keyID: Array(name.utf8))
    }

    static func bytes(_ name: String) -> [UInt8] {
        Bytes.noise(32, seed: UInt64(name.utf8.reduce(7) { ($0 &* 31 &+ Int($1)) & 0xFFFF_FFFF }))
    }

    static func passphrase(_ text: String) -> Passphrase {
        Passphrase(Bytes.secret(Array(text.utf8)), cost: .init(log2N: 4, r: 8, p: 1))
    }
}

/// Stands before another provider: counts, and may wrap another file key than the one it is given.
final class Interposed: KeyProvider {
    private let base: any KeyProvider
    private let wrappedInstead: [UInt8]?
    let wrapCount = Mutex(0)
    let unwrapCount = Mutex(0)
    /// The file keys that it was asked to wrap, by their hash, and the binders.
    let seen = Mutex<[(fileKey: String, binder: [UInt8])]>([])

    var stanzaType: StanzaType { base.stanzaType }
    var name: String { base.name }
    let effort: OpeningEffort
    /// What ``KeyProvider/isCurrent(_:)`` answers.
    let isCurrent = Mutex(false)

    init(
        _ base: any KeyProvider, wrappingInstead fileKey: [UInt8]? = nil,
        effort: OpeningEffort = .offline
    ) {
        self.base = base
        self.effort = effort
        wrappedInstead = fileKey
    }

    func makeFileKey(_ binding: WrapBinding) throws(KeyProviderError) -> GeneratedFileKey? {
        try base.makeFileKey(binding)
    }

    func wrap(
        _ fileKey: borrowing FileKey, _ binding: WrapBinding
    ) throws(KeyProviderError) -> Stanza {
        wrapCount.withLock { $0 += 1 }
        let digest = fileKey.bytes.withBytes { (try? SHA256.digest($0)) ?? [] }
        seen.withLock { $0.append((Bytes.hexText(digest), binding.binder)) }
        guard let wrappedInstead else { return try base.wrap(fileKey, binding) }
        return try base.wrap(Bytes.fileKey(wrappedInstead), binding)
    }

    func match(_ stanza: Stanza) -> StanzaMatch { base.match(stanza) }

    func isCurrent(_ stanza: Stanza) -> Bool { isCurrent.withLock { $0 } }

    func unwrap(
        _ stanza: Stanza, _ binding: WrapBinding
    ) throws(KeyProviderError) -> SecretBytes {
        unwrapCount.withLock { $0 += 1 }
        return try base.unwrap(stanza, binding)
    }

    var unwraps: Int { unwrapCount.withLock { $0 } }
}
