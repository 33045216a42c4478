package import KMSDomain

extension PolicyError {
    /// What the client is told with MalformedPolicyDocumentException.
    package var clientMessage: String {
        switch self {
        case .tooLong(let byteCount, let limit):
            "The policy has \(byteCount) bytes, more than the limit of \(limit)."
        case .notJSON(let byteOffset):
            "The policy is not valid JSON at byte \(byteOffset)."
        case .duplicateMember(let name): "The policy has the element \(name) twice."
        case .tooDeep: "The policy is nested too deeply."
        case .unknownVersion(let version): "The policy version \(version) is not supported."
        case .unexpectedMember(let name): "The policy has an unsupported element: \(name)."
        case .missingMember(let name): "The policy lacks the element \(name)."
        case .contradictingMembers(let name, let opposite):
            "A statement has both \(name) and \(opposite)."
        case .wrongType(let member): "The value of \(member) is not of the right type."
        case .noStatement: "The policy has no statement."
        case .malformedSid(let sid): "The statement ID \(sid) is not valid."
        case .duplicateSid(let sid): "The statement ID \(sid) is not unique."
        case .unknownEffect(let effect): "The effect \(effect) is neither Allow nor Deny."
        case .invalidPrincipal:
            "Policy contains a statement with one or more invalid principals."
        case .allowedNotPrincipal: "NotPrincipal is not supported with Allow."
        case .malformedAction(let action): "The action \(action) is not valid."
        case .malformedARN(let arn): "The resource \(arn) is not in ARN format or \"*\"."
        case .malformedVariable(let text): "The policy variable in \(text) is not valid."
        case .unknownOperator(let name): "The condition operator \(name) is not supported."
        case .malformedConditionKey(let key): "The condition key \(key) is not valid."
        case .malformedValue(let value, let name):
            "The value \(value) is not valid for the condition operator \(name)."
        }
    }
}
