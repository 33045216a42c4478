package import KMSDomain
package import KMSModel

/// ListGrants, ListRetirableGrants.
extension KMSService {
    package func listGrants(
        _ request: ListGrantsRequest, caller: Caller
    ) throws(KMSServiceError) -> ListGrantsResponse {
        let event = event(
            .listGrants, by: caller, parameters: [AuditField("keyId", .text(request.keyID))])
        return try perform(event) { event in
            try store.read { store in
                var access = AccessFacts()
                access[.grantIsForAWSResource] = "false"
                let (key, arn) = try key(
                    request.keyID, for: .listGrants, access: access, in: store, event: &event
                ) { () throws(KMSError) in
                    try Validation.keyID(request.keyID)
                    try Validation.limit(request.limit)
                }
                if let text = request.grantID {
                    let grant = try grant(text, of: key.id, in: store)
                    return ListGrantsResponse(grants: [Self.entry(grant, keyARN: arn)])
                }
                // No grant is for a service.
                if request.granteeServicePrincipal != nil { return ListGrantsResponse() }
                let limit = request.limit ?? KMSLimits.defaultGrantsPerPage
                let found = try store.grants(
                    of: key.id, for: try request.granteePrincipal.map(Self.principal),
                    after: try Self.position(request.marker), limit: limit + 1)
                let (page, marker) = Self.page(found, limit: limit)
                return ListGrantsResponse(
                    grants: page.map { Self.entry($0, keyARN: arn) }, nextMarker: marker,
                    truncated: marker != nil)
            }
        }
    }

    package func listRetirableGrants(
        _ request: ListRetirableGrantsRequest, caller: Caller
    ) throws(KMSServiceError) -> ListRetirableGrantsResponse {
        var parameters: [AuditField] = []
        if let principal = request.retiringPrincipal {
            parameters.append(AuditField("retiringPrincipal", .text(principal)))
        }
        let event = event(.listRetirableGrants, by: caller, parameters: parameters)
        return try perform(event) { event in
            try store.read { store in
                try authorize(.listRetirableGrants, by: event.caller, on: nil, in: store)
                try Validation.limit(request.limit)
                guard let text = request.retiringPrincipal else {
                    return ListRetirableGrantsResponse()
                }
                let principal = try Self.principal(text)
                // Only principals of the caller's account, as at AWS.
                guard ARN(text: principal.text)?.accountID == event.caller.accountID else {
                    throw KMSError.invalidArn("\(text) is of another account.")
                }
                let (entries, marker) = try Self.grants(
                    retiredBy: principal, in: event.caller.region,
                    after: try Self.position(request.marker),
                    limit: request.limit ?? KMSLimits.defaultGrantsPerPage, store)
                return ListRetirableGrantsResponse(
                    grants: entries, nextMarker: marker, truncated: marker != nil)
            }
        }
    }

    /// A whole page, with where the next one begins. Those of keys in other regions are told there.
    private static func grants(
        retiredBy principal: PrincipalPattern, in region: String, after first: GrantID?,
        limit: Int, _ store: any KeyStoreReader
    ) throws -> (entries: [GrantListEntry], marker: String?) {
        var entries: [GrantListEntry] = []
        var position = first
        while true {
            let found = try store.grants(retiredBy: principal, after: position, limit: limit + 1)
            for grant in found {
                guard let key = try store.key(grant.keyID), key.home.region == region else {
                    continue
                }
                if entries.count == limit { return (entries, entries.last?.grantID) }
                entries.append(entry(grant, keyARN: key.arn))
            }
            guard found.count > limit else { return (entries, nil) }
            position = found.last?.id
        }
    }

    /// A principal that a grant may name.
    static func principal(_ text: String) throws(KMSError) -> PrincipalPattern {
        let pattern: PrincipalPattern
        do throws(PolicyError) {
            pattern = try PrincipalPattern(aws: text)
        } catch {
            throw .invalidArn("\(text) is not a valid principal.")
        }
        guard pattern != .anyone else { throw .invalidArn("\(text) is not a valid principal.") }
        return pattern
    }

    private static func position(_ marker: String?) throws(KMSError) -> GrantID? {
        guard let marker else { return nil }
        guard let id = GrantID(text: marker) else { throw invalidMarker(marker) }
        return id
    }

    private static func page(
        _ found: [Grant], limit: Int
    ) -> (page: ArraySlice<Grant>, marker: String?) {
        let page = found.prefix(limit)
        return (page, found.count > limit ? page.last?.id.text : nil)
    }

    private static func entry(_ grant: Grant, keyARN: String) -> GrantListEntry {
        func context(_ pairs: [GrantConstraint.Pair]?) -> EncryptionContext? {
            guard let pairs else { return nil }
            // What was a context when the grant was made still is one.
            return try? EncryptionContext(pairs.map { (key: $0.key, value: $0.value) })
        }
        let constraints = grant.constraint.map { constraint in
            GrantConstraints(
                encryptionContextSubset: context(constraint.subset),
                encryptionContextEquals: context(constraint.equals))
        }
        return GrantListEntry(
            keyID: keyARN, grantID: grant.id.text, name: grant.name,
            creationDate: grant.creationDate.secondsSince1970,
            granteePrincipal: grant.grantee.text, retiringPrincipal: grant.retiringPrincipal?.text,
            issuingAccount: ARN(text: grant.issuingPrincipal)
                .map { Principal.rootARN(ofAccount: $0.accountID) },
            operations: grant.operations.compactMap { GrantOperation(rawValue: $0.rawValue) }
                .sorted { $0.rawValue < $1.rawValue },
            constraints: constraints)
    }
}
