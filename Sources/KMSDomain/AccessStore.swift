/// Keeps who may do what: key policies, grants, accounts, users, roles and access keys. Every question
/// of a decision is answered by an index, however much there is besides.
package protocol AccessStoreReader {
    /// The text as it was given; nothing where the key has the default policy.
    func keyPolicy(of key: KeyID) throws(KeyStoreError) -> String?

    /// Ascending by the bytes of their keys.
    func tags(of key: KeyID) throws(KeyStoreError) -> [IdentityTag]

    func grant(_ id: GrantID) throws(KeyStoreError) -> Grant?
    /// Of one key, those for any of these grantees; at most `limit` of each.
    func grants(
        of key: KeyID, for grantees: [PrincipalPattern], limit: Int
    ) throws(KeyStoreError) -> [Grant]
    /// Of one key, enough of those for any of these grantees to decide on `use`, however many others
    /// there are: if any of them allows it, one that does is here.
    func grants(
        of key: KeyID, for grantees: [PrincipalPattern], concerning use: GrantUse
    ) throws(KeyStoreError) -> [Grant]
    /// Of one key, those of this name.
    func grants(of key: KeyID, named name: String) throws(KeyStoreError) -> [Grant]
    /// Of one key, ascending by id, after `id`; of one grantee, or of all.
    func grants(
        of key: KeyID, for grantee: PrincipalPattern?, after id: GrantID?, limit: Int
    ) throws(KeyStoreError) -> [Grant]
    /// Of all keys, ascending by id, after `id`.
    func grants(
        retiredBy principal: PrincipalPattern, after id: GrantID?, limit: Int
    ) throws(KeyStoreError) -> [Grant]
    func grantCount(of key: KeyID) throws(KeyStoreError) -> Int

    func account(_ id: String) throws(KeyStoreError) -> Account?
    /// Ascending by id.
    func accounts() throws(KeyStoreError) -> [Account]
    func identity(arn: String) throws(KeyStoreError) -> Identity?
    /// Ascending by ARN.
    func identities(ofAccount accountID: String) throws(KeyStoreError) -> [Identity]
    /// Ascending by name.
    func policies(ofIdentity arn: String) throws(KeyStoreError) -> [IdentityPolicy]
    func accessKey(_ id: String) throws(KeyStoreError) -> AccessKey?
    /// Ascending by id.
    func accessKeys(of principalARN: String) throws(KeyStoreError) -> [AccessKey]
    /// Of all principals, ascending by id, after `id`.
    func accessKeys(after id: String?, limit: Int) throws(KeyStoreError) -> [AccessKey]
}

package protocol AccessStoreWriter: AccessStoreReader {
    /// In place of all that the key has.
    func setTags(_ tags: [IdentityTag], of key: KeyID) throws(KeyStoreError)
    func setKeyPolicy(_ text: String, of key: KeyID) throws(KeyStoreError)
    func insert(_ grant: Grant) throws(KeyStoreError)
    func delete(_ grant: GrantID) throws(KeyStoreError)
    func insert(_ account: Account) throws(KeyStoreError)
    func insert(_ identity: Identity) throws(KeyStoreError)
    /// Changes what an identity of this ARN may be changed in: its kind's members and its tags.
    func update(_ identity: Identity) throws(KeyStoreError)
    /// With its policies, tags and access keys, and the grants whose grantee it is or a session of it: an
    /// identity made later with its name is another. Of grants that it could retire it is no longer the
    /// retiring principal.
    func deleteIdentity(arn: String) throws(KeyStoreError)
    /// Replaces the policy of this name, if there is one.
    func set(_ policy: IdentityPolicy) throws(KeyStoreError)
    func deletePolicy(named name: String, ofIdentity arn: String) throws(KeyStoreError)
    func insert(_ accessKey: AccessKey) throws(KeyStoreError)
    func update(_ accessKey: AccessKey) throws(KeyStoreError)
    func deleteAccessKey(_ id: String) throws(KeyStoreError)
}
