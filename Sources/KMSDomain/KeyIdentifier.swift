/// What a request's KeyId says: a key or an alias, by name or by ARN.
package enum KeyIdentifier: Equatable, Sendable {
    case key(KeyID)
    case alias(name: String)

    package enum Failure: Error, Equatable, Sendable {
        /// Neither an id, an alias nor an ARN.
        case malformed
        /// An ARN of another region.
        case otherRegion(String)
        /// A well-formed ARN of a key or alias elsewhere: to the caller, one that does not exist.
        case otherAccount
    }

    package init(text: String, realm: Realm) throws(Failure) {
        guard text.utf8.starts(with: "arn:".utf8) else {
            try self.init(resource: text, keyPrefix: "")
            return
        }
        guard let arn = ARN(text: text), arn.service == "kms" else { throw .malformed }
        try self.init(resource: arn.resource, keyPrefix: "key/")
        guard arn.region == realm.region else { throw .otherRegion(arn.region) }
        guard arn.partition == "aws", arn.accountID == realm.accountID else { throw .otherAccount }
    }

    private init(resource: String, keyPrefix: String) throws(Failure) {
        if resource.utf8.starts(with: "alias/".utf8) {
            self = .alias(name: resource)
        } else if resource.utf8.starts(with: keyPrefix.utf8),
            let id = KeyID(text: resource.dropFirst(keyPrefix.count))
        {
            self = .key(id)
        } else {
            throw .malformed
        }
    }
}
