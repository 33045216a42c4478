package import KMSModel
package import KMSService
package import KeyAgent

/// A key service as whoever looks after its keys uses it: the embedded one, or one that an agent
/// reaches. Keys are named by alias, id or ARN where `name` is asked for, and by id elsewhere.
package protocol KeyAdministration: Sendable {
    /// All keys, in the service's order.
    func keys() throws(KeyAdministrationError) -> [ListedKey]

    /// All aliases, by the id of their key.
    func aliases() throws(KeyAdministrationError) -> [String: [String]]

    func describe(_ name: String) throws(KeyAdministrationError) -> KeyMetadata

    /// A new key, with the alias if one is wanted.
    func create(
        description: String, alias: String?
    ) throws(KeyAdministrationError) -> KeyMetadata

    func rotationStatus(
        of keyID: String
    ) throws(KeyAdministrationError) -> GetKeyRotationStatusResponse

    /// Every material that the key has had, oldest first.
    func materials(of keyID: String) throws(KeyAdministrationError) -> [RotationsListEntry]

    func rotate(_ keyID: String) throws(KeyAdministrationError)
    func enable(_ keyID: String) throws(KeyAdministrationError)
    func disable(_ keyID: String) throws(KeyAdministrationError)
    func scheduleDeletion(_ keyID: String, days: Int) throws(KeyAdministrationError)
    func cancelDeletion(_ keyID: String) throws(KeyAdministrationError)
    func createAlias(_ alias: String, for keyID: String) throws(KeyAdministrationError)
    func updateAlias(_ alias: String, for keyID: String) throws(KeyAdministrationError)
    func deleteAlias(_ alias: String) throws(KeyAdministrationError)
}

/// A key in the list of all.
package struct ListedKey: Sendable {
    package let keyID: String
    package let arn: String
    /// Nothing where the service does not tell this caller, or nothing that is known here.
    package let metadata: KeyMetadata?
}

package enum KeyAdministrationError: Error, Equatable, Sendable {
    /// The service works and says no, in AWS's words.
    case refused(KMSError)
    /// Something under the embedded key service does not work.
    case embedded(KMSServiceError)
    /// The agent, or what it reaches, gave no answer to work with.
    case agent(AgentClientError)
    /// What the service answered is no answer of this API.
    case badAnswer
    /// The key was made, and its alias was not.
    indirect case withoutAlias(arn: String, KeyAdministrationError)
}
