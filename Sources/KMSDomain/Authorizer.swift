/// What a caller wants to do, to which key, in which context.
package struct AuthorizationRequest: Sendable {
    package let caller: Caller
    /// As policies name it: `kms:GenerateDataKey`.
    package let action: String
    /// The key's ARN, or what the caller named if there is no such key; nothing for operations
    /// that concern no key.
    package let resource: String?
    package let encryptionContext: [(key: [UInt8], value: [UInt8])]

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
    /// `reason` ends the sentence AWS makes: "because no … policy allows the … action".
    case denied(reason: String)
}

/// Decides before anything else is looked at. What is not allowed is denied.
package protocol Authorizer: Sendable {
    func decide(_ request: AuthorizationRequest) -> AuthorizationDecision
}
