package import ContainerFormat
package import KeyAgent
package import SecretMemory

/// Finds the file key: tries the stanzas of a header with the local keys within limits (R13).
///
/// Local configuration decides the order: keys that take the least come first, then those that the
/// caller names first, then the header's own order.
package struct StanzaOpener: Sendable {
    private let providers: [any KeyProvider]
    private let requiredType: String?
    private let batches: OpenedBatches?

    /// - Parameter batches: of a run over many containers.
    package init(
        providers: [any KeyProvider], requiredType: String? = nil, batches: OpenedBatches? = nil
    ) {
        // Stable, so the caller's order stands where the effort is the same.
        self.providers = providers.enumerated()
            .sorted { ($0.element.effort, $0.offset) < ($1.element.effort, $1.offset) }
            .map(\.element)
        self.requiredType = requiredType
        self.batches = batches
    }

    /// Returns what `accept` makes of the first candidate that it takes: of 32 bytes and with the
    /// right commitment, as the caller checks.
    ///
    /// - Throws: ``UnlockFailure`` with one line for each recipient.
    package func open<Keys: ~Copyable>(
        _ stanzas: [Stanza], binding: WrapBinding,
        accept: (borrowing FileKey) throws -> Keys?
    ) throws -> Keys {
        var search = StanzaSearch(providers: providers, batches: batches)
        var lines = stanzas.map {
            UnlockFailure.Line(stanza: $0, provider: nil, result: .noLocalKey)
        }
        for position in order(stanzas) {
            let stanza = stanzas[position]
            if let requiredType, stanza.type != requiredType {
                lines[position].result = .typeNotAccepted
                continue
            }
            var found: Keys?
            try search.open(stanza, binding, &lines[position]) { candidate in
                if let fileKey = FileKey(candidate) { found = try accept(fileKey) }
                return found != nil
            }
            if let keys = found.take() { return keys }
        }
        throw UnlockFailure(lines: lines)
    }

    /// What becomes of every recipient when each is tried by itself, with the keys that match it.
    ///
    /// The limits hold for each of them alone, and candidates that are not the file key are not
    /// counted. `accept` says of a candidate whether it is the file key. In the order of `stanzas`.
    package func openEach(
        _ stanzas: [Stanza], binding: WrapBinding,
        accept: (borrowing FileKey) throws -> Bool
    ) throws -> [(line: UnlockFailure.Line, opened: Bool)] {
        var found: [Int: (line: UnlockFailure.Line, opened: Bool)] = [:]
        var search = StanzaSearch(
            providers: providers, attemptLimit: .max, batches: batches)
        for position in order(stanzas) {
            search = search.next
            var line = UnlockFailure.Line(
                stanza: stanzas[position], provider: nil, result: .noLocalKey)
            var isOpened = false
            if let requiredType, stanzas[position].type != requiredType {
                line.result = .typeNotAccepted
            } else {
                try search.open(stanzas[position], binding, &line) { candidate in
                    if let fileKey = FileKey(candidate) { isOpened = try accept(fileKey) }
                    return isOpened
                }
            }
            found[position] = (line, isOpened)
        }
        return stanzas.indices.compactMap { found[$0] }
    }

    /// The positions of the stanzas as they are tried.
    private func order(_ stanzas: [Stanza]) -> [Int] {
        guard stanzas.count > 1 else { return Array(stanzas.indices) }
        let search = StanzaSearch(providers: providers)
        return stanzas.enumerated().map { (rank: search.rank(of: $1), position: $0) }
            .sorted { ($0.rank, $0.position) < ($1.rank, $1.position) }
            .map(\.position)
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
        /// Some keys of the group opened, and more are needed.
        case tooFewOfGroup(opened: Int, needed: Int)
        case overCost
        /// A key might be its, and failed before that could be found out.
        case notTried
        /// There is a key for it, and so many others had been tried that it was not.
        case limitReached
        case denied(service: String, message: String)
        case unreachable(service: String)
        case keystore(EmbeddedKeyServiceError)
        case agent(AgentClientError)
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
                case .agent(let reason): .agent(reason)
                case .engineFailure: .engineFailure
                }
        }

        /// In the order in which ``UnlockFailure/code-swift.property`` looks.
        fileprivate var weight: Int {
            switch self {
            case .noLocalKey, .typeNotAccepted, .notTried, .limitReached: 0
            case .notOpened, .notThisKey, .tooFewOfGroup: 1
            case .overCost, .engineFailure: 2
            case .keystore: 3
            case .denied: 4
            case .unreachable: 5
            case .agent(let error):
                switch error.code {
                case .unreachable: 5
                case .denied: 4
                case .configuration, .keystore, .limit, .noKey: 3
                case .engine: 2
                }
            }
        }
    }

    package struct Line: Equatable, Sendable {
        package let stanza: Stanza
        package var provider: String?
        package var result: Result

        /// Keeps what says most: one key service that was away must not be forgotten because
        /// another key did not fit.
        mutating func note(_ provider: any KeyProvider, _ result: Result) {
            guard result.weight >= self.result.weight else { return }
            self.provider = provider.name
            self.result = result
        }

        /// Unless a key service was away or refused.
        mutating func noteGroup(opened: Int, needed: Int) {
            let result = Result.tooFewOfGroup(opened: opened, needed: needed)
            guard opened > 0, result.weight >= self.result.weight else { return }
            self.result = result
        }
    }

    package let lines: [Line]

    package init(lines: [Line]) { self.lines = lines }

    /// The one code for all of it: whether trying again, asking for permission or a larger cap
    /// could help comes before "no key".
    package enum Code: Equatable, Sendable {
        case unreachable, denied, configuration, keystore, limit, engine, noKey
    }

    package var code: Code {
        func any(_ test: (Result) -> Bool) -> Bool { lines.contains { test($0.result) } }
        func isAgent(_ result: Result, _ code: Code) -> Bool {
            if case .agent(let error) = result { error.code == code } else { false }
        }
        if any({ if case .unreachable = $0 { true } else { isAgent($0, .unreachable) } }) {
            return .unreachable
        }
        if any({ if case .denied = $0 { true } else { isAgent($0, .denied) } }) { return .denied }
        if any({ isAgent($0, .configuration) }) { return .configuration }
        if any({ if case .keystore = $0 { true } else { false } }) { return .keystore }
        if any({ $0 == .overCost }) { return .limit }
        if any({ $0 == .engineFailure || isAgent($0, .engine) }) { return .engine }
        return .noKey
    }
}
