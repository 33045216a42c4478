package import KMSDomain
package import KMSModel
internal import SecretMemory

/// GetCallerIdentity and AssumeRole. Nothing is stored: a session is what its token says.
package final class SecurityTokenService: Sendable {
    private let store: any KeyStore
    private let audit: any AuditSink
    private let clock: any WallClock
    private let tokens: SessionTokens
    private let policies = PolicyCache()

    package init(
        store: any KeyStore, root: any RootOfTrust, audit: any AuditSink, clock: any WallClock
    ) {
        self.store = store
        self.audit = audit
        self.clock = clock
        tokens = SessionTokens(root: root)
    }

    /// Needs no permission, as at AWS.
    package func getCallerIdentity(
        caller: Caller
    ) throws(SecurityTokenError) -> GetCallerIdentityResponse {
        try record(event("GetCallerIdentity", by: caller, isReadOnly: true), nil)
        return GetCallerIdentityResponse(
            account: caller.accountID, arn: caller.arn, userID: caller.principalID)
    }

    package func assumeRole(
        _ request: AssumeRoleRequest, caller: Caller
    ) throws(SecurityTokenError) -> AssumeRoleResponse {
        var parameters = [
            AuditField("roleArn", .text(request.roleARN)),
            AuditField("roleSessionName", .text(request.roleSessionName)),
        ]
        if let seconds = request.durationSeconds {
            parameters.append(AuditField("durationSeconds", .number(seconds)))
        }
        if let externalID = request.externalID {
            parameters.append(AuditField("externalId", .text(externalID)))
        }
        if let policy = request.policy { parameters.append(AuditField("policy", .text(policy))) }
        var event = event("AssumeRole", by: caller, isReadOnly: true, parameters)
        let credential: SessionCredential
        do throws(SecurityTokenError) {
            credential = try begin(request, caller: caller, now: event.time)
        } catch {
            try record(event, error)
            throw error
        }
        let session = credential.session
        event.response = [
            AuditField("accessKeyId", .text(session.accessKeyID)),
            AuditField("expiration", .time(session.expiration)),
            AuditField("assumedRoleId", .text(session.principalID)),
            AuditField("arn", .text(session.arn)),
        ]
        event.resources = [session.roleARN]
        try record(event, nil)
        return AssumeRoleResponse(
            accessKeyID: session.accessKeyID, secretAccessKey: credential.secret.duplicate(),
            sessionToken: credential.token, expiration: session.expiration.iso8601,
            assumedRoleARN: session.arn, assumedRoleID: session.principalID)
    }

    /// Records that a request was refused before anything of it was looked at.
    package func recordUnreadable(
        _ operation: String, _ error: SecurityTokenError, caller: Caller
    ) throws(SecurityTokenError) {
        try record(event(operation, by: caller, isReadOnly: true), error)
    }

    private func begin(
        _ request: AssumeRoleRequest, caller: Caller, now: Timestamp
    ) throws(SecurityTokenError) -> SessionCredential {
        let assumption = RoleAssumption(
            sessionName: request.roleSessionName, externalID: request.externalID,
            durationSeconds: request.durationSeconds)
        guard let arn = ARN(text: request.roleARN) else {
            throw .validation("\(request.roleARN) is invalid")
        }
        let denial = SecurityTokenError.accessDenied(
            "User: \(caller.arn) is not authorized to perform: sts:AssumeRole on resource: "
                + request.roleARN)
        let permission = try permission(
            request, arn, assumption, caller: caller, now: now)
        // Who may not assume it does not learn whether there is such a role.
        guard let (role, limit) = permission else { throw denial }
        let seconds: Int
        do throws(RoleAssumption.Refusal) {
            seconds = try assumption.duration(for: caller.principal, roleLimit: limit)
        } catch {
            throw error.securityTokenError
        }
        if let policy = request.policy {
            do throws(PolicyError) {
                _ = try PolicyParser.parse(policy, kind: .session)
            } catch {
                throw .malformedPolicyDocument(error.clientMessage)
            }
        }
        // Counted in whole seconds, as the answer tells it.
        let second = Timestamp(
            millisecondsSince1970: now.millisecondsSince1970
                - now.millisecondsSince1970 % 1000)
        let session = RoleSession(
            accessKeyID: CredentialText.freshAccessKeyID(prefix: "ASIA"), roleARN: role.arn,
            roleID: role.uniqueID, name: request.roleSessionName, issueTime: second,
            expiration: second.adding(seconds: seconds),
            policies: request.policy.map { [$0] } ?? [])
        do throws(KeyBackendError) {
            return try tokens.make(session)
        } catch {
            throw .internalFailure
        }
    }

    /// The role and the longest session it allows; nothing if there is no such role, or the caller may
    /// not assume it.
    private func permission(
        _ request: AssumeRoleRequest, _ arn: ARN, _ assumption: RoleAssumption, caller: Caller,
        now: Timestamp
    ) throws(SecurityTokenError) -> (Identity, Int)? {
        let principal = caller.principal
        do {
            return try store.read { store -> (Identity, Int)? in
                guard let role = try store.identity(arn: request.roleARN),
                    case .role(let trustPolicy, let limit) = role.kind
                else { return nil }
                let identity = try store.identity(arn: principal.conditionARN)
                var context = ConditionContext(
                    AuthorizationRequest(
                        caller: caller, action: "sts:AssumeRole", resource: role.arn),
                    principalTags: identity?.tags ?? [], region: caller.region, now: now)
                assumption.addConditions(to: &context)
                for tag in role.tags { context.add(tag.value, to: "aws:ResourceTag/" + tag.key) }
                let question = AccessQuestion(
                    principal: principal, action: "sts:AssumeRole",
                    resource: .owned(arn: role.arn, accountID: role.accountID), context: context,
                    resourcePolicy: try policies.policy(trustPolicy, kind: .trust),
                    identityPolicies: try store.policies(ofIdentity: principal.conditionARN).map {
                        try policies.policy($0.text, kind: .identity)
                    },
                    sessionPolicies: try policies.sessionPolicies(of: caller))
                return question.decide().isAllowed ? (role, limit) : nil
            }
        } catch {
            throw .internalFailure
        }
    }

    private func event(
        _ name: String, by caller: Caller, isReadOnly: Bool, _ parameters: [AuditField] = []
    ) -> AuditEvent {
        AuditEvent(
            source: .sts, name: name, time: clock.now(),
            requestID: caller.requestID ?? KMSService.freshCallID(), caller: caller,
            isReadOnly: isReadOnly, parameters: parameters)
    }

    private func record(
        _ event: AuditEvent, _ error: SecurityTokenError?
    ) throws(SecurityTokenError) {
        var event = event
        if let error {
            event.failure = AuditEvent.Failure(code: error.code, message: error.message)
        }
        do throws(AuditError) {
            try audit.append(event, durably: false)
        } catch {
            throw .internalFailure
        }
    }
}

extension RoleAssumption.Refusal {
    fileprivate var securityTokenError: SecurityTokenError {
        switch self {
        case .malformedSessionName:
            .validation(
                "1 validation error detected: Value at 'roleSessionName' failed to satisfy "
                    + "constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*")
        case .malformedExternalID:
            .validation(
                "1 validation error detected: Value at 'externalId' failed to satisfy "
                    + "constraint: Member must satisfy regular expression pattern: "
                    + "[\\w+=,.@:\\/-]*")
        case .durationOutOfBounds(let seconds):
            .validation(
                "1 validation error detected: Value '\(seconds)' at 'durationSeconds' failed to "
                    + "satisfy constraint: Member must have value "
                    + (seconds < RoleAssumption.durationInSeconds.lowerBound
                        ? "greater than or equal to \(RoleAssumption.durationInSeconds.lowerBound)"
                        : "less than or equal to \(RoleAssumption.durationInSeconds.upperBound)"))
        case .durationAboveRole:
            .validation(
                "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
        case .durationOfChain:
            .validation(
                "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed "
                    + "by role chaining")
        case .isRoot: .accessDenied("Roles may not be assumed by root accounts.")
        }
    }
}
