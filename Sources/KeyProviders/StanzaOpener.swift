package import ContainerFormat
package import SecretMemory

/// Finds the file key: tries the stanzas of a header with the local keys, in the header's order and
/// then the caller's, within limits (R13).
package struct StanzaOpener: Sendable {
    private static let pairLimit = 32
    private static let keyDerivationLimit = 4
    private static let attemptLimit = 4

    private let providers: [any KeyProvider]
    private let requiredType: String?

    package init(providers: [any KeyProvider], requiredType: String? = nil) {
        self.providers = providers
        self.requiredType = requiredType
    }

    /// Returns what `accept` makes of the first candidate that it takes: of 32 bytes and with the
    /// right commitment, as the caller checks.
    ///
    /// - Throws: ``UnlockFailure`` with one line for each recipient.
    package func open<Keys: ~Copyable>(
        _ stanzas: [Stanza], binding: WrapBinding,
        accept: (borrowing FileKey) throws -> Keys?
    ) throws -> Keys {
        var budget = Budget()
        var lines = stanzas.map {
            UnlockFailure.Line(stanza: $0, provider: nil, result: .noLocalKey)
        }
        search: for (position, stanza) in stanzas.enumerated() {
            if let requiredType, stanza.type != requiredType {
                lines[position].result = .typeNotAccepted
                continue
            }
            for provider in providers {
                switch budget.allow(provider.match(stanza), provider.name) {
                case .skip: continue
                case .overCost:
                    lines[position].note(provider, .overCost)
                    continue
                case .stop: break search
                case .go: break
                }
                switch attempt(stanza, provider, binding) {
                case .failure(let error):
                    lines[position].note(provider, UnlockFailure.Result(error))
                    if case .unreachable = error { budget.unreachable.insert(provider.name) }
                case .success(let candidate):
                    if let fileKey = FileKey(candidate), let keys = try accept(fileKey) {
                        return keys
                    }
                    lines[position].note(provider, .notThisKey)
                    budget.attempts += 1
                    if budget.attempts == Self.attemptLimit { break search }
                }
            }
        }
        throw UnlockFailure(lines: lines)
    }

    private func attempt(
        _ stanza: Stanza, _ provider: any KeyProvider, _ binding: WrapBinding
    ) -> Result<SecretBytes, KeyProviderError> {
        do throws(KeyProviderError) {
            return .success(try provider.unwrap(stanza, binding))
        } catch { return .failure(error) }
    }

    /// What was spent, and whether the next pair may be tried.
    private struct Budget {
        enum Decision { case go, skip, overCost, stop }

        var pairs = 0
        var keyDerivations = 0
        var attempts = 0
        /// Not asked again.
        var unreachable: Set<String> = []

        mutating func allow(_ match: StanzaMatch, _ provider: String) -> Decision {
            switch match {
            case .no: return .skip
            case .overCost: return .overCost
            case .yes, .yesWithKeyDerivation: break
            }
            if pairs == StanzaOpener.pairLimit { return .stop }
            if unreachable.contains(provider) { return .skip }
            if case .yesWithKeyDerivation = match {
                if keyDerivations == StanzaOpener.keyDerivationLimit { return .skip }
                keyDerivations += 1
            }
            pairs += 1
            return .go
        }
    }
}

/// No local key opened the container: what became of each recipient.
package struct UnlockFailure: Error, Equatable, Sendable {
    package enum Result: Equatable, Sendable {
        case noLocalKey
        case typeNotAccepted
        /// The key is not the one, or the stanza was changed.
        case notOpened
        /// A key came out, and it is not this container's.
        case notThisKey
        case overCost
        case denied(service: String, message: String)
        case unreachable(service: String)
        case keystore(EmbeddedKeyServiceError)
        case engineFailure

        init(_ error: KeyProviderError) {
            self =
                switch error {
                case .notOpened: .notOpened
                case .noSuchKey: .noLocalKey
                case .denied(let service, let message):
                    .denied(service: service, message: message)
                case .unreachable(let service): .unreachable(service: service)
                case .keystore(let reason): .keystore(reason)
                case .engineFailure: .engineFailure
                }
        }
    }

    package struct Line: Equatable, Sendable {
        package let stanza: Stanza
        package var provider: String?
        package var result: Result

        mutating func note(_ provider: any KeyProvider, _ result: Result) {
            self.provider = provider.name
            self.result = result
        }
    }

    package let lines: [Line]

    /// The one code for all of it: whether trying again, asking for permission or a larger cap
    /// could help comes before "no key".
    package enum Code: Equatable, Sendable { case unreachable, denied, keystore, limit, noKey }

    package var code: Code {
        func any(_ test: (Result) -> Bool) -> Bool { lines.contains { test($0.result) } }
        if any({ if case .unreachable = $0 { true } else { false } }) { return .unreachable }
        if any({ if case .denied = $0 { true } else { false } }) { return .denied }
        if any({ if case .keystore = $0 { true } else { false } }) { return .keystore }
        if any({ $0 == .overCost }) { return .limit }
        return .noKey
    }
}
