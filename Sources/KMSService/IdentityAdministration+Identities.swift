package import KMSDomain

/// Accounts, users and roles.
extension IdentityAdministration {
    package func accounts() throws(Failure) -> [Account] {
        try read { store in try store.accounts() }
    }

    package func createAccount(id: String, name: String) throws(Failure) {
        guard id.utf8.count == 12, id.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw .malformedAccountID
        }
        try change("CreateAccount", [AuditField("accountId", .text(id))]) { store, now in
            guard try store.account(id) == nil else { throw Failure.alreadyExists }
            try store.insert(Account(id: id, name: name, creationDate: now))
        }
    }

    package func identities(ofAccount id: String) throws(Failure) -> [Identity] {
        try read { store in
            guard try store.account(id) != nil else { throw Failure.noSuchAccount }
            return try store.identities(ofAccount: id)
        }
    }

    package func identity(arn: String) throws(Failure) -> Identity {
        try read { store in
            guard let identity = try store.identity(arn: arn) else { throw Failure.noSuchIdentity }
            return identity
        }
    }

    package func createUser(name: String, account: String) throws(Failure) -> Identity {
        try create(
            "CreateUser", name: name, account: account, prefix: "AIDA", kind: .user,
            [AuditField("userName", .text(name))])
    }

    /// - Parameter trustPolicy: who may assume it.
    package func createRole(
        name: String, account: String, trustPolicy: String, maximumSessionSeconds: Int
    ) throws(Failure) -> Identity {
        try Self.require(trustPolicy, kind: .trust)
        guard RoleAssumption.durationInSeconds.contains(maximumSessionSeconds) else {
            throw .sessionTooLong
        }
        return try create(
            "CreateRole", name: name, account: account, prefix: "AROA",
            kind: .role(
                trustPolicy: trustPolicy, maximumSessionSeconds: maximumSessionSeconds),
            [
                AuditField("roleName", .text(name)),
                AuditField("assumeRolePolicyDocument", .text(trustPolicy)),
                AuditField("maxSessionDuration", .number(maximumSessionSeconds)),
            ])
    }

    /// With its policies and access keys, and the grants to it; the sessions of a role end with it.
    package func deleteIdentity(arn: String) throws(Failure) {
        let identity = try identity(arn: arn)
        let name =
            switch identity.kind {
            case .user: "DeleteUser"
            case .role: "DeleteRole"
            }
        try change(name, [AuditField("arn", .text(arn))]) { store, _ in
            guard try store.identity(arn: arn) != nil else { throw Failure.noSuchIdentity }
            try store.deleteIdentity(arn: arn)
        }
    }

    /// The ARNs of the keys and roles whose policies name this identity or a session of it: they allow
    /// the same to whoever gets its name after it.
    package func resourcesNaming(_ identity: Identity) throws(Failure) -> [String] {
        try read { store in
            var found: [String] = []
            var last: KeyID?
            while true {
                let keys = try store.keys(after: last, limit: 1000)
                guard let end = keys.last else { break }
                for key in keys {
                    guard let policy = try store.keyPolicy(of: key.id) else { continue }
                    if Self.names(policy, identity) { found.append(key.arn) }
                }
                last = end.id
            }
            for account in try store.accounts() {
                for role in try store.identities(ofAccount: account.id) {
                    guard case .role(let policy, _) = role.kind, role.arn != identity.arn else {
                        continue
                    }
                    if Self.names(policy, identity) { found.append(role.arn) }
                }
            }
            return found
        }
    }

    private static func names(_ policy: String, _ identity: Identity) -> Bool {
        do throws(PolicyError) {
            return try PolicyJSON.read(Array(policy.utf8)).names(identity)
        } catch {
            // What cannot be read allows nobody anything.
            return false
        }
    }

    private func create(
        _ operation: String, name: String, account: String, prefix: String, kind: Identity.Kind,
        _ parameters: [AuditField]
    ) throws(Failure) -> Identity {
        guard Self.isName(name) else { throw .malformedName }
        let fields = [AuditField("accountId", .text(account))] + parameters
        return try change(operation, fields) { store, now in
            guard try store.account(account) != nil else { throw Failure.noSuchAccount }
            let identity = Identity(
                uniqueID: CredentialText.freshAccessKeyID(prefix: prefix), accountID: account,
                name: name, kind: kind, creationDate: now)
            guard try store.identity(arn: identity.arn) == nil else {
                throw Failure.alreadyExists
            }
            try store.insert(identity)
            return identity
        }
    }

    static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: "+=,.@_-".utf8.contains(byte)
                }
            }
    }

    static func require(_ text: String, kind: Policy.Kind) throws(Failure) {
        do throws(PolicyError) {
            _ = try PolicyParser.parse(text, kind: kind)
        } catch { throw .policy(error) }
    }
}

extension PolicyJSON {
    /// As a principal or in a condition.
    fileprivate func names(_ identity: Identity) -> Bool {
        switch self {
        case .object(let members): members.contains { $0.value.names(identity) }
        case .array(let values): values.contains { $0.names(identity) }
        case .string(let text): identity.isNamed(by: text)
        case .number, .boolean, .null: false
        }
    }
}
