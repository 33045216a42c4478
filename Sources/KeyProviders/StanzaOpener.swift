package import ContainerFormat
package import KeyAgent
package import SecretMemory

/// Finds the file key: tries the stanzas of a header with the local keys, in the header's order and
/// then the caller's, within limits (R13).
package struct StanzaOpener: Sendable {
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
        var search = StanzaSearch(providers: providers)
        var lines = stanzas.map {
            UnlockFailure.Line(stanza: $0, provider: nil, result: .noLocalKey)
        }
        for (position, stanza) in stanzas.enumerated() where !search.isOver {
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
            case .noLocalKey, .typeNotAccepted: 0
            case .notOpened, .notThisKey, .engineFailure: 1
            case .overCost: 2
            case .keystore: 3
            case .denied: 4
            case .unreachable: 5
            case .agent(let error): error.code == .unreachable ? 5 : 4
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
    }

    package let lines: [Line]

    /// The one code for all of it: whether trying again, asking for permission or a larger cap
    /// could help comes before "no key".
    package enum Code: Equatable, Sendable { case unreachable, denied, keystore, limit, noKey }

    package var code: Code {
        func any(_ test: (Result) -> Bool) -> Bool { lines.contains { test($0.result) } }
        func isAgent(_ result: Result, _ code: Code) -> Bool {
            if case .agent(let error) = result { error.code == code } else { false }
        }
        if any({ if case .unreachable = $0 { true } else { isAgent($0, .unreachable) } }) {
            return .unreachable
        }
        if any({ if case .denied = $0 { true } else { isAgent($0, .denied) } }) { return .denied }
        if any({ if case .keystore = $0 { true } else { false } }) { return .keystore }
        if any({ $0 == .overCost }) { return .limit }
        return .noKey
    }
}
