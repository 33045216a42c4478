package import KMSDomain
package import KMSModel

/// CreateAlias, UpdateAlias, DeleteAlias, ListAliases.
extension KMSService {
    package func createAlias(
        _ request: CreateAliasRequest, caller: Caller
    ) throws(KMSServiceError) {
        let event = event(
            .createAlias, by: caller,
            parameters: [
                AuditField("aliasName", .text(request.aliasName)),
                AuditField("targetKeyId", .text(request.targetKeyID)),
            ])
        try change(event) { store, event in try makeAlias(request, in: store, event: &event) }
    }

    func makeAlias(
        _ request: CreateAliasRequest, in store: any KeyStoreWriter, event: inout AuditEvent
    ) throws {
        let key = try target(
            request.targetKeyID, aliasName: request.aliasName, for: .createAlias, in: store,
            event: &event)
        let home = event.caller.realm
        guard try store.alias(named: request.aliasName, in: home) == nil else {
            throw KMSError.alreadyExists(
                "An alias with the name \(home.arn(ofAlias: request.aliasName)) already exists")
        }
        try requireRoomForAlias(of: key, in: store)
        try store.insert(
            Alias(
                name: request.aliasName, home: home, keyID: key.id, creationDate: event.time,
                lastUpdateDate: event.time))
    }

    /// What CreateAlias says of the name alone, for those who want to know before they do anything.
    package static func requireAliasName(_ name: String) throws(KMSServiceError) {
        do throws(KMSError) {
            try Validation.aliasName(name)
        } catch { throw .refused(error) }
    }

    package func updateAlias(
        _ request: UpdateAliasRequest, caller: Caller
    ) throws(KMSServiceError) {
        let event = event(
            .updateAlias, by: caller,
            parameters: [
                AuditField("aliasName", .text(request.aliasName)),
                AuditField("targetKeyId", .text(request.targetKeyID)),
            ])
        try change(event) { store, event in
            let key = try target(
                request.targetKeyID, aliasName: request.aliasName, for: .updateAlias, in: store,
                event: &event)
            let home = event.caller.realm
            guard var alias = try store.alias(named: request.aliasName, in: home) else {
                throw missing(request.aliasName, in: home)
            }
            if let current = try store.key(alias.keyID), current.id != key.id {
                // From the one key to the other takes a permission for both.
                try authorize(.updateAlias, by: event.caller, on: current, in: store)
                try Self.requireSameKind(of: current, and: key)
                try requireRoomForAlias(of: key, in: store)
            }
            alias.keyID = key.id
            alias.lastUpdateDate = event.time
            try store.update(alias)
        }
    }

    package func deleteAlias(
        _ request: DeleteAliasRequest, caller: Caller
    ) throws(KMSServiceError) {
        let event = event(
            .deleteAlias, by: caller,
            parameters: [AuditField("aliasName", .text(request.aliasName))])
        try change(event) { store, event in
            let home = event.caller.realm
            let alias = try store.alias(named: request.aliasName, in: home)
            let key = try alias.flatMap { try store.key($0.keyID) }
            try authorize(
                .deleteAlias, by: event.caller, on: home.arn(ofAlias: request.aliasName),
                in: store)
            if let key { try authorize(.deleteAlias, by: event.caller, on: key, in: store) }
            try Validation.aliasName(request.aliasName)
            guard let alias, let key else { throw missing(request.aliasName, in: home) }
            event.resources = [key.arn]
            try store.deleteAlias(named: alias.name, in: home)
        }
    }

    package func listAliases(
        _ request: ListAliasesRequest, caller: Caller
    ) throws(KMSServiceError) -> ListAliasesResponse {
        let parameters = request.keyID.map { [AuditField("keyId", .text($0))] } ?? []
        return try perform(event(.listAliases, by: caller, parameters: parameters)) { event in
            try store.read { store in
                try authorize(.listAliases, by: event.caller, on: nil, in: store)
                try Validation.keyID(request.keyID)
                try Validation.limit(request.limit)
                let target = try request.keyID.map { try listed($0, in: store, event: &event) }
                if let marker = request.marker, !marker.utf8.starts(with: "alias/".utf8) {
                    throw Self.invalidMarker(marker)
                }
                let limit = request.limit ?? KMSLimits.defaultAliasesPerPage
                let found =
                    if let target {
                        try store.aliases(of: target.id, after: request.marker, limit: limit + 1)
                    } else {
                        try store.aliases(
                            in: event.caller.realm, after: request.marker, limit: limit + 1)
                    }
                return try page(found, limit: limit, in: store)
            }
        }
    }

    /// The key whose aliases are asked for. ListAliases is for all of an account, at AWS too, so the
    /// key's own policy has no say.
    private func listed(
        _ text: String, in store: any KeyStoreReader, event: inout AuditEvent
    ) throws -> Key {
        try requireOwnAccount(text, for: .listAliases, by: event.caller)
        switch try resolve(text, by: event.caller, aliasAllowed: false, in: store) {
        case .failure(let error): throw error
        case .key(let key, let arn):
            event.resources = [arn]
            return key
        }
    }

    private func page(
        _ found: [Alias], limit: Int, in store: any KeyStoreReader
    ) throws -> ListAliasesResponse {
        let page = found.prefix(limit)
        let truncated = found.count > limit
        return ListAliasesResponse(
            aliases: try page.map { alias in
                AliasListEntry(
                    aliasName: alias.name, aliasARN: alias.home.arn(ofAlias: alias.name),
                    targetKeyID: try store.key(alias.keyID)?.name.text,
                    creationDate: alias.creationDate.secondsSince1970,
                    lastUpdatedDate: alias.lastUpdateDate.secondsSince1970)
            },
            nextMarker: truncated ? page.last?.name : nil, truncated: truncated)
    }

    /// The key an alias shall point at, in a state that allows it.
    private func target(
        _ text: String, aliasName: String, for operation: KMSOperation,
        in store: any KeyStoreReader, event: inout AuditEvent
    ) throws -> Key {
        try authorize(
            operation, by: event.caller, on: event.caller.realm.arn(ofAlias: aliasName), in: store)
        let (key, arn) = try key(text, for: operation, in: store, event: &event) {
            () throws(KMSError) in
            try Validation.aliasName(aliasName)
            try Validation.keyID(text, member: "targetKeyId")
            guard !text.utf8.starts(with: "alias/".utf8), !text.contains(":alias/") else {
                throw .validation("Aliases must refer to keys. Not aliases")
            }
        }
        try refusing(arn) { () throws(KeyRefusal) in try key.require(.nameByAlias) }
        return key
    }

    /// Code that names its key by the alias goes on to work.
    private static func requireSameKind(of current: Key, and new: Key) throws(KMSError) {
        guard current.usage == new.usage, current.spec.isAsymmetric == new.spec.isAsymmetric else {
            throw .validation(
                "The current and new KMS keys of an alias must be of the same type and have the "
                    + "same key usage.")
        }
    }

    private func requireRoomForAlias(of key: Key, in store: any KeyStoreReader) throws {
        let limit = KMSLimits.aliasesPerKey
        guard try store.aliases(of: key.id, after: nil, limit: limit).count < limit else {
            throw KMSError.limitExceeded("\(key.arn) has \(limit) aliases already.")
        }
    }

    private func missing(_ aliasName: String, in home: Realm) -> KMSError {
        .notFound("Alias \(home.arn(ofAlias: aliasName)) is not found.")
    }
}
