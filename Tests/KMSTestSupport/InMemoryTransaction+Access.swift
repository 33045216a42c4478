internal import KMSDomain

/// Key policies, grants, accounts, identities and access keys in memory.
extension InMemoryTransaction {
    func keyPolicy(of key: KeyID) -> String? { contents.keyPolicies[key] }

    func grant(_ id: GrantID) -> Grant? { contents.grants[id] }

    private func grants(
        after id: GrantID?, limit: Int, where isWanted: (Grant) -> Bool
    ) -> [Grant] {
        let sorted = contents.grants.values.filter(isWanted).sorted { $0.id < $1.id }
        return Array(sorted.filter { grant in id.map { $0 < grant.id } ?? true }.prefix(limit))
    }

    func grants(
        of key: KeyID, for grantees: [PrincipalPattern], limit: Int
    ) -> [Grant] {
        grantees.flatMap { grantee in grants(of: key, for: grantee, after: nil, limit: limit) }
    }

    func grants(
        of key: KeyID, for grantees: [PrincipalPattern], concerning use: GrantUse
    ) -> [Grant] {
        grants(of: key, for: grantees, limit: .max).filter { grant in
            grant.operations.contains(use.operation)
        }
    }

    func grants(of key: KeyID, named name: String) -> [Grant] {
        grants(after: nil, limit: .max) { $0.keyID == key && $0.name == name }
    }

    func grants(
        of key: KeyID, for grantee: PrincipalPattern?, after id: GrantID?, limit: Int
    ) -> [Grant] {
        grants(after: id, limit: limit) { grant in
            grant.keyID == key && (grantee.map { $0 == grant.grantee } ?? true)
        }
    }

    func grants(
        retiredBy principal: PrincipalPattern, after id: GrantID?, limit: Int
    ) -> [Grant] {
        grants(after: id, limit: limit) { $0.retiringPrincipal == principal }
    }

    func grantCount(of key: KeyID) -> Int { contents.grants.values.count { $0.keyID == key } }

    func account(_ id: String) -> Account? { contents.accounts[id] }

    func accounts() -> [Account] { contents.accounts.values.sorted { $0.id < $1.id } }

    func identity(arn: String) -> Identity? { contents.identities[arn] }

    func identities(ofAccount accountID: String) -> [Identity] {
        contents.identities.values.filter { $0.accountID == accountID }.sorted { $0.arn < $1.arn }
    }

    func policies(ofIdentity arn: String) -> [IdentityPolicy] {
        contents.policies.filter { $0.identityARN == arn }.sorted { $0.name < $1.name }
    }

    func accessKey(_ id: String) -> AccessKey? { contents.accessKeys[id] }

    func accessKeys(of principalARN: String) -> [AccessKey] {
        contents.accessKeys.values.filter { $0.principalARN == principalARN }
            .sorted { $0.id < $1.id }
    }

    func accessKeys(after id: String?, limit: Int) -> [AccessKey] {
        contents.accessKeys.values.sorted { $0.id < $1.id }
            .filter { $0.id > id ?? "" }.prefix(limit).map(\.self)
    }

    func tags(of key: KeyID) -> [IdentityTag] {
        (contents.tags[key] ?? []).sorted { left, right in
            left.key.utf8.lexicographicallyPrecedes(right.key.utf8)
        }
    }

    func setTags(_ tags: [IdentityTag], of key: KeyID) { contents.tags[key] = tags }

    func setKeyPolicy(_ text: String, of key: KeyID) { contents.keyPolicies[key] = text }

    func insert(_ grant: Grant) { contents.grants[grant.id] = grant }

    func delete(_ grant: GrantID) { contents.grants[grant] = nil }

    func insert(_ account: Account) { contents.accounts[account.id] = account }

    func insert(_ identity: Identity) { contents.identities[identity.arn] = identity }

    func update(_ identity: Identity) { contents.identities[identity.arn] = identity }

    func deleteIdentity(arn: String) {
        guard let identity = contents.identities[arn] else { return }
        contents.grants = contents.grants.compactMapValues { grant in
            if identity.isNamed(by: grant.grantee.text) { return nil }
            guard let retiring = grant.retiringPrincipal, identity.isNamed(by: retiring.text) else {
                return grant
            }
            return Grant(
                id: grant.id, keyID: grant.keyID, name: grant.name,
                creationDate: grant.creationDate, grantee: grant.grantee, retiringPrincipal: nil,
                issuingPrincipal: grant.issuingPrincipal, operations: grant.operations,
                constraint: grant.constraint)
        }
        contents.identities[arn] = nil
        contents.policies.removeAll { $0.identityARN == arn }
        contents.accessKeys = contents.accessKeys.filter { $0.value.principalARN != arn }
    }

    func set(_ policy: IdentityPolicy) {
        deletePolicy(named: policy.name, ofIdentity: policy.identityARN)
        contents.policies.append(policy)
    }

    func deletePolicy(named name: String, ofIdentity arn: String) {
        contents.policies.removeAll { $0.identityARN == arn && $0.name == name }
    }

    func insert(_ accessKey: AccessKey) { contents.accessKeys[accessKey.id] = accessKey }

    func update(_ accessKey: AccessKey) { contents.accessKeys[accessKey.id] = accessKey }

    func deleteAccessKey(_ id: String) { contents.accessKeys[id] = nil }
}
