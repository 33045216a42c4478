internal import KMSDomain
internal import KMSModel

/// The checks on members of policies, tags and grants, with AWS's texts.
extension Validation {
    static func policyName(_ name: String?) throws(KMSError) {
        guard let name, name != DefaultKeyPolicy.name else { return }
        throw .notFound("No such policy exists")
    }

    /// Tags as a request brings them.
    static func tags(_ tags: [Tag]) throws(KMSError) {
        for (index, tag) in tags.enumerated() {
            let member = "tags.\(index + 1).member"
            try text(tag.tagKey, of: member + ".tagKey", length: KMSLimits.tagKeyLength)
            try text(tag.tagValue, of: member + ".tagValue", length: KMSLimits.tagValueLength)
        }
        try ownTagKeys(tags.map(\.tagKey))
        // By their bytes: a Swift string is equal to others that are only canonically equivalent.
        guard Set(tags.map { Array($0.tagKey.utf8) }).count == tags.count else {
            throw .tag("Duplicate tag keys")
        }
        guard tags.count <= KMSLimits.tagsPerKey else { throw .tag("Too many tags") }
    }

    static func tagKeys(_ keys: [String]) throws(KMSError) {
        for (index, key) in keys.enumerated() {
            try text(
                key, of: "tagKeys.\(index + 1).member", length: KMSLimits.tagKeyLength)
        }
        try ownTagKeys(keys)
    }

    private static func ownTagKeys(_ keys: [String]) throws(KMSError) {
        let prefix = Array("aws:".utf8)
        guard !keys.contains(where: { Array($0.lowercased().utf8).starts(with: prefix) }) else {
            throw .tag("Tags beginning with aws: are reserved")
        }
    }

    static func grant(_ request: CreateGrantRequest) throws(KMSError) {
        try keyID(request.keyID)
        if let principal = request.granteePrincipal {
            try text(principal, of: "granteePrincipal", length: KMSLimits.principalLength)
        }
        if let principal = request.retiringPrincipal {
            try text(principal, of: "retiringPrincipal", length: KMSLimits.principalLength)
        }
        if let name = request.name {
            try text(name, of: "name", length: KMSLimits.grantNameLength)
            try nameCharacters(of: name, member: "name")
        }
        try constraint(request.constraints?.encryptionContextEquals, "encryptionContextEquals")
        try constraint(request.constraints?.encryptionContextSubset, "encryptionContextSubset")
        guard !request.operations.isEmpty else {
            throw .validation("Specify at least one operation.")
        }
        // What these ask for is for services, of which none has grants here. Without SourceArn the
        // grant would allow more than was asked for.
        guard request.granteeServicePrincipal == nil, request.retiringServicePrincipal == nil,
            request.constraints?.sourceARN == nil
        else {
            throw .unsupportedOperation("Grants for service principals are not supported.")
        }
    }

    private static func constraint(
        _ context: EncryptionContext?, _ name: String
    ) throws(KMSError) {
        guard let context else { return }
        let member = "constraints." + name
        try byteCount(context.pairs.count, of: member, in: KMSLimits.grantConstraintPairs)
        for pair in context.pairs {
            try text(
                String(decoding: pair.value, as: UTF8.self), of: member,
                length: KMSLimits.grantConstraintValueLength)
        }
    }

    /// A grant is for what the key can do, and a constraint for what has an encryption context.
    static func operations(of request: CreateGrantRequest, fit key: Key) throws(KMSError) {
        let operations = request.operations.compactMap { Grant.Operation(rawValue: $0.rawValue) }
        if let operation = operations.first(where: { !$0.isPossible(with: key) }) {
            throw .validation(
                "The operation \(operation.rawValue) is not valid for a key with KeyUsage "
                    + "\(key.usage.rawValue) and KeySpec \(key.spec.rawValue).")
        }
        guard request.constraints != nil, key.spec != .symmetricDefault else { return }
        throw .validation(
            "Encryption context constraints are not valid for a key with KeySpec "
                + "\(key.spec.rawValue).")
    }
}

extension Grant.Operation {
    fileprivate func isPossible(with key: Key) -> Bool {
        switch self {
        case .createGrant, .describeKey, .retireGrant: true
        case .encrypt, .decrypt, .reEncryptFrom, .reEncryptTo: key.usage == .encryptDecrypt
        case .generateDataKey, .generateDataKeyWithoutPlaintext, .generateDataKeyPair,
            .generateDataKeyPairWithoutPlaintext:
            key.spec == .symmetricDefault
        case .getPublicKey: key.spec != .symmetricDefault && key.usage != .generateVerifyMAC
        case .sign, .verify: key.usage == .signVerify
        case .generateMAC, .verifyMAC: key.usage == .generateVerifyMAC
        case .deriveSharedSecret: key.usage == .keyAgreement
        case .encapsulate, .decapsulate: key.usage == .encapsulateDecapsulate
        }
    }
}
