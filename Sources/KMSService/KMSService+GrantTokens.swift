internal import KMSModel

extension KMSService {
    /// A grant counts at once, so tokens add nothing; one that is not ours is refused.
    func requireTokens(_ tokens: [String]) throws {
        try Validation.byteCount(
            tokens.count, of: "grantTokens", in: 0...KMSLimits.grantTokens)
        for token in tokens {
            guard try grantTokens.open(token) != nil else {
                throw KMSError.invalidGrantToken("The grant token is not valid.")
            }
        }
    }
}
