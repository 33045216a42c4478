internal import KMSDomain
internal import KMSModel

/// What has to hold of a policy and of the principals that a policy or a grant names.
extension KMSService {
    /// A policy that can be read, whose principals there are, and that does not lock its author out.
    ///
    /// - Parameter tags: of the key, as the policy may ask for them.
    func requireSoundPolicy(
        _ text: String, for arn: String, tags: [IdentityTag], by caller: Caller,
        bypassesLockoutCheck: Bool, in store: any KeyStoreReader
    ) throws {
        let policy: Policy
        do throws(PolicyError) {
            policy = try PolicyParser.parse(text, kind: .key)
        } catch {
            if case .tooLong = error { throw KMSError.limitExceeded(error.clientMessage) }
            throw KMSError.malformedPolicyDocument(error.clientMessage)
        }
        let patterns = policy.statements.flatMap(\.principals.patterns)
        if try missingPrincipal(among: patterns, in: store) != nil {
            throw KMSError.malformedPolicyDocument(
                PolicyError.invalidPrincipal("").clientMessage)
        }
        guard !bypassesLockoutCheck else { return }
        var request = AuthorizationRequest(
            caller: caller, action: KMSOperation.putKeyPolicy.action, resource: arn)
        request.resourceTags = tags
        let question = AccessQuestion(
            principal: caller.principal, action: request.action,
            resource: .owned(arn: arn, accountID: caller.accountID),
            context: ConditionContext(
                request,
                principalTags: try store.identity(arn: caller.principal.conditionARN)?.tags ?? [],
                region: caller.region, now: clock.now()))
        guard question.keepsControl(policy) else {
            throw KMSError.malformedPolicyDocument(
                "The new key policy will not allow you to update the key policy in the future.")
        }
    }

    /// The first that is not there, though its account is; of other accounts nothing is known.
    func missingPrincipal(
        among patterns: [PrincipalPattern], in store: any KeyStoreReader
    ) throws -> String? {
        // A session's ARN does not tell its role's path, so roles are found by their names.
        var roles: [String: Set<String>] = [:]
        for case .arn(let text) in patterns {
            guard let arn = ARN(text: text), try store.account(arn.accountID) != nil else {
                continue
            }
            let parts = arn.resource.split(separator: "/")
            switch arn.service {
            case "iam":
                if try store.identity(arn: text) == nil { return text }
            case "sts" where parts.first == "assumed-role":
                let known = try roles[arn.accountID] ?? Self.roleNames(in: arn.accountID, store)
                roles[arn.accountID] = known
                if !known.contains(String(parts[1])) { return text }
            default: break
            }
        }
        return nil
    }

    private static func roleNames(
        in accountID: String, _ store: any KeyStoreReader
    ) throws(KeyStoreError) -> Set<String> {
        Set(
            try store.identities(ofAccount: accountID).compactMap { identity in
                if case .role = identity.kind { identity.name } else { nil }
            })
    }
}
