package import KMSDomain
package import KMSModel

/// RetireGrant and RevokeGrant.
extension KMSService {
    package func revokeGrant(
        _ request: RevokeGrantRequest, caller: Caller
    ) throws(KMSServiceError) {
        let event = event(
            .revokeGrant, by: caller,
            parameters: [
                AuditField("keyId", .text(request.keyID)),
                AuditField("grantId", .text(request.grantID)),
            ])
        try change(event) { store, event in
            var access = AccessFacts()
            access[.grantIsForAWSResource] = "false"
            let (key, _) = try key(
                request.keyID, for: .revokeGrant, access: access, in: store, event: &event
            ) { () throws(KMSError) in try Validation.keyID(request.keyID) }
            let grant = try grant(request.grantID, of: key.id, in: store)
            try refuseDryRun(request.dryRun)
            try store.delete(grant.id)
        }
    }

    /// The grant says who may retire it; a policy may only deny it, or pass on what an account may.
    package func retireGrant(
        _ request: RetireGrantRequest, caller: Caller
    ) throws(KMSServiceError) {
        var parameters: [AuditField] = []
        if let keyID = request.keyID { parameters.append(AuditField("keyId", .text(keyID))) }
        if let grantID = request.grantID {
            parameters.append(AuditField("grantId", .text(grantID)))
        }
        try change(event(.retireGrant, by: caller, parameters: parameters)) { store, event in
            let named = try name(request, by: event.caller, in: store)
            event.additional = [AuditField("grantId", .text(named.grant.text))]
            let found = try store.grant(named.grant)
            let grant = found?.keyID == named.key ? found : nil
            var access = AccessFacts()
            access.retirement = GrantRetirement(
                match: grant?.retirement(by: event.caller.principal))
            access.add(grant?.constraint)
            try authorize(.retireGrant, by: event.caller, on: named.arn, access: access, in: store)
            guard let grant else {
                throw KMSError.invalidGrantID("The grant \(named.grant.text) does not exist.")
            }
            event.resources = [named.arn]
            try refuseDryRun(request.dryRun)
            try store.delete(grant.id)
        }
    }

    private struct GrantName {
        /// Nothing if the ARN is of no key.
        let key: KeyID?
        let arn: String
        let grant: GrantID
    }

    private func name(
        _ request: RetireGrantRequest, by caller: Caller, in store: any KeyStoreReader
    ) throws -> GrantName {
        if let token = request.grantToken {
            guard request.keyID == nil, request.grantID == nil else {
                throw KMSError.validation(
                    "Specify either a grant token, or a key ARN and a grant ID.")
            }
            guard let named = try grantTokens.open(token) else {
                throw KMSError.invalidGrantToken("The grant token is not valid.")
            }
            let arn = try store.key(named.key)?.arn ?? caller.realm.arn(of: KeyName(named.key))
            return GrantName(key: named.key, arn: arn, grant: named.grant)
        }
        guard let keyID = request.keyID, let grantID = request.grantID else {
            throw KMSError.validation("Specify either a grant token, or a key ARN and a grant ID.")
        }
        let identifier: KeyIdentifier
        do throws(KeyIdentifier.Failure) {
            identifier = try KeyIdentifier(text: keyID, realm: caller.realm)
        } catch {
            throw KMSError.invalidArn("\(keyID) is not the ARN of a key here.")
        }
        guard case .key(let name, let home) = identifier else {
            throw KMSError.invalidArn("\(keyID) is not the ARN of a key.")
        }
        guard let grant = GrantID(text: grantID) else {
            throw KMSError.invalidGrantID("\(grantID) is not a grant ID.")
        }
        let key = try store.key(named: name, in: home.region).flatMap { $0.home == home ? $0 : nil }
        return GrantName(key: key?.id, arn: home.arn(of: name), grant: grant)
    }

    func grant(
        _ text: String, of key: KeyID, in store: any KeyStoreReader
    ) throws -> Grant {
        guard let id = GrantID(text: text), let grant = try store.grant(id), grant.keyID == key
        else { throw KMSError.invalidGrantID("The grant \(text) does not exist.") }
        return grant
    }
}
