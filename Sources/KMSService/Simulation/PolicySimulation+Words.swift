internal import KMSDomain

/// One word for each thing that a simulation says, for programs; and the sentence's part for people.
extension AccessDecision.Outcome {
    var words: (word: String, text: String) {
        switch self {
        case .allowed(.resourcePolicy): ("resourcePolicy", "by the key's policy")
        case .allowed(.identityPolicy): ("identityPolicy", "by an identity policy")
        case .allowed(.grant(let id)): ("grant", "by grant \(id.text)")
        case .allowed(.accountRoot): ("accountRoot", "as root of the account")
        case .denied(.explicit): ("explicitDeny", "a statement denies it")
        case .denied(.noResourcePolicy):
            ("noResourcePolicy", "neither the key's policy nor a grant allows it")
        case .denied(.noIdentityPolicy): ("noIdentityPolicy", "no identity policy allows it")
        case .denied(.noSessionPolicy): ("noSessionPolicy", "no session policy allows it")
        case .denied(.foreignResource):
            ("foreignResource", "the key is another account's, which does not allow it")
        }
    }
}

extension PolicySource {
    var words: (word: String, text: String) {
        switch self {
        case .resourcePolicy: ("resourcePolicy", "key policy")
        case .identityPolicy: ("identityPolicy", "identity policy")
        case .sessionPolicy: ("sessionPolicy", "session policy")
        }
    }
}

extension StatementFinding.Verdict {
    var words: (word: String, text: String) {
        switch self {
        case .applies(.account): ("matched", "matches, by the account")
        case .applies(.principal): ("matched", "matches")
        case .applies(.session): ("matched", "matches, by the session")
        case .otherPrincipal: ("otherPrincipal", "Principal does not match")
        case .otherAction: ("otherAction", "Action does not match")
        case .otherResource: ("otherResource", "Resource does not match")
        case .conditionNotMet(let conditionOperator, let key):
            ("conditionNotMet", "Condition \(conditionOperator) of \(key) is not met")
        case .variableWithoutValue(let name):
            ("variableWithoutValue", "the request has no value for ${\(name)}")
        }
    }
}

extension Grant.Verdict {
    var words: (word: String, text: String) {
        switch self {
        case .allows(.account): ("matched", "matches, by the account")
        case .allows(.principal): ("matched", "matches")
        case .allows(.session): ("matched", "matches, by the session")
        case .otherGrantee: ("otherGrantee", "is for another grantee")
        case .otherOperation: ("otherOperation", "is for other operations")
        case .constraintNotMet: ("constraintNotMet", "the encryption context is not within it")
        case .widerThanParent: ("widerThanParent", "does not cover the grant to be made")
        }
    }
}
