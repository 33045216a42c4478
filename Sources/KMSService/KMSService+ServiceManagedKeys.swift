internal import KMSDomain
internal import KMSModel

/// Keys that the service makes for itself.
extension KMSService {
    /// Makes the key that a service names for the first time, with its alias, its policy and its
    /// yearly rotation, in one transaction; of all other names and callers nothing is made.
    func makeServiceManagedKey(
        ifFirstNamed text: String, by caller: Caller, now: Timestamp
    ) throws {
        let home = caller.realm
        guard caller.kind == .service, let alias = serviceManagedAlias(text, in: home),
            try store.read({ try $0.alias(named: alias, in: home) }) == nil
        else { return }
        try store.write { store in
            // Another process may have been faster.
            guard try store.alias(named: alias, in: home) == nil else { return }
            let name = KeyName(Self.freshID())
            let versionID = Self.freshID()
            var key = Key(
                name: name, home: home, spec: .symmetricDefault, usage: .encryptDecrypt,
                description: "Made by the service for \(alias)", creationDate: now,
                firstVersion: versionID, manager: .service)
            key.beginServiceRotation(
                periodInDays: ServiceManagedKey.rotationPeriodInDays, now: now)
            let sealed = try generateMaterial(of: key, by: backend)
            var event = serviceEvent("CreateKey", about: key, now: now)
            event.parameters.append(AuditField("aliasName", .text(alias)))
            try audit.append(event, durably: true)
            try store.insert(key)
            try store.insert(
                KeyVersion(
                    id: versionID, keyID: name.id, creationDate: now, cause: .creation,
                    sealedMaterial: sealed))
            try store.setKeyPolicy(
                ServiceManagedKey.policy(ofAccount: home.accountID), of: key.id)
            try store.insert(
                Alias(
                    name: alias, home: home, keyID: key.id, creationDate: now, lastUpdateDate: now))
        }
    }

    private func serviceManagedAlias(_ text: String, in home: Realm) -> String? {
        guard case .alias(let name, home)? = try? KeyIdentifier(text: text, realm: home),
            name.utf8.starts(with: ServiceManagedKey.aliasPrefix.utf8),
            name.utf8.count > ServiceManagedKey.aliasPrefix.utf8.count,
            name.utf8.count <= KMSLimits.aliasNameLength.upperBound,
            name.utf8.allSatisfy(Validation.isAliasCharacter)
        else { return nil }
        return name
    }
}
