/// What a request's KeyId says: a key or an alias, by name or by ARN, and in which account.
package enum KeyIdentifier: Equatable, Sendable {
    case key(KeyName, in: Realm)
    case alias(name: String, in: Realm)

    package enum Failure: Error, Equatable, Sendable {
        /// Neither an id, an alias nor an ARN.
        case malformed
        /// An ARN of another region.
        case otherRegion(String)
        /// A well-formed ARN of a key or alias outside of every account here.
        case otherPartition
    }

    /// - Parameter realm: the account of who asks, and the region that is asked. A name alone is one
    ///   there; an ARN may be of another account.
    package init(text: String, realm: Realm) throws(Failure) {
        guard text.utf8.starts(with: "arn:".utf8) else {
            try self.init(resource: text, keyPrefix: "", realm)
            return
        }
        guard let arn = ARN(text: text) else { throw .malformed }
        try self.init(arn)
        guard arn.region == realm.region else { throw .otherRegion(arn.region) }
        guard arn.partition == "aws" else { throw .otherPartition }
    }

    /// What an ARN names, of whatever region and partition.
    package init(_ arn: ARN) throws(Failure) {
        guard arn.service == "kms" else { throw .malformed }
        try self.init(
            resource: arn.resource, keyPrefix: "key/",
            Realm(accountID: arn.accountID, region: arn.region))
    }

    package var arn: String {
        switch self {
        case .key(let name, let home): home.arn(of: name)
        case .alias(let name, let home): home.arn(ofAlias: name)
        }
    }

    private init(resource: String, keyPrefix: String, _ realm: Realm) throws(Failure) {
        if resource.utf8.starts(with: "alias/".utf8) {
            self = .alias(name: resource, in: realm)
        } else if resource.utf8.starts(with: keyPrefix.utf8),
            let name = KeyName(text: resource.dropFirst(keyPrefix.count))
        {
            self = .key(name, in: realm)
        } else {
            throw .malformed
        }
    }
}
