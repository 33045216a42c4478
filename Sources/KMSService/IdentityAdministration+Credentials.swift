package import KMSDomain
internal import SecretMemory

/// Access keys and policies.
extension IdentityAdministration {
    /// Of a user, or of an account's root. Its secret is told this once.
    package func createAccessKey(for arn: String) throws(Failure) -> MadeAccessKey {
        let made: MadeAccessKey
        do throws(KeyBackendError) {
            made = try secrets.makeKey(for: arn, now: clock.now())
        } catch { throw .service(.backend(error)) }
        let key = made.key
        let parameters = [
            AuditField("principal", .text(arn)), AuditField("accessKeyId", .text(key.id)),
        ]
        try change("CreateAccessKey", parameters) { store, _ in
            try Self.requireHolder(arn, in: store)
            guard try store.accessKeys(of: arn).count < Self.accessKeysPerPrincipal else {
                throw Failure.tooManyAccessKeys
            }
            try store.insert(key)
        }
        return made
    }

    package func accessKeys(of arn: String) throws(Failure) -> [AccessKey] {
        try read { store in
            try Self.requireHolder(arn, in: store)
            return try store.accessKeys(of: arn)
        }
    }

    package func setAccessKey(_ id: String, active: Bool) throws(Failure) {
        let parameters = [
            AuditField("accessKeyId", .text(id)),
            AuditField("status", .text(active ? "Active" : "Inactive")),
        ]
        try change("UpdateAccessKey", parameters) { store, _ in
            guard var key = try store.accessKey(id) else { throw Failure.noSuchAccessKey }
            key.isActive = active
            try store.update(key)
        }
    }

    package func deleteAccessKey(_ id: String) throws(Failure) {
        try change("DeleteAccessKey", [AuditField("accessKeyId", .text(id))]) { store, _ in
            guard try store.accessKey(id) != nil else { throw Failure.noSuchAccessKey }
            try store.deleteAccessKey(id)
        }
    }

    package func policies(of arn: String) throws(Failure) -> [IdentityPolicy] {
        try read { store in
            guard try store.identity(arn: arn) != nil else { throw Failure.noSuchIdentity }
            return try store.policies(ofIdentity: arn)
        }
    }

    /// In the place of the policy of that name, if there is one.
    package func putPolicy(_ text: String, named name: String, of arn: String) throws(Failure) {
        guard Self.isName(name) else { throw .malformedName }
        try Self.require(text, kind: .identity)
        let parameters =
            [
                AuditField("principal", .text(arn)), AuditField("policyName", .text(name)),
            ] + PolicyRecord.fields("policyDocument", text)
        try change("PutPolicy", parameters) { store, _ in
            guard try store.identity(arn: arn) != nil else { throw Failure.noSuchIdentity }
            try store.set(IdentityPolicy(identityARN: arn, name: name, text: text))
        }
    }

    package func deletePolicy(named name: String, of arn: String) throws(Failure) {
        let parameters = [
            AuditField("principal", .text(arn)), AuditField("policyName", .text(name)),
        ]
        try change("DeletePolicy", parameters) { store, _ in
            guard try store.policies(ofIdentity: arn).contains(where: { $0.name == name }) else {
                throw Failure.noSuchPolicy
            }
            try store.deletePolicy(named: name, ofIdentity: arn)
        }
    }

    /// Who may assume the role.
    package func setTrustPolicy(_ text: String, of arn: String) throws(Failure) {
        try Self.require(text, kind: .trust)
        let parameters = [
            AuditField("principal", .text(arn)), AuditField("policyDocument", .text(text)),
        ]
        try change("UpdateAssumeRolePolicy", parameters) { store, _ in
            guard var role = try store.identity(arn: arn) else { throw Failure.noSuchIdentity }
            guard case .role(_, let seconds) = role.kind else { throw Failure.notARole }
            role.kind = .role(trustPolicy: text, maximumSessionSeconds: seconds)
            try store.update(role)
        }
    }

    private static func requireHolder(
        _ arn: String, in store: any KeyStoreReader
    ) throws {
        if let identity = try store.identity(arn: arn) {
            guard identity.kind == .user else { throw Failure.noSuchIdentity }
            return
        }
        guard let name = ARN(text: arn), name.service == "iam", name.resource == "root",
            try store.account(name.accountID) != nil
        else { throw Failure.noSuchIdentity }
    }
}
