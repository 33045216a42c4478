package import ContainerFormat
package import OpenSSLCrypto
package import SecretMemory
internal import Synchronization

/// A passphrase, through scrypt.
///
///     body = u8 2 ‖ u32 log2 N ‖ u32 r ‖ u32 p ‖ salt[16] ‖ SEAL
package final class Passphrase: KeyProvider {
    package let stanzaType = StanzaType.passphrase
    package let name = "passphrase"
    package let effort = OpeningEffort.passphrase

    private static let scryptMark: UInt8 = 2
    private static let saltByteCount = 16
    private static let bodyByteCount = 1 + 3 * 4 + saltByteCount + StanzaSeal.byteCount
    /// 128 MiB and about a third of a second.
    package static let defaultCost = Scrypt.Cost(log2N: 17, r: 8, p: 1)
    private static let memoryLimit: UInt64 = 1 << 30
    /// r and p take memory of their own, 128·r·(p + 2) bytes, which the product does not bound.
    private static let blockSizeLimit: UInt32 = 1024
    private static let parallelismLimit: UInt32 = 16

    private struct State: ~Copyable {
        var passphrase: SecretBytes?
        /// Of the containers that one command makes: a derivation for each would take longer than
        /// all other work on a small one.
        var wrapping: Derived?
        /// The last of those that were opened: likewise.
        var opening: Derived?
    }

    private final class Derived: Sendable {
        let salt: [UInt8]
        let cost: Scrypt.Cost
        let key: SecretBytes

        init(
            _ passphrase: borrowing SecretBytes, salt: [UInt8], cost: Scrypt.Cost
        ) throws(CryptoError) {
            self.salt = salt
            self.cost = cost
            key = try passphrase.withBytes { passphrase throws(CryptoError) in
                try Scrypt.derive(passphrase: passphrase, salt: salt, cost: cost, byteCount: 32)
            }
        }
    }

    private let state: Mutex<State>
    private let cost: Scrypt.Cost

    package init(
        _ passphrase: consuming SecretBytes, cost: Scrypt.Cost = Passphrase.defaultCost
    ) {
        state = Mutex(State(passphrase: passphrase))
        self.cost = cost
    }

    package func forget() {
        state.withLock { $0 = State() }
    }

    package func makeFileKey(_: WrapBinding) -> GeneratedFileKey? { nil }

    package func wrap(
        _ fileKey: borrowing FileKey, _ binding: WrapBinding
    ) throws(KeyProviderError) -> Stanza {
        do throws(CryptoError) {
            let derived = try wrappingKey()
            let sealed = try fileKey.bytes.withBytes { secret throws(CryptoError) in
                try derived.key.withBytes { key throws(CryptoError) in
                    try StanzaSeal.seal(
                        secret, under: key, label: Label.passphraseSeal, binder: binding.binder)
                }
            }
            var body = [Self.scryptMark]
            body.append(bigEndian: cost.log2N)
            body.append(bigEndian: cost.r)
            body.append(bigEndian: cost.p)
            return Stanza(type: .passphrase, keyID: [], body: body + derived.salt + sealed)
        } catch { throw KeyProviderError(error) }
    }

    package func match(_ stanza: Stanza) -> StanzaMatch {
        guard stanza.knownType == .passphrase, stanza.keyID.isEmpty,
            let cost = Self.cost(stanza), cost.log2N > 0, cost.r > 0, cost.p > 0
        else { return .no }
        // Checked before anything is allocated for it (R16).
        let memory = (UInt64(128) * UInt64(cost.r)).multipliedReportingOverflow(
            by: cost.log2N < 63 ? 1 << UInt64(cost.log2N) : .max)
        guard !memory.overflow, memory.partialValue <= Self.memoryLimit,
            cost.r <= Self.blockSizeLimit, cost.p <= Self.parallelismLimit
        else { return .overCost }
        // RFC 7914: N < 2^(128·r/8).
        guard UInt64(cost.log2N) < 16 * UInt64(cost.r) else { return .no }
        return .yesWithKeyDerivation
    }

    package func unwrap(
        _ stanza: Stanza, _ binding: WrapBinding
    ) throws(KeyProviderError) -> SecretBytes {
        guard let cost = Self.cost(stanza) else { throw .notOpened }
        do throws(CryptoError) {
            let derived = try openingKey(salt: Array(stanza.body[13..<29]), cost: cost)
            return try derived.key.withBytes { key throws(CryptoError) in
                try StanzaSeal.open(
                    Array(stanza.body[29...]), under: key, label: Label.passphraseSeal,
                    binder: binding.binder)
            }
        } catch { throw KeyProviderError(error) }
    }

    /// With a salt that is fresh for whoever made this object: one command.
    private func wrappingKey() throws(CryptoError) -> Derived {
        try state.withLock { state throws(CryptoError) in
            if let derived = state.wrapping { return derived }
            let derived = try Self.derive(
                state, salt: SystemRandom.bytes(count: Self.saltByteCount), cost: cost)
            state.wrapping = derived
            return derived
        }
    }

    private func openingKey(salt: [UInt8], cost: Scrypt.Cost) throws(CryptoError) -> Derived {
        try state.withLock { state throws(CryptoError) in
            if let derived = state.opening, derived.salt == salt, derived.cost == cost {
                return derived
            }
            let derived = try Self.derive(state, salt: salt, cost: cost)
            state.opening = derived
            return derived
        }
    }

    private static func derive(
        _ state: borrowing State, salt: [UInt8], cost: Scrypt.Cost
    ) throws(CryptoError) -> Derived {
        switch state.passphrase {
        case .some(let passphrase): try Derived(passphrase, salt: salt, cost: cost)
        case nil: preconditionFailure("passphrase: asked after it was to be forgotten")
        }
    }

    private static func cost(_ stanza: Stanza) -> Scrypt.Cost? {
        guard stanza.body.count == bodyByteCount, stanza.body[0] == scryptMark else { return nil }
        func number(_ offset: Int) -> UInt32 {
            stanza.body[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
        }
        return Scrypt.Cost(log2N: number(1), r: number(5), p: number(9))
    }
}
