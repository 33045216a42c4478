package import KMSDomain
package import KMSModel

/// PutKeyPolicy, GetKeyPolicy, ListKeyPolicies.
extension KMSService {
    package func putKeyPolicy(
        _ request: PutKeyPolicyRequest, caller: Caller
    ) throws(KMSServiceError) {
        let event = event(
            .putKeyPolicy, by: caller,
            parameters: [
                AuditField("keyId", .text(request.keyID)),
                AuditField("policyName", .text(request.policyName ?? DefaultKeyPolicy.name)),
                AuditField(
                    "bypassPolicyLockoutSafetyCheck",
                    .boolean(request.bypassPolicyLockoutSafetyCheck)),
            ] + PolicyRecord.fields("policy", request.policy))
        try change(event) { store, event in
            var access = AccessFacts()
            access[.bypassPolicyLockoutSafetyCheck] = "\(request.bypassPolicyLockoutSafetyCheck)"
            let (key, arn) = try key(
                request.keyID, for: .putKeyPolicy, access: access, in: store, event: &event
            ) { () throws(KMSError) in
                try Validation.keyID(request.keyID)
                try Validation.policyName(request.policyName)
            }
            try refusing(arn) { () throws(KeyRefusal) in try key.require(.changePolicy) }
            try requireSoundPolicy(
                request.policy, for: arn, tags: try store.tags(of: key.id), by: event.caller,
                bypassesLockoutCheck: request.bypassPolicyLockoutSafetyCheck, in: store)
            try store.setKeyPolicy(request.policy, of: key.id)
        }
    }

    package func getKeyPolicy(
        _ request: GetKeyPolicyRequest, caller: Caller
    ) throws(KMSServiceError) -> GetKeyPolicyResponse {
        let event = event(
            .getKeyPolicy, by: caller,
            parameters: [
                AuditField("keyId", .text(request.keyID)),
                AuditField("policyName", .text(request.policyName ?? DefaultKeyPolicy.name)),
            ])
        return try perform(event) { event in
            try store.read { store in
                let (key, _) = try key(
                    request.keyID, for: .getKeyPolicy, in: store, event: &event
                ) { () throws(KMSError) in
                    try Validation.keyID(request.keyID)
                    try Validation.policyName(request.policyName)
                }
                let text = try store.keyPolicy(of: key.id)
                return GetKeyPolicyResponse(
                    policy: text ?? DefaultKeyPolicy.text(ofAccount: key.home.accountID),
                    policyName: DefaultKeyPolicy.name)
            }
        }
    }

    package func listKeyPolicies(
        _ request: ListKeyPoliciesRequest, caller: Caller
    ) throws(KMSServiceError) -> ListKeyPoliciesResponse {
        let event = event(
            .listKeyPolicies, by: caller, parameters: [AuditField("keyId", .text(request.keyID))])
        return try perform(event) { event in
            try store.read { store in
                _ = try key(
                    request.keyID, for: .listKeyPolicies, in: store, event: &event
                ) { () throws(KMSError) in
                    try Validation.keyID(request.keyID)
                    try Validation.limit(request.limit)
                }
                // There is one page.
                if let marker = request.marker { throw Self.invalidMarker(marker) }
                return ListKeyPoliciesResponse(policyNames: [DefaultKeyPolicy.name])
            }
        }
    }
}
