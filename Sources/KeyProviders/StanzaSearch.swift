internal import ContainerFormat
internal import OpenSSLCrypto
internal import SecretMemory

/// Tries pairs of stanza and local key within the limits of container-v1, 6.1 (R13).
struct StanzaSearch {
    private static let pairLimit = 32
    private static let keyDerivationLimit = 4
    static let attemptLimit = 4

    /// What came of one pair's secret.
    private enum Answer {
        case taken
        /// It was a candidate for the file key, and another key.
        case refused
        /// It was no candidate.
        case useless
    }

    private let providers: [any KeyProvider]
    private let attemptLimit: Int
    private let batches: OpenedBatches?
    private var pairs = 0
    private var keyDerivations = 0
    private var attempts = 0
    /// Not asked again, and the services behind them.
    private var unreachable: [String: UnlockFailure.Result] = [:]
    /// Tried once without knowing whether it fits, as it does not say which key it is.
    private var unknown: Set<String> = []

    init(
        providers: [any KeyProvider], attemptLimit: Int = Self.attemptLimit,
        batches: OpenedBatches? = nil
    ) {
        self.providers = providers
        self.attemptLimit = attemptLimit
        self.batches = batches
    }

    /// Another search under limits of its own, which knows whom not to ask again.
    var next: StanzaSearch {
        var next = self
        (next.pairs, next.keyDerivations, next.attempts) = (0, 0, 0)
        return next
    }

    /// Too many candidates were not the file key.
    private var isOver: Bool { attempts >= attemptLimit }

    /// Where a stanza stands in the order: the position of the first provider that matches it or,
    /// for one made of others, the last that is needed; behind all providers if none matches.
    func rank(of stanza: Stanza) -> Int {
        switch stanza.knownType {
        case .threshold:
            guard let threshold = ThresholdStanza(stanza) else { return providers.count }
            return threshold.inner.map { rank(of: $0.stanza) }.sorted()[threshold.needed - 1]
        case .batch:
            return BatchStanza.inner(of: stanza).map(rank) ?? providers.count
        case .awsKMS, .vaultTransit, .pkcs11, .keyFile, .passphrase, .recovery:
            // Nobody is asked for the sake of an order.
            return providers.firstIndex { $0.mayMatch(stanza) } ?? providers.count
        case nil: return providers.count
        }
    }

    /// Hands the candidates of `stanza` to `accept` until it takes one.
    mutating func open(
        _ stanza: Stanza, _ binding: WrapBinding, _ line: inout UnlockFailure.Line,
        accept: (consuming SecretBytes) throws -> Bool
    ) throws {
        switch stanza.knownType {
        case .threshold:
            guard let threshold = ThresholdStanza(stanza),
                let secret = try join(threshold, binding, &line)
            else { return }
            if try !accept(secret) { attempts += 1 }
        case .batch:
            guard let batch = try BatchStanza(stanza, context: binding.context) else { return }
            try tryPairs(batch.inner, batch.innerBinding, &line, among: batches) { batchKey in
                guard let candidate = try batch.open(batchKey, binding) else { return .useless }
                return try accept(candidate) ? .taken : .refused
            }
        case .awsKMS, .vaultTransit, .pkcs11, .keyFile, .passphrase, .recovery:
            try tryPairs(stanza, binding, &line) { try accept($0) ? .taken : .refused }
        case nil: return
        }
    }

    /// The secret behind the first k shares that open.
    private mutating func join(
        _ threshold: ThresholdStanza, _ binding: WrapBinding, _ line: inout UnlockFailure.Line
    ) throws -> SecretBytes? {
        var shares: [SecretShare] = []
        for (x, inner) in threshold.inner {
            try tryPairs(inner, threshold.binding(ofShare: x, binding), &line) { secret in
                guard let share = SecretShare(x: x, secret) else { return .useless }
                shares.append(share)
                return .taken
            }
            if shares.count == threshold.needed { return SecretShare.join(shares) }
        }
        line.noteGroup(opened: shares.count, needed: threshold.needed)
        return nil
    }

    /// Tries the local keys that match `stanza`, until `use` takes what one of them gives; where it is
    /// `among` what was opened before, without a key operation.
    private mutating func tryPairs(
        _ stanza: Stanza, _ binding: WrapBinding, _ line: inout UnlockFailure.Line,
        among opened: OpenedBatches? = nil, use: (consuming SecretBytes) throws -> Answer
    ) throws {
        for provider in providers {
            guard allows(stanza, provider, &line) else { continue }
            let secret: SecretBytes
            do throws(KeyProviderError) {
                secret =
                    if let opened { try opened.unwrap(stanza, binding, by: provider) } else {
                        try provider.unwrap(stanza, binding)
                    }
            } catch {
                line.note(provider, UnlockFailure.Result(error))
                switch error {
                case .unreachable, .agent:
                    unreachable[provider.name] = UnlockFailure.Result(error)
                case .notOpened, .denied, .noSuchKey, .keystore, .engineFailure: break
                }
                continue
            }
            switch try use(secret) {
            case .taken: return
            case .refused:
                attempts += 1
                // A wrong commitment and a wrong passphrase must look alike (R15).
                line.note(provider, provider.stanzaType == .passphrase ? .notOpened : .notThisKey)
            case .useless: line.note(provider, .notOpened)
            }
        }
    }

    /// Whether the pair may be tried; it is counted then.
    private mutating func allows(
        _ stanza: Stanza, _ provider: any KeyProvider, _ line: inout UnlockFailure.Line
    ) -> Bool {
        let match = provider.match(stanza)
        switch match {
        case .no: return false
        case .overCost:
            line.note(provider, .overCost)
            return false
        case .unknown:
            // What failed is the key, not each of the recipients that it might be.
            guard unknown.insert(provider.name).inserted else {
                line.note(provider, .notTried)
                return false
            }
        case .yes, .yesWithKeyDerivation: break
        }
        if let answer = unreachable[provider.name] {
            line.note(provider, answer)
            return false
        }
        let derivesKey = if case .yesWithKeyDerivation = match { true } else { false }
        guard !isOver, pairs < Self.pairLimit,
            !derivesKey || keyDerivations < Self.keyDerivationLimit
        else {
            line.note(provider, .limitReached)
            return false
        }
        if derivesKey { keyDerivations += 1 }
        pairs += 1
        return true
    }
}
