internal import KMSDomain
package import KMSModel
internal import KMSService

extension EmbeddedKeyService: KeyAdministration {
    package func keys() throws(KeyAdministrationError) -> [ListedKey] {
        var keys: [ListedKey] = []
        var marker: String?
        repeat {
            let request = ListKeysRequest(marker: marker)
            let page = try answer { (service, caller) throws(KMSServiceError) in
                try service.listKeyMetadata(request, caller: caller)
            }
            keys += page.keys.map { ListedKey(keyID: $0.keyID, arn: $0.arn, metadata: $0) }
            marker = page.nextMarker
        } while marker != nil
        return keys
    }

    package func aliases() throws(KeyAdministrationError) -> [String: [String]] {
        var aliases: [String: [String]] = [:]
        var marker: String?
        repeat {
            let request = ListAliasesRequest(marker: marker)
            let page = try answer { (service, caller) throws(KMSServiceError) in
                try service.listAliases(request, caller: caller)
            }
            aliases.add(page.aliases)
            marker = page.nextMarker
        } while marker != nil
        return aliases
    }

    package func describe(_ name: String) throws(KeyAdministrationError) -> KeyMetadata {
        try answer { (service, caller) throws(KMSServiceError) in
            try service.describeKey(DescribeKeyRequest(keyID: name), caller: caller).keyMetadata
        }
    }

    /// With its alias or not at all.
    package func create(
        description: String, alias: String?
    ) throws(KeyAdministrationError) -> KeyMetadata {
        let request = CreateKeyRequest(description: description)
        return try answer { (service, caller) throws(KMSServiceError) in
            guard let alias else {
                return try service.createKey(request, caller: caller).keyMetadata
            }
            return try service.createKey(request, aliasName: alias, caller: caller).keyMetadata
        }
    }

    package func rotationStatus(
        of keyID: String
    ) throws(KeyAdministrationError) -> GetKeyRotationStatusResponse {
        try answer { (service, caller) throws(KMSServiceError) in
            try service.getKeyRotationStatus(
                GetKeyRotationStatusRequest(keyID: keyID), caller: caller)
        }
    }

    package func materials(
        of keyID: String
    ) throws(KeyAdministrationError) -> [RotationsListEntry] {
        var entries: [RotationsListEntry] = []
        var marker: String?
        repeat {
            let request = ListKeyRotationsRequest(
                keyID: keyID, includeKeyMaterial: .allKeyMaterial, marker: marker)
            let page = try answer { (service, caller) throws(KMSServiceError) in
                try service.listKeyRotations(request, caller: caller)
            }
            entries += page.rotations
            marker = page.nextMarker
        } while marker != nil
        return entries
    }

    package func rotate(_ keyID: String) throws(KeyAdministrationError) {
        try answer { (service, caller) throws(KMSServiceError) in
            _ = try service.rotateKeyOnDemand(
                RotateKeyOnDemandRequest(keyID: keyID), caller: caller)
        }
    }

    package func enable(_ keyID: String) throws(KeyAdministrationError) {
        try answer { (service, caller) throws(KMSServiceError) in
            try service.enableKey(EnableKeyRequest(keyID: keyID), caller: caller)
        }
    }

    package func disable(_ keyID: String) throws(KeyAdministrationError) {
        try answer { (service, caller) throws(KMSServiceError) in
            try service.disableKey(DisableKeyRequest(keyID: keyID), caller: caller)
        }
    }

    package func scheduleDeletion(
        _ keyID: String, days: Int
    ) throws(KeyAdministrationError) {
        try answer { (service, caller) throws(KMSServiceError) in
            _ = try service.scheduleKeyDeletion(
                ScheduleKeyDeletionRequest(keyID: keyID, pendingWindowInDays: days),
                caller: caller)
        }
    }

    package func cancelDeletion(_ keyID: String) throws(KeyAdministrationError) {
        try answer { (service, caller) throws(KMSServiceError) in
            _ = try service.cancelKeyDeletion(
                CancelKeyDeletionRequest(keyID: keyID), caller: caller)
        }
    }

    package func createAlias(
        _ alias: String, for keyID: String
    ) throws(KeyAdministrationError) {
        try answer { (service, caller) throws(KMSServiceError) in
            try service.createAlias(
                CreateAliasRequest(aliasName: alias, targetKeyID: keyID), caller: caller)
        }
    }

    package func updateAlias(
        _ alias: String, for keyID: String
    ) throws(KeyAdministrationError) {
        try answer { (service, caller) throws(KMSServiceError) in
            try service.updateAlias(
                UpdateAliasRequest(aliasName: alias, targetKeyID: keyID), caller: caller)
        }
    }

    package func deleteAlias(_ alias: String) throws(KeyAdministrationError) {
        try answer { (service, caller) throws(KMSServiceError) in
            try service.deleteAlias(DeleteAliasRequest(aliasName: alias), caller: caller)
        }
    }

    private func answer<R>(
        _ body: (KMSService, Caller) throws(KMSServiceError) -> R
    ) throws(KeyAdministrationError) -> R {
        do throws(KMSServiceError) {
            return try body(service, caller)
        } catch .refused(let error) {
            throw .refused(error)
        } catch { throw .embedded(error) }
    }
}

extension [String: [String]] {
    /// Those that point at a key.
    mutating func add(_ aliases: [AliasListEntry]) {
        for alias in aliases {
            guard let target = alias.targetKeyID else { continue }
            self[target, default: []].append(alias.aliasName)
        }
    }
}
