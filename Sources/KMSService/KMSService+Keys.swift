package import KMSDomain
package import KMSModel

/// CreateKey, DescribeKey, ListKeys.
extension KMSService {
    package func createKey(
        _ request: CreateKeyRequest, caller: Caller
    ) throws(KMSServiceError) -> CreateKeyResponse {
        try make([creation(request, by: caller)]) { store, events in
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
            ] + Self.accessParameters(request))
    }

    private func makeKey(
        _ request: CreateKeyRequest, in store: any KeyStoreWriter, event: inout AuditEvent
    ) throws -> KeyMetadata {
        var access = AccessFacts()
        access[.keySpec] = request.keySpec.rawValue
        access[.keyUsage] = request.keyUsage.rawValue
        access[.keyOrigin] = request.origin.rawValue
        access[.multiRegion] = "\(request.multiRegion)"
        access.add(policyAndTagsOf: request)
        try authorize(.createKey, by: event.caller, on: nil, access: access, in: store)
        let (spec, usage) = try Self.validate(request)
        let home = event.caller.realm
        guard try store.keyCount(in: home) < KMSLimits.keys else {
            throw KMSError.limitExceeded("The limit of \(KMSLimits.keys) keys is reached.")
        }
        let name = KeyName(Self.freshID())
        let versionID = Self.freshID()
        let key = Key(
            name: name, home: home, spec: spec, usage: usage, description: request.description,
            creationDate: event.time, firstVersion: versionID)
        let sealed = try generateMaterial(of: key)
        try store.insert(key)
        try giveAccess(to: key, as: request, by: event.caller, in: store)
        try store.insert(
            KeyVersion(
                id: versionID, keyID: name.id, creationDate: event.time, cause: .creation,
                sealedMaterial: sealed))
        let metadata = metadata(of: key)
        event.resources = [metadata.arn]
        event.response = [
            AuditField(
                "keyMetadata",
                .fields([
                    AuditField("keyId", .text(metadata.keyID)),
                    AuditField("arn", .text(metadata.arn)),
                    AuditField("keySpec", .text(metadata.keySpec.rawValue)),
                    AuditField("keyState", .text(metadata.keyState.rawValue)),
                ]))
        ]
        return metadata
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
                return DescribeKeyResponse(keyMetadata: metadata(of: key))
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
                try authorize(.describeKey, by: event.caller, on: key.arn)
            }
            return (keys.map(metadata), nextMarker)
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
        let (state, deletionDate): (KeyState, Timestamp?) =
            switch key.status {
            case .enabled: (.enabled, nil)
            case .disabled: (.disabled, nil)
            case .pendingDeletion(let date, _): (.pendingDeletion, date)
            }
        let algorithms = KeyAlgorithms(of: key)
        return KeyMetadata(
            awsAccountID: key.home.accountID, keyID: key.name.text, arn: key.arn,
            creationDate: key.creationDate.secondsSince1970, enabled: state == .enabled,
            description: key.description, keyUsage: KeyUsage(key.usage), keyState: state,
            deletionDate: deletionDate?.secondsSince1970, origin: .awsKMS,
            keyManager: KeyManager(key.manager), keySpec: KeySpec(key.spec),
            encryptionAlgorithms: algorithms.encryption,
            multiRegion: false, pendingDeletionWindowInDays: nil,
            currentKeyMaterialID: key.currentMaterialID, signingAlgorithms: algorithms.signing,
            keyAgreementAlgorithms: algorithms.keyAgreement,
            encapsulationAlgorithms: algorithms.encapsulation, macAlgorithms: algorithms.mac)
    }

    private static func validate(
        _ request: CreateKeyRequest
    ) throws(KMSError) -> (Key.Spec, Key.Usage) {
        try Validation.text(
            request.description, of: "description", length: KMSLimits.descriptionLength)
        let kind = try kind(of: request)
        guard request.origin == .awsKMS else {
            throw .unsupportedOperation(
                "Origin \(request.origin.rawValue) is not supported by this key service.")
        }
        guard !request.multiRegion else {
            throw .unsupportedOperation("Multi-Region keys are not supported by this key service.")
        }
        return kind
    }
}
