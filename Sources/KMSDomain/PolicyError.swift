/// What is wrong with the text of a policy. All of it is MalformedPolicyDocumentException to a client;
/// the payload is what the policy says there.
package enum PolicyError: Error, Equatable, Sendable {
    case tooLong(byteCount: Int, limit: Int)
    case notJSON(byteOffset: Int)
    /// A name that comes twice in an object: readers differ about which one counts.
    case duplicateMember(String)
    /// Nested deeper than any policy is.
    case tooDeep
    case unknownVersion(String)
    /// A member that policies do not have, or this kind of policy does not.
    case unexpectedMember(String)
    case missingMember(String)
    /// Both an element and its opposite, such as Action and NotAction.
    case contradictingMembers(String, String)
    /// Not what the member named can be: a list where a text belongs, no text at all, an empty list.
    case wrongType(member: String)
    case noStatement
    case malformedSid(String)
    case duplicateSid(String)
    case unknownEffect(String)
    case invalidPrincipal(String)
    /// NotPrincipal is for denying.
    case allowedNotPrincipal
    case malformedAction(String)
    case malformedARN(String)
    case malformedVariable(String)
    case unknownOperator(String)
    case malformedConditionKey(String)
    /// Not a number, date, address, … as the operator wants it.
    case malformedValue(String, operator: String)
}
