internal import KMSDomain
internal import KMSModel

/// What would be decided, and why. Nothing is done, and nothing recorded: the question is the
/// operator's, who can read the store.
extension KMSService {
    package func simulate(
        _ request: SimulationRequest, by authorizer: PolicyAuthorizer
    ) throws(SimulationError) -> PolicySimulation {
        try Self.requireAction(request.action)
        for condition in request.conditions where !condition.name.utf8.contains(UInt8(ascii: ":")) {
            throw .malformedConditionKey(condition.name)
        }
        do {
            return try store.read { store in try simulate(request, by: authorizer, in: store) }
        } catch let error as SimulationError {
            throw error
        } catch let error as KeyStoreError {
            throw .store(error)
        } catch {
            preconditionFailure("simulation: unforeseen error \(type(of: error))")
        }
    }

    private func simulate(
        _ request: SimulationRequest, by authorizer: PolicyAuthorizer, in store: any KeyStoreReader
    ) throws -> PolicySimulation {
        let region = request.resource.flatMap { ARN(text: $0)?.region } ?? request.region
        let caller = try simulatedCaller(request.principalARN, in: store).asking(region)
        let operation = KMSOperation.allCases.first { $0.action == request.action }
        var access = AccessFacts()
        var resource = request.resource
        if let text = request.resource {
            access.add(nameOfKey: text)
            if case .key(let key, let arn) = try resolve(
                text, by: caller, aliasAllowed: true, in: store)
            {
                access.add(key)
                if operation?.endsUseOfKey == true {
                    access[.trailingDaysWithoutKeyUsage] =
                        "\(try daysWithoutUse(of: key, at: clock.now(), in: store))"
                }
                resource = arn
            }
        }
        var question = AuthorizationRequest(
            caller: caller, action: request.action, resource: resource,
            encryptionContext: request.encryptionContext)
        question.conditions = access.conditions
        question.statedConditions = request.conditions
        var decision = try authorizer.explain(question, in: store)
        if let operation, let resource, !Self.isOwn(resource, for: operation, of: caller) {
            decision = decision.refusedAcrossAccounts
        }
        let names = try store.policies(ofIdentity: caller.principal.conditionARN).map(\.name)
        return PolicySimulation(
            of: decision, principalARN: caller.arn, action: request.action,
            resource: resource ?? "*", identityPolicyNames: names)
    }

    /// The names that policies have for what this service does.
    private static func requireAction(_ action: String) throws(SimulationError) {
        let names =
            KMSOperation.allCases.filter { $0 != .reEncrypt }.map(\.action)
            + ["kms:ReEncryptFrom", "kms:ReEncryptTo"]
        guard names.contains(action) else { throw .unknownAction(action) }
    }

    private func simulatedCaller(
        _ text: String, in store: any KeyStoreReader
    ) throws -> Caller {
        guard let pattern = try? PrincipalPattern(aws: text) else {
            throw SimulationError.unknownPrincipal(text)
        }
        switch pattern {
        case .account(let id):
            return caller(
                .root, principalID: id, arn: Principal.rootARN(ofAccount: id), accountID: id)
        case .arn(let arn):
            if let identity = try store.identity(arn: arn) { return caller(identity) }
            if let session = try session(arn, in: store) { return session }
            throw SimulationError.unknownPrincipal(text)
        case .anyone, .elsewhere: throw SimulationError.unknownPrincipal(text)
        }
    }

    private func caller(_ identity: Identity) -> Caller {
        switch identity.kind {
        case .user:
            caller(
                .user, principalID: identity.uniqueID, arn: identity.arn,
                accountID: identity.accountID, userName: identity.name)
        case .role: caller(identity, sessionName: "simulation")
        }
    }

    /// `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION` of a role that is here.
    private func session(_ text: String, in store: any KeyStoreReader) throws -> Caller? {
        guard let arn = ARN(text: text), arn.service == "sts" else { return nil }
        let parts = arn.resource.split(separator: "/")
        guard parts.count == 3 else { return nil }
        let role = try store.identities(ofAccount: arn.accountID).first { identity in
            if case .role = identity.kind { identity.name == parts[1] } else { false }
        }
        return role.map { caller($0, sessionName: String(parts[2])) }
    }

    private func caller(_ role: Identity, sessionName: String) -> Caller {
        caller(
            .role, principalID: role.uniqueID + ":" + sessionName,
            arn: "arn:aws:sts::\(role.accountID):assumed-role/\(role.name)/\(sessionName)",
            accountID: role.accountID, userName: sessionName,
            session: CallerSession(roleARN: role.arn, issueTime: clock.now(), policies: []))
    }

    private func caller(
        _ kind: Caller.Kind, principalID: String, arn: String, accountID: String,
        userName: String? = nil, session: CallerSession? = nil
    ) -> Caller {
        Caller(
            kind: kind, principalID: principalID, arn: arn, accountID: accountID,
            region: Realm.local.region, userName: userName, source: "local", userAgent: "",
            session: session)
    }
}
