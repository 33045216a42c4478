internal import KMSDomain

/// What policies and grants may ask of a request, besides who makes it and its encryption context.
struct AccessFacts {
    /// Where the permission has another name than the operation: `kms:ReEncryptFrom`.
    var action: String?
    private(set) var conditions: [ConditionKey: [String]] = [:]
    /// `aws:RequestTag/KEY`, of which the keys are `aws:TagKeys` too.
    var requestTags: [IdentityTag] = []
    /// Of the grant that is made or retired: its pairs are asked for as those of a request are.
    private(set) var grantConstraint: GrantConstraint?
    /// What CreateGrant wants to make.
    var newGrant: GrantProposal?
    /// What the grant says that RetireGrant is to end.
    var retirement: GrantRetirement?

    init(action: String? = nil) { self.action = action }

    subscript(key: ConditionKey) -> String? {
        get { conditions[key]?.first }
        set { conditions[key] = newValue.map { [$0] } }
    }

    mutating func set(_ values: [String], for key: ConditionKey) {
        conditions[key] = values.isEmpty ? nil : values
    }

    mutating func add(spec: String, usage: String) {
        for name in [ConditionKey.keySpec, .customerMasterKeySpec] { self[name] = spec }
        for name in [ConditionKey.keyUsage, .customerMasterKeyUsage] { self[name] = usage }
    }

    /// What is known of the key itself.
    mutating func add(_ key: Key) {
        add(spec: key.spec.rawValue, usage: key.usage.rawValue)
        self[.keyOrigin] = key.source.origin.rawValue
        self[.multiRegion] = key.name.isMultiRegion ? "true" : "false"
        self[.multiRegionKeyType] = key.multiRegionType?.rawValue
    }

    mutating func add(_ constraint: GrantConstraint?) {
        grantConstraint = constraint
        let types = [
            constraint?.equals.map { _ in "EncryptionContextEquals" },
            constraint?.subset.map { _ in "EncryptionContextSubset" },
        ]
        set(types.compactMap(\.self), for: .grantConstraintType)
    }

    /// The alias, if a request names its key by one.
    mutating func add(nameOfKey text: String) {
        let name = ARN(text: text)?.resource ?? text
        if name.utf8.starts(with: "alias/".utf8) { self[.requestAlias] = name }
    }
}
