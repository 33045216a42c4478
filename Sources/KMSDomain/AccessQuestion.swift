/// All that decides whether a principal may do something: who, what, on what, and every policy and
/// grant that has a say.
package struct AccessQuestion: Sendable {
    /// What is acted on, and whose it is.
    package enum Resource: Equatable, Sendable {
        /// An operation on no key, such as ListKeys; policies know it as `*`.
        case none
        /// An alias, a role or a key that does not exist: it has no policy of its own.
        case named(String)
        case owned(arn: String, accountID: String)

        package var text: String {
            switch self {
            case .none: "*"
            case .named(let text), .owned(let text, _): text
            }
        }
    }

    package var principal: Principal
    /// As policies name it: `kms:GenerateDataKey`.
    package var action: String
    package var resource: Resource
    package var context: ConditionContext
    package var encryptionContext: [GrantConstraint.Pair]
    /// Of the key. A key without one is used by nobody.
    package var resourcePolicy: Policy?
    package var identityPolicies: [Policy]
    /// Of a session that was narrowed when it began; nothing of any other.
    package var sessionPolicies: [Policy]?
    /// Of the key; grants for others among them change nothing.
    package var grants: [Grant]
    /// What CreateGrant wants to make.
    package var newGrant: GrantProposal?
    /// What the grant says that RetireGrant is to end: it decides in place of the key's policy, which
    /// has no say in it, and whoever's key it is.
    package var retirement: GrantRetirement?

    package init(
        principal: Principal, action: String, resource: Resource, context: ConditionContext,
        encryptionContext: [GrantConstraint.Pair] = [], resourcePolicy: Policy? = nil,
        identityPolicies: [Policy] = [], sessionPolicies: [Policy]? = nil, grants: [Grant] = [],
        newGrant: GrantProposal? = nil
    ) {
        self.principal = principal
        self.action = action
        self.resource = resource
        self.context = context
        self.encryptionContext = encryptionContext
        self.resourcePolicy = resourcePolicy
        self.identityPolicies = identityPolicies
        self.sessionPolicies = sessionPolicies
        self.grants = grants
        self.newGrant = newGrant
    }
}
