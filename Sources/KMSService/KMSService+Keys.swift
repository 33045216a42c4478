package import KMSDomain
package import KMSModel

/// CreateKey, DescribeKey, ListKeys.
extension KMSService {
    package func createKey(
        _ request: CreateKeyRequest, caller: Caller
    ) throws(KMSServiceError) -> CreateKeyResponse {
        if [.awsCloudHSM, .externalKeyStore].contains(request.origin) {
            return try createKeyElsewhere(request, creation(request, by: caller))
        }
        return try make([creation(request, by: caller)]) { store, events in
            CreateKeyResponse(keyMetadata: try makeKey(request, in: store, event: &events[0]))
        }
    }

    /// CreateKey and CreateAlias in one: both happen or neither does, and no key is left that has
    /// not the name it was to have. AWS has no such call; the records are those of the two.
    package func createKey(
        _ request: CreateKeyRequest, aliasName: String, caller: Caller
    ) throws(KMSServiceError) -> CreateKeyResponse {
        let events = [
            creation(request, by: caller),
            event(
                .createAlias, by: caller, parameters: [AuditField("aliasName", .text(aliasName))]),
        ]
        return try make(events) { store, events in
            let made = try makeKey(request, in: store, event: &events[0])
            events[1].parameters.append(AuditField("targetKeyId", .text(made.keyID)))
            try makeAlias(
                CreateAliasRequest(aliasName: aliasName, targetKeyID: made.keyID), in: store,
                event: &events[1])
            return CreateKeyResponse(keyMetadata: made)
        }
    }

    private func creation(_ request: CreateKeyRequest, by caller: Caller) -> AuditEvent {
        event(
            .createKey, by: caller,
            parameters: [
                AuditField("description", .text(request.description)),
                AuditField("keyUsage", .text(request.keyUsage.rawValue)),
                AuditField("keySpec", .text(request.keySpec.rawValue)),
                AuditField("origin", .text(request.origin.rawValue)),
                AuditField("multiRegion", .boolean(request.multiRegion)),
            ] + Self.storeParameters(request) + Self.accessParameters(request))
    }

    private static func storeParameters(_ request: CreateKeyRequest) -> [AuditField] {
        let members = [
            ("customKeyStoreId", request.customKeyStoreID), ("xksKeyId", request.xksKeyID),
        ]
        return members.compactMap { name, value in value.map { AuditField(name, .text($0)) } }
    }

    private func makeKey(
        _ request: CreateKeyRequest, in store: any KeyStoreWriter, event: inout AuditEvent
    ) throws -> KeyMetadata {
        let kind = try admit(request, in: store, event: event)
        let key = newKey(request, kind, from: try materialSource(of: request), event: event)
        try insert(key, in: store)
        return try finish(key, as: request, in: store, event: &event)
    }

    /// Whether the caller may make a key, it can be, and there is room for it.
    func admit(
        _ request: CreateKeyRequest, in store: any KeyStoreReader, event: AuditEvent
    ) throws -> (Key.Spec, Key.Usage) {
        var access = AccessFacts()
        access.add(spec: request.keySpec.rawValue, usage: request.keyUsage.rawValue)
        access[.keyOrigin] = request.origin.rawValue
        access[.multiRegion] = "\(request.multiRegion)"
        if request.multiRegion {
            access[.multiRegionKeyType] = Key.MultiRegionType.primary.rawValue
        }
        access.add(policyAndTagsOf: request)
        try authorize(.createKey, by: event.caller, on: nil, access: access, in: store)
        let kind = try Self.validate(request)
        guard try store.keyCount(in: event.caller.realm) < KMSLimits.keys else {
            throw KMSError.limitExceeded("The limit of \(KMSLimits.keys) keys is reached.")
        }
        return kind
    }

    func newKey(
        _ request: CreateKeyRequest, _ kind: (spec: Key.Spec, usage: Key.Usage),
        from source: MaterialSource, event: AuditEvent
    ) -> Key {
        Key(
            name: KeyName(Self.freshID(), isMultiRegion: request.multiRegion),
            home: event.caller.realm, spec: kind.spec, usage: kind.usage,
            description: request.description, creationDate: event.time,
            firstVersion: source == .importation(.empty) ? Key.noVersion : Self.freshID()
        ).with(source)
    }

    /// The rest of CreateKey, of a key that is stored.
    func finish(
        _ key: Key, as request: CreateKeyRequest, in store: any KeyStoreWriter,
        event: inout AuditEvent
    ) throws -> KeyMetadata {
        try giveAccess(to: key, as: request, by: event.caller, in: store)
        let metadata = try describe(key, in: store)
        event.resources = [metadata.arn]
        event.response = [AuditField("keyMetadata", .fields(Self.responseFields(metadata)))]
        return metadata
    }

    static func responseFields(_ metadata: KeyMetadata) -> [AuditField] {
        [
            AuditField("keyId", .text(metadata.keyID)), AuditField("arn", .text(metadata.arn)),
            AuditField("keySpec", .text(metadata.keySpec.rawValue)),
            AuditField("keyState", .text(metadata.keyState.rawValue)),
        ]
    }

    package func describeKey(
        _ request: DescribeKeyRequest, caller: Caller
    ) throws(KMSServiceError) -> DescribeKeyResponse {
        let event = event(
            .describeKey, by: caller, parameters: [AuditField("keyId", .text(request.keyID))])
        return try perform(event) { event in
            try store.read { store in
                let (key, _) = try key(
                    request.keyID, for: .describeKey, aliasAllowed: true, in: store, event: &event
                ) { () throws(KMSError) in try Validation.keyID(request.keyID) }
                return DescribeKeyResponse(keyMetadata: try describe(key, in: store))
            }
        }
    }

    package func listKeys(
        _ request: ListKeysRequest, caller: Caller
    ) throws(KMSServiceError) -> ListKeysResponse {
        try perform(event(.listKeys, by: caller)) { event in
            let (keys, nextMarker) = try page(request, by: event.caller)
            return ListKeysResponse(
                keys: keys.map { KeyListEntry(keyID: $0.name.text, keyARN: $0.arn) },
                nextMarker: nextMarker, truncated: nextMarker != nil)
        }
    }

    /// ListKeys with what DescribeKey says of each key, in one transaction and one record. AWS has
    /// no such call: there it takes one more for each key.
    package func listKeyMetadata(
        _ request: ListKeysRequest, caller: Caller
    ) throws(KMSServiceError) -> (keys: [KeyMetadata], nextMarker: String?) {
        try perform(event(.listKeys, by: caller)) { event in
            let (keys, nextMarker) = try page(request, by: event.caller)
            for key in keys {
                try authorize(.describeKey, by: event.caller, on: key)
            }
            let all = try store.read { store in try keys.map { try describe($0, in: store) } }
            return (all, nextMarker)
        }
    }

    private func page(
        _ request: ListKeysRequest, by caller: Caller
    ) throws -> (keys: [Key], nextMarker: String?) {
        try authorize(.listKeys, by: caller, on: nil)
        try Validation.limit(request.limit)
        let limit = request.limit ?? KMSLimits.defaultKeysPerPage
        let start = try request.marker.map { marker throws(KMSError) in
            guard let name = KeyName(text: marker) else { throw Self.invalidMarker(marker) }
            return name
        }
        let found = try store.read { store in
            try store.keys(in: caller.realm, after: start, limit: limit + 1)
        }
        let page = Array(found.prefix(limit))
        return (page, found.count > limit ? page.last?.name.text : nil)
    }

    static func invalidMarker(_ marker: String) -> KMSError {
        .invalidMarker("Could not deserialize marker '\(marker)'")
    }

    func metadata(of key: Key) -> KeyMetadata {
        let (state, deletionDate, window): (KeyState, Timestamp?, Int?) =
            switch key.status {
            case .enabled: (.enabled, nil, nil)
            case .disabled: (.disabled, nil, nil)
            case .pendingDeletion(let date, _): (.pendingDeletion, date, nil)
            case .pendingReplicaDeletion(let window): (.pendingReplicaDeletion, nil, window)
            case .creating: (.creating, nil, nil)
            case .updating: (.updating, nil, nil)
            }
        let algorithms = KeyAlgorithms(of: key)
        var metadata = KeyMetadata(
            awsAccountID: key.home.accountID, keyID: key.name.text, arn: key.arn,
            creationDate: key.creationDate.secondsSince1970, enabled: state == .enabled,
            description: key.description, keyUsage: KeyUsage(key.usage), keyState: state,
            deletionDate: deletionDate?.secondsSince1970, origin: .awsKMS,
            keyManager: KeyManager(key.manager), keySpec: KeySpec(key.spec),
            encryptionAlgorithms: algorithms.encryption,
            multiRegion: key.name.isMultiRegion, pendingDeletionWindowInDays: window,
            currentKeyMaterialID: key.currentMaterialID, signingAlgorithms: algorithms.signing,
            keyAgreementAlgorithms: algorithms.keyAgreement,
            encapsulationAlgorithms: algorithms.encapsulation, macAlgorithms: algorithms.mac)
        key.addSource(to: &metadata)
        return metadata
    }

    private static func validate(
        _ request: CreateKeyRequest
    ) throws(KMSError) -> (Key.Spec, Key.Usage) {
        try Validation.text(
            request.description, of: "description", length: KMSLimits.descriptionLength)
        return try kind(of: request)
    }
}
