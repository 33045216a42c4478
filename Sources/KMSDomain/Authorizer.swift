/// What a caller wants to do, to which key, in which context.
package struct AuthorizationRequest: Sendable {
    package let caller: Caller
    /// As policies name it: `kms:GenerateDataKey`.
    package let action: String
    /// The key's ARN, or what the caller named if there is no such key; nothing for operations
    /// that concern no key.
    package let resource: String?
    /// The key whose ARN `resource` is, if that is known; it need not be read from the ARN then.
    package var key: Key?
    package let encryptionContext: [(key: [UInt8], value: [UInt8])]
    /// What the request and the key it is for have of the condition keys that policies may ask for.
    package var conditions: [ConditionKey: [String]] = [:]
    /// What somebody who simulates a request says of it, in place of what would be known otherwise.
    package var statedConditions: [(name: String, values: [String])] = []
    /// The tags that the request brings, and those that the key has.
    package var requestTags: [IdentityTag] = []
    package var resourceTags: [IdentityTag] = []
    /// What CreateGrant wants to make.
    package var newGrant: GrantProposal?
    /// What the grant says that RetireGrant is to end.
    package var retirement: GrantRetirement?
    /// The store's, as this call has found it; nothing where that has to be asked for.
    package var changeCount: UInt64?

    package init(
        caller: Caller, action: String, resource: String?,
        encryptionContext: [(key: [UInt8], value: [UInt8])] = []
    ) {
        self.caller = caller
        self.action = action
        self.resource = resource
        self.encryptionContext = encryptionContext
    }
}

package enum AuthorizationDecision: Equatable, Sendable {
    case allowed
    /// `reason` ends the sentence AWS makes: "because no … policy allows the … action", "with an
    /// explicit deny in a … policy".
    case denied(reason: String)
}

/// Decides before anything else is looked at. What is not allowed is denied.
package protocol Authorizer: Sendable {
    /// - Parameter transaction: the one that the caller is in, if any: what is looked up is looked up
    ///   there, as a store runs one transaction at a time.
    func decide(
        _ request: AuthorizationRequest, in transaction: (any KeyStoreReader)?
    ) throws -> AuthorizationDecision
}
