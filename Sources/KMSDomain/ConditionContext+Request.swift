/// What is known of a request, under the names that policies use.
extension ConditionContext {
    /// - Parameter principalTags: of the user, or of the session's role.
    package init(
        _ request: AuthorizationRequest, principalTags: [IdentityTag], region: String,
        now: Timestamp
    ) {
        self.init()
        add(request.caller, tags: principalTags)
        add(region, to: "aws:RequestedRegion")
        add(now.iso8601, to: "aws:CurrentTime")
        add("\(now.millisecondsSince1970 / 1000)", to: "aws:EpochTime")
        for pair in request.encryptionContext {
            let name = String(decoding: pair.key, as: UTF8.self)
            add(pair.value, to: ConditionName("kms:EncryptionContext:" + name))
            add(pair.key, to: ConditionName("kms:EncryptionContextKeys"))
        }
        for (key, values) in request.conditions {
            for value in values { add(value, to: key.rawValue) }
        }
        for tag in request.requestTags {
            add(tag.value, to: "aws:RequestTag/" + tag.key)
            add(tag.key, to: "aws:TagKeys")
        }
        for tag in request.resourceTags { add(tag.value, to: "aws:ResourceTag/" + tag.key) }
        for condition in request.statedConditions { set(condition.values, for: condition.name) }
    }

    private mutating func add(_ caller: Caller, tags: [IdentityTag]) {
        let principal = caller.principal
        add(caller.accountID, to: "kms:CallerAccount")
        add(caller.accountID, to: "aws:PrincipalAccount")
        add(principal.conditionARN, to: "aws:PrincipalArn")
        add(caller.principalID, to: "aws:userid")
        switch principal.kind {
        case .root: add("Account", to: "aws:PrincipalType")
        case .user:
            add("User", to: "aws:PrincipalType")
            if let name = caller.userName { add(name, to: "aws:username") }
        case .roleSession: add("AssumedRole", to: "aws:PrincipalType")
        case .service: break
        }
        for tag in tags { add(tag.value, to: "aws:PrincipalTag/" + tag.key) }
        if AddressRange(caller.source) != nil { add(caller.source, to: "aws:SourceIp") }
        if !caller.userAgent.isEmpty { add(caller.userAgent, to: "aws:UserAgent") }
        add(caller.isOverTLS ? "true" : "false", to: "aws:SecureTransport")
        add("false", to: "aws:ViaAWSService")
        add(principal.kind == .service ? "true" : "false", to: "aws:PrincipalIsAWSService")
        if let session = caller.session {
            add(session.issueTime.iso8601, to: "aws:TokenIssueTime")
            // No second factor is asked for here: a session says so, a lasting key says nothing.
            add("false", to: "aws:MultiFactorAuthPresent")
        }
    }
}
