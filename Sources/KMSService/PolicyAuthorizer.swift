package import KMSDomain
internal import KMSModel
internal import Synchronization

/// Decides by key policies, grants and identity policies as they are in a store.
///
/// Outside of a transaction it remembers what it read until the store changes, so that a call of the
/// data plane reads nothing.
package final class PolicyAuthorizer: Authorizer {
    /// What is read for one key and one principal.
    private struct Sources {
        /// Nothing if there is no such key.
        var keyPolicy: Policy?
        /// Nothing if there are more than are read once and kept.
        var grants: [Grant]? = []
        var identityPolicies: [Policy] = []
        var tags: [IdentityTag] = []
        var aliases: [String] = []
        var keyTags: [IdentityTag] = []

        var askOfRequest: Bool {
            keyPolicy?.asksOfRequest == true || identityPolicies.contains(where: \.asksOfRequest)
        }

        /// How much memory it takes, in units of about half a kilobyte.
        var weight = 1
    }

    private struct SourceName: Hashable {
        let key: KeyPlace?
        let principalARN: String
    }

    private struct KeyPlace: Hashable {
        let name: KeyName
        let home: Realm
    }

    private struct Remembered {
        var changeCount: UInt64?
        var sources: [SourceName: Sources] = [:]
        var weight = 0
    }

    /// About 20 MB. What is more is forgotten, all at once, and read again when it is asked for.
    private static let maximumWeight = 40_000
    /// Of one grantee on one key. Where there are more, each request reads those that concern it.
    private static let maximumGrants = 100

    private let store: any KeyStore
    private let clock: any WallClock
    private let policies = PolicyCache()
    private let remembered = Mutex(Remembered())

    package init(store: any KeyStore, clock: any WallClock) {
        self.store = store
        self.clock = clock
    }

    package func decide(
        _ request: AuthorizationRequest, in transaction: (any KeyStoreReader)?
    ) throws -> AuthorizationDecision {
        AuthorizationDecision(
            try explain(request, in: transaction).outcome, action: request.action)
    }

    /// The decision with what every statement and grant said.
    package func explain(
        _ request: AuthorizationRequest, in transaction: (any KeyStoreReader)? = nil
    ) throws -> AccessDecision {
        let principal = request.caller.principal
        let resourceARN = request.resource.map { arn(of: $0, in: request.caller.realm) }
        let place: KeyPlace?
        let owner: String?
        if let key = request.key {
            place = KeyPlace(name: key.name, home: key.home)
            owner = key.home.accountID
        } else {
            let parsed = resourceARN.flatMap(ARN.init(text:))
            place = parsed.flatMap(self.place)
            owner = parsed?.accountID
        }
        let sources = try sources(
            SourceName(key: place, principalARN: principal.arn), principal,
            at: request.changeCount, in: transaction)
        var request = request
        let sessionPolicies = try policies.sessionPolicies(of: request.caller)
        // Many policies ask for nothing, and then nothing is gathered for them.
        var context = ConditionContext()
        if sources.askOfRequest || sessionPolicies?.contains(where: \.asksOfRequest) == true {
            if !sources.aliases.isEmpty { request.conditions[.resourceAliases] = sources.aliases }
            request.resourceTags = sources.keyTags
            context = ConditionContext(
                request, principalTags: sources.tags, region: request.caller.region,
                now: clock.now())
        }
        var question = AccessQuestion(
            principal: principal, action: request.action,
            resource: resource(
                resourceARN, ofAccount: owner, hasPolicy: sources.keyPolicy != nil,
                for: principal),
            context: context,
            encryptionContext: request.encryptionContext.map {
                GrantConstraint.Pair(key: $0.key, value: $0.value)
            },
            resourcePolicy: sources.keyPolicy, identityPolicies: sources.identityPolicies,
            sessionPolicies: sessionPolicies,
            grants: try sources.grants
                ?? grants(for: request, place, principal, in: transaction),
            newGrant: request.newGrant)
        if let retirement = request.retirement, let resourceARN {
            question.retirement = retirement
            question.resource = .owned(arn: resourceARN, accountID: principal.accountID)
            question.resourcePolicy = nil
            question.grants = []
        }
        return question.decide()
    }

    // MARK: What a request names

    /// What the caller wrote as an ARN, so that policies can mean it.
    private func arn(of resource: String, in realm: Realm) -> String {
        if resource.utf8.starts(with: "arn:".utf8) { return resource }
        return (try? KeyIdentifier(text: resource, realm: realm))?.arn ?? resource
    }

    private func place(_ arn: ARN) -> KeyPlace? {
        guard case .key(let name, let home)? = try? KeyIdentifier(arn)
        else { return nil }
        return KeyPlace(name: name, home: home)
    }

    /// A key of another account is one whether it exists or not, as the caller is not to learn which.
    private func resource(
        _ arn: String?, ofAccount accountID: String?, hasPolicy: Bool, for principal: Principal
    ) -> AccessQuestion.Resource {
        guard let arn else { return .none }
        let accountID = accountID ?? principal.accountID
        return hasPolicy || accountID != principal.accountID
            ? .owned(arn: arn, accountID: accountID) : .named(arn)
    }

    // MARK: What the store has

    private func sources(
        _ name: SourceName, _ principal: Principal, at known: UInt64?,
        in transaction: (any KeyStoreReader)?
    ) throws -> Sources {
        if let transaction { return try read(name, principal, from: transaction) }
        // Asked for before reading: what is read may be newer, and is then read again.
        let changeCount = try known ?? store.changeCount()
        let kept = remembered.withLock { remembered -> Sources? in
            if remembered.changeCount != changeCount {
                remembered = Remembered(changeCount: changeCount)
            }
            return remembered.sources[name]
        }
        if let kept { return kept }
        let sources = try store.read { try read(name, principal, from: $0) }
        remembered.withLock { remembered in
            guard remembered.changeCount == changeCount,
                remembered.sources[name] == nil, sources.weight <= Self.maximumWeight
            else { return }
            if remembered.weight + sources.weight > Self.maximumWeight {
                remembered = Remembered(changeCount: changeCount)
            }
            remembered.sources[name] = sources
            remembered.weight += sources.weight
        }
        return sources
    }

    /// Those of very many that may allow the request.
    private func grants(
        for request: AuthorizationRequest, _ place: KeyPlace?, _ principal: Principal,
        in transaction: (any KeyStoreReader)?
    ) throws -> [Grant] {
        guard let place, let operation = Grant.Operation(action: request.action) else { return [] }
        let use = GrantUse(
            operation,
            context: request.encryptionContext.map {
                GrantConstraint.Pair(key: $0.key, value: $0.value)
            }, newGrant: request.newGrant)
        func grants(_ store: any KeyStoreReader) throws -> [Grant] {
            guard let key = try key(at: place, in: store) else { return [] }
            return try store.grants(of: key.id, for: principal.chain, concerning: use)
        }
        if let transaction { return try grants(transaction) }
        return try store.read(grants)
    }

    private func key(at place: KeyPlace, in store: any KeyStoreReader) throws -> Key? {
        let key = try store.key(named: place.name, in: place.home.region)
        return key?.home == place.home ? key : nil
    }

    private func read(
        _ name: SourceName, _ principal: Principal, from store: any KeyStoreReader
    ) throws -> Sources {
        var sources = Sources()
        if let key = try name.key.flatMap({ try key(at: $0, in: store) }) {
            let text = try store.keyPolicy(of: key.id)
            sources.keyPolicy = try policies.policy(
                text ?? DefaultKeyPolicy.text(ofAccount: key.home.accountID), kind: .key)
            let grants = try store.grants(
                of: key.id, for: principal.chain, limit: Self.maximumGrants + 1)
            sources.grants = grants.count > Self.maximumGrants ? nil : grants
            sources.aliases = try store.aliases(
                of: key.id, after: nil, limit: KMSLimits.aliasesPerKey
            ).map(\.name)
            sources.keyTags = try store.tags(of: key.id)
            sources.weight += (text?.utf8.count ?? 0) / 256 + (sources.grants?.count ?? 0)
        }
        let identityARN = principal.conditionARN
        if principal.kind != .root, let identity = try store.identity(arn: identityARN) {
            sources.tags = identity.tags
            let texts = try store.policies(ofIdentity: identityARN).map(\.text)
            sources.identityPolicies = try texts.map { try policies.policy($0, kind: .identity) }
            // They are shared by all that is remembered of this principal.
            sources.weight += texts.count
        }
        return sources
    }
}

extension AuthorizationDecision {
    /// In AWS's words.
    init(_ outcome: AccessDecision.Outcome, action: String) {
        switch outcome {
        case .allowed: self = .allowed
        case .denied(let denial): self = .denied(reason: denial.reason(action: action))
        }
    }
}

extension AccessDecision.Denial {
    package func reason(action: String) -> String {
        switch self {
        case .explicit(.resourcePolicy): "with an explicit deny in a resource-based policy"
        case .explicit(.identityPolicy): "with an explicit deny in an identity-based policy"
        case .explicit(.sessionPolicy): "with an explicit deny in a session policy"
        case .noResourcePolicy: "because no resource-based policy allows the \(action) action"
        case .noIdentityPolicy: "because no identity-based policy allows the \(action) action"
        case .noSessionPolicy: "because no session policy allows the \(action) action"
        case .foreignResource:
            "because the resource does not exist in this Region, no resource-based policies allow "
                + "access, or a resource-based policy explicitly denies access"
        }
    }
}
