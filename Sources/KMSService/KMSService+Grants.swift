package import KMSDomain
package import KMSModel
internal import SecretMemory

/// CreateGrant, and the tokens that it gives out.
extension KMSService {
    package func createGrant(
        _ request: CreateGrantRequest, caller: Caller
    ) throws(KMSServiceError) -> CreateGrantResponse {
        let event = event(.createGrant, by: caller, parameters: Self.parameters(request))
        return try change(event) { store, event in
            let (key, arn) = try key(
                request.keyID, for: .createGrant, access: Self.access(request), in: store,
                event: &event
            ) { () throws(KMSError) in try Validation.grant(request) }
            try requireTokens(request.grantTokens)
            try refusing(arn) { () throws(KeyRefusal) in try key.require(.useMaterial) }
            try Validation.operations(of: request, fit: key)
            let grant = try grant(request, of: key, event)
            let principals = [grant.grantee, grant.retiringPrincipal].compactMap(\.self)
            if let missing = try missingPrincipal(among: principals, in: store) {
                throw KMSError.invalidArn("\(missing) is not a valid principal.")
            }
            try refuseDryRun(request.dryRun)
            // A second, equal request with a name is a retry of the first.
            let made = try existing(grant, in: store)
            if made == nil {
                guard try store.grantCount(of: key.id) < KMSLimits.grantsPerKey else {
                    throw KMSError.limitExceeded(
                        "\(arn) has \(KMSLimits.grantsPerKey) grants already.")
                }
                try store.insert(grant)
            }
            let id = made?.id ?? grant.id
            event.response = [
                AuditField("grantId", .text(id.text)), AuditField("keyId", .text(arn)),
            ]
            return CreateGrantResponse(
                grantToken: try grantTokens.token(id, of: key.id), grantID: id.text)
        }
    }

    private static func parameters(_ request: CreateGrantRequest) -> [AuditField] {
        var parameters = [
            AuditField("keyId", .text(request.keyID)),
            AuditField("operations", .list(request.operations.map { .text($0.rawValue) })),
        ]
        let texts = [
            ("granteePrincipal", request.granteePrincipal),
            ("retiringPrincipal", request.retiringPrincipal), ("name", request.name),
        ]
        for (name, text) in texts {
            if let text { parameters.append(AuditField(name, .text(text))) }
        }
        if let context = request.constraints?.encryptionContextEquals {
            parameters.append(AuditField("encryptionContextEquals", .pairs(context.auditPairs)))
        }
        if let context = request.constraints?.encryptionContextSubset {
            parameters.append(AuditField("encryptionContextSubset", .pairs(context.auditPairs)))
        }
        return parameters
    }

    /// What policies and grants may ask of the grant to be made.
    private static func access(_ request: CreateGrantRequest) -> AccessFacts {
        var access = AccessFacts()
        let operations = Set(
            request.operations.compactMap { Grant.Operation(rawValue: $0.rawValue) })
        let constraint = constraint(request.constraints)
        access.newGrant = GrantProposal(operations: operations, constraint: constraint)
        access.add(constraint)
        access.set(operations.map(\.rawValue).sorted(), for: .grantOperations)
        access[.granteePrincipal] = request.granteePrincipal
        access[.retiringPrincipal] = request.retiringPrincipal
        access[.grantIsForAWSResource] = "false"
        return access
    }

    private static func constraint(_ constraints: GrantConstraints?) -> GrantConstraint? {
        func pairs(_ context: EncryptionContext) -> [GrantConstraint.Pair] {
            context.pairs.map { GrantConstraint.Pair(key: $0.key, value: $0.value) }
        }
        return GrantConstraint(
            equals: constraints?.encryptionContextEquals.map(pairs),
            subset: constraints?.encryptionContextSubset.map(pairs))
    }

    private func grant(
        _ request: CreateGrantRequest, of key: Key, _ event: AuditEvent
    ) throws(KMSError) -> Grant {
        guard let grantee = request.granteePrincipal else {
            throw .validation("Specify a grantee principal.")
        }
        let retiring = try request.retiringPrincipal.map(Self.principal)
        guard let id = GrantID(bytes: SystemRandom.bytes(count: GrantID.byteCount)) else {
            preconditionFailure("key service: 32 random bytes are no grant id")
        }
        return Grant(
            id: id, keyID: key.id, name: request.name, creationDate: event.time,
            grantee: try Self.principal(grantee), retiringPrincipal: retiring,
            issuingPrincipal: event.caller.arn,
            operations: Set(
                request.operations.compactMap { Grant.Operation(rawValue: $0.rawValue) }),
            constraint: Self.constraint(request.constraints))
    }

    private func existing(_ grant: Grant, in store: any KeyStoreReader) throws -> Grant? {
        guard let name = grant.name else { return nil }
        return try store.grants(of: grant.keyID, named: name).first { other in
            other.grantee == grant.grantee && other.operations == grant.operations
                && other.constraint == grant.constraint
                && other.retiringPrincipal == grant.retiringPrincipal
        }
    }
}
