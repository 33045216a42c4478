/// What an agent has to offer, by URI scheme.
package struct AgentServices: Sendable {
    private let services: [any AgentService]

    package init(_ services: [any AgentService]) { self.services = services }

    func service(for reference: AgentReference) throws(AgentFailure) -> any AgentService {
        guard let service = services.first(where: { $0.scheme == reference.scheme }) else {
            throw .unsupported(reference.scheme)
        }
        return service
    }

    package func lock() {
        for service in services { service.lock() }
    }

    /// The operations of ``AgentService/call(_:body:to:)``: none has a secret in body or answer.
    static let operations: Set<String> = [
        "CancelKeyDeletion", "CreateAlias", "CreateKey", "DeleteAlias", "DescribeKey", "DisableKey",
        "DisableKeyRotation", "EnableKey", "EnableKeyRotation", "GetKeyPolicy",
        "GetKeyRotationStatus", "GetPublicKey", "ListAliases", "ListGrants", "ListKeyPolicies",
        "ListKeyRotations", "ListKeys", "ListResourceTags", "ListRetirableGrants", "PutKeyPolicy",
        "RotateKeyOnDemand", "ScheduleKeyDeletion", "TagResource", "UntagResource", "UpdateAlias",
        "UpdateKeyDescription",
    ]
}
