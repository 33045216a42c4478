package import KMSDomain
package import KMSModel

/// ReplicateKey and UpdatePrimaryRegion. Every region is served from this one store, so both are done
/// when they answer; the states that AWS shows meanwhile end with the next call.
extension KMSService {
    package func replicateKey(
        _ request: ReplicateKeyRequest, caller: Caller
    ) throws(KMSServiceError) -> ReplicateKeyResponse {
        let asKey = CreateKeyRequest(
            description: request.description ?? "", multiRegion: true, policy: request.policy,
            bypassPolicyLockoutSafetyCheck: request.bypassPolicyLockoutSafetyCheck,
            tags: request.tags)
        let event = event(
            .replicateKey, by: caller,
            parameters: [
                AuditField("keyId", .text(request.keyID)),
                AuditField("replicaRegion", .text(request.replicaRegion)),
            ] + Self.accessParameters(asKey))
        return try change(event) { store, event in
            var access = AccessFacts()
            access[.replicaRegion] = request.replicaRegion
            let (primary, arn) = try key(
                request.keyID, for: .replicateKey, access: access, in: store, event: &event
            ) { () throws(KMSError) in
                try Validation.keyID(request.keyID)
                try Validation.region(request.replicaRegion, member: "replicaRegion")
                try Validation.text(
                    request.description ?? "", of: "description",
                    length: KMSLimits.descriptionLength)
            }
            let id = Self.freshID()
            let replica = try refusing(arn) { () throws(KeyRefusal) in
                try primary.replica(
                    id: id, in: request.replicaRegion,
                    description: request.description ?? "", now: event.time)
            }
            try insert(
                replica, as: asKey, by: event.caller.asking(request.replicaRegion), in: store)
            let metadata = try describe(replica, in: store)
            event.resources.append(replica.arn)
            event.response = [
                AuditField("replicaKeyMetadata", .fields(Self.responseFields(metadata)))
            ]
            return ReplicateKeyResponse(
                replicaKeyMetadata: metadata,
                replicaPolicy: request.policy
                    ?? DefaultKeyPolicy.text(ofAccount: replica.home.accountID),
                replicaTags: request.tags)
        }
    }

    /// - Parameter caller: as who asks in the replica's region.
    private func insert(
        _ replica: Key, as request: CreateKeyRequest, by caller: Caller,
        in store: any KeyStoreWriter
    ) throws {
        // There it is a key that is made: AWS asks for kms:CreateKey too.
        var access = AccessFacts()
        access.add(replica)
        access.add(policyAndTagsOf: request)
        try authorize(.createKey, by: caller, on: nil, access: access, in: store)
        guard try store.key(named: replica.name, in: replica.home.region) == nil else {
            throw KMSError.alreadyExists("\(replica.arn) already exists.")
        }
        guard try store.keyCount(in: replica.home) < KMSLimits.keys else {
            throw KMSError.limitExceeded("The limit of \(KMSLimits.keys) keys is reached.")
        }
        try store.insert(replica)
        try giveAccess(to: replica, as: request, by: caller, in: store)
    }

    package func updatePrimaryRegion(
        _ request: UpdatePrimaryRegionRequest, caller: Caller
    ) throws(KMSServiceError) {
        let event = event(
            .updatePrimaryRegion, by: caller,
            parameters: [
                AuditField("keyId", .text(request.keyID)),
                AuditField("primaryRegion", .text(request.primaryRegion)),
            ])
        try change(event) { store, event in
            var access = AccessFacts()
            access[.primaryRegion] = request.primaryRegion
            var (primary, arn) = try key(
                request.keyID, for: .updatePrimaryRegion, access: access, in: store, event: &event
            ) { () throws(KMSError) in
                try Validation.keyID(request.keyID)
                try Validation.region(request.primaryRegion, member: "primaryRegion")
            }
            try refusing(arn) { () throws(KeyRefusal) in try primary.requirePrimary() }
            guard request.primaryRegion != primary.home.region else {
                throw KMSError.unsupportedOperation(
                    "\(arn) is already the multi-region primary key.")
            }
            let home = Realm(accountID: primary.home.accountID, region: request.primaryRegion)
            // The caller may have to be allowed in both regions, as at AWS.
            let replicaARN = home.arn(of: primary.name)
            let found = try store.key(named: primary.name, in: home.region)
            var replicaAccess = access
            if let found { replicaAccess.add(found) }
            try authorize(
                .updatePrimaryRegion, by: event.caller.asking(home.region), on: replicaARN,
                access: replicaAccess, in: store)
            guard var replica = found else {
                throw KMSError.notFound("Key '\(replicaARN)' does not exist")
            }
            try refusing(arn) { () throws(KeyRefusal) in try primary.require(.replicate) }
            try refusing(replicaARN) { () throws(KeyRefusal) in
                try Key.exchange(primary: &primary, replica: &replica)
            }
            event.resources.append(replicaARN)
            try store.update(primary)
            try store.update(replica)
        }
    }

    /// Stores a key, and with a primary what its replicas have in common with it.
    func updateWithReplicas(_ key: Key, in store: any KeyStoreWriter) throws(KeyStoreError) {
        try store.update(key)
        guard key.multiRegionType == .primary else { return }
        for var replica in try store.keys(named: key.name) where replica.id != key.id {
            replica.follow(key)
            try store.update(replica)
        }
    }

    func hasReplicas(_ key: Key, in store: any KeyStoreReader) throws(KeyStoreError) -> Bool {
        guard key.multiRegionType == .primary else { return false }
        return try store.keys(named: key.name).count > 1
    }

    /// What DescribeKey tells of a key, of all its replicas and of its custom key store too.
    func describe(_ key: Key, in store: any KeyStoreReader) throws(KeyStoreError) -> KeyMetadata {
        var metadata = metadata(of: key)
        try addCustomKeyStore(of: key, to: &metadata, in: store)
        guard let type = key.multiRegionType else { return metadata }
        let all = try store.keys(named: key.name)
        guard let primary = all.first(where: { $0.multiRegionType == .primary }) else {
            throw .damaged(detail: "no primary key")
        }
        metadata.multiRegionConfiguration = MultiRegionConfiguration(
            multiRegionKeyType: type == .primary ? .primary : .replica,
            primaryKey: MultiRegionKey(arn: primary.arn, region: primary.home.region),
            replicaKeys: all.filter { $0.id != primary.id }.map {
                MultiRegionKey(arn: $0.arn, region: $0.home.region)
            })
        return metadata
    }
}
