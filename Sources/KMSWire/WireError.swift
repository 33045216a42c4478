/// Why a body is not the request or the answer that it should be.
///
/// Members are named by the wire's names, which are ours; of the body itself nothing is in here but
/// what ``invalid(_:)`` repeats of values that are no secrets.
package enum WireError: Error, Equatable, Sendable {
    case tooLarge(byteCount: Int)
    /// Deeper nested, or of more values, than any body of the API.
    case tooComplex
    case notJSON(byteOffset: Int)
    /// A name that comes twice in an object: readers differ about which one counts.
    case duplicateMember(byteOffset: Int)
    case missing(member: String)
    case wrongType(member: String)
    case invalidBase64(member: String)
    case wrongLength(member: String, byteCount: Int)
    /// A number out of its range, or a word that its enumeration does not have.
    case unknownValue(member: String)
    case invalidContext(member: String)
    /// A request's value of another type, in the words of AWS's own reader.
    case notConvertible(String)
    /// Every constraint of the service model that a request breaks, in AWS's words.
    case invalid([String])
}
