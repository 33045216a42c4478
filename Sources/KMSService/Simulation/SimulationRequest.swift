package import KMSDomain

/// A request that nobody makes, to be decided as if somebody did.
package struct SimulationRequest: Sendable {
    /// Of a root, a user, a role or a session of one.
    package var principalARN: String
    /// As policies name it: `kms:Decrypt`.
    package var action: String
    /// A key by id, ARN or alias; nothing of an operation that concerns no key.
    package var resource: String?
    /// Where the request arrives, unless the resource's ARN says it.
    package var region: String
    package var encryptionContext: [(key: [UInt8], value: [UInt8])]
    /// Condition keys with values, in place of what is known of the request otherwise.
    package var conditions: [(name: String, values: [String])]

    package init(
        principalARN: String, action: String, resource: String? = nil,
        region: String = Realm.local.region,
        encryptionContext: [(key: [UInt8], value: [UInt8])] = [],
        conditions: [(name: String, values: [String])] = []
    ) {
        self.principalARN = principalARN
        self.action = action
        self.resource = resource
        self.region = resource.flatMap { ARN(text: $0)?.region } ?? region
        self.encryptionContext = encryptionContext
        self.conditions = conditions
    }
}

package enum SimulationError: Error, Equatable, Sendable {
    /// Not the ARN of an account's root, or of a user, role or session that is here.
    case unknownPrincipal(String)
    /// Not the name of what this service does.
    case unknownAction(String)
    case malformedConditionKey(String)
    case store(KeyStoreError)
}
