internal import KMSDomain
internal import KMSModel

/// What CreateKey gives a key besides its material: a policy and tags.
extension KMSService {
    static func accessParameters(_ request: CreateKeyRequest) -> [AuditField] {
        var parameters: [AuditField] = []
        if let policy = request.policy { parameters += PolicyRecord.fields("policy", policy) }
        parameters.append(
            AuditField(
                "bypassPolicyLockoutSafetyCheck",
                .boolean(request.bypassPolicyLockoutSafetyCheck)))
        if !request.tags.isEmpty { parameters.append(parameter(request.tags)) }
        return parameters
    }

    /// Policy and tags of a key just made. Who gives tags has to be allowed to, by a policy of his
    /// own, as the key's is not there yet.
    func giveAccess(
        to key: Key, as request: CreateKeyRequest, by caller: Caller, in store: any KeyStoreWriter
    ) throws {
        let tags = request.tags.map(IdentityTag.init)
        if !tags.isEmpty {
            var access = AccessFacts()
            access.requestTags = tags
            access.add(key)
            try authorize(.tagResource, by: caller, on: nil, access: access, in: store)
            try Validation.tags(request.tags)
            try store.setTags(tags, of: key.id)
        }
        if let policy = request.policy {
            try requireSoundPolicy(
                policy, for: key.arn, tags: tags, by: caller,
                bypassesLockoutCheck: request.bypassPolicyLockoutSafetyCheck, in: store)
            try store.setKeyPolicy(policy, of: key.id)
        }
    }
}

extension AccessFacts {
    mutating func add(policyAndTagsOf request: CreateKeyRequest) {
        self[.bypassPolicyLockoutSafetyCheck] = "\(request.bypassPolicyLockoutSafetyCheck)"
        requestTags = request.tags.map(IdentityTag.init)
    }
}

extension KeyManager {
    init(_ manager: Key.Manager) {
        switch manager {
        case .customer: self = .customer
        case .service: self = .aws
        }
    }
}
