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
            ])
    }

    private func makeKey(
        _ request: CreateKeyRequest, in store: any KeyStoreWriter, event: inout AuditEvent
    ) throws -> KeyMetadata {
        var access = AccessFacts()
        access[.keySpec] = request.keySpec.rawValue
        access[.keyUsage] = request.keyUsage.rawValue
        access[.keyOrigin] = request.origin.rawValue
        access[.multiRegion] = "\(request.multiRegion)"
        try authorize(.createKey, by: event.caller, on: nil, access: access, in: store)
        try Self.validate(request)
        guard try store.keyCount() < KMSLimits.keys else {
            throw KMSError.limitExceeded("The limit of \(KMSLimits.keys) keys is reached.")
        }
        let source = try materialSource(of: request, in: store)
        guard let spec = Key.Spec(rawValue: request.keySpec.rawValue),
            let usage = Key.Usage(rawValue: request.keyUsage.rawValue)
        else {
            throw KMSError.unsupportedOperation(
                "KeySpec \(request.keySpec.rawValue) is not supported by this key service.")
        }
        let key = Key(
            id: Self.freshID(), spec: spec, usage: usage, description: request.description,
            creationDate: event.time,
            firstVersion: source == .importation(.empty) ? Key.noVersion : Self.freshID()
        ).with(source)
        try insert(key, in: store)
        var metadata = metadata(of: key)
        try addCustomKeyStore(of: key, to: &metadata, in: store)
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
                var metadata = metadata(of: key)
                try addCustomKeyStore(of: key, to: &metadata, in: store)
                return DescribeKeyResponse(keyMetadata: metadata)
            }
        }
    }

    package func listKeys(
        _ request: ListKeysRequest, caller: Caller
    ) throws(KMSServiceError) -> ListKeysResponse {
        try perform(event(.listKeys, by: caller)) { event in
            let (keys, nextMarker) = try page(request, by: event.caller)
            return ListKeysResponse(
                keys: keys.map { KeyListEntry(keyID: $0.id.text, keyARN: realm.arn(of: $0.id)) },
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
                try authorize(.describeKey, by: event.caller, on: realm.arn(of: key.id))
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
            guard let id = KeyID(text: marker) else { throw Self.invalidMarker(marker) }
            return id
        }
        let found = try store.read { store in try store.keys(after: start, limit: limit + 1) }
        let page = Array(found.prefix(limit))
        return (page, found.count > limit ? page.last?.id.text : nil)
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
        var metadata = KeyMetadata(
            awsAccountID: realm.accountID, keyID: key.id.text, arn: realm.arn(of: key.id),
            creationDate: key.creationDate.secondsSince1970, enabled: state == .enabled,
            description: key.description, keyUsage: .encryptDecrypt, keyState: state,
            deletionDate: deletionDate?.secondsSince1970, origin: .awsKMS, keyManager: .customer,
            keySpec: .symmetricDefault, encryptionAlgorithms: [.symmetricDefault],
            multiRegion: false, pendingDeletionWindowInDays: nil,
            currentKeyMaterialID: key.materialID(of: key.currentVersion))
        key.addSource(to: &metadata)
        return metadata
    }

    private static func validate(_ request: CreateKeyRequest) throws(KMSError) {
        try Validation.text(
            request.description, of: "description", length: KMSLimits.descriptionLength)
        guard request.keySpec.usages.contains(request.keyUsage) else {
            throw .validation(
                "KeyUsage \(request.keyUsage.rawValue) is not compatible with KeySpec "
                    + request.keySpec.rawValue)
        }
        guard request.keySpec == .symmetricDefault || request.origin == .external else {
            throw .unsupportedOperation(
                "KeySpec \(request.keySpec.rawValue) is not supported by this key service.")
        }
        guard !request.multiRegion else {
            throw .unsupportedOperation("Multi-Region keys are not supported by this key service.")
        }
    }
}

extension KeySpec {
    /// The usages AWS allows with this spec.
    fileprivate var usages: [KeyUsage] {
        switch self {
        case .symmetricDefault: [.encryptDecrypt]
        case .rsa2048, .rsa3072, .rsa4096: [.encryptDecrypt, .signVerify]
        case .eccNISTP256, .eccNISTP384, .eccNISTP521: [.signVerify, .keyAgreement]
        case .eccSECGP256K1, .eccNISTEdwards25519, .mlDSA44, .mlDSA65, .mlDSA87: [.signVerify]
        case .hmac224, .hmac256, .hmac384, .hmac512: [.generateVerifyMAC]
        case .sm2: [.encryptDecrypt, .signVerify, .keyAgreement]
        case .mlKEM512, .mlKEM768, .mlKEM1024: [.encapsulateDecapsulate]
        }
    }
}
