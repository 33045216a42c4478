internal import KMSModel

extension KMSService {
    /// A grant counts at once, so tokens add nothing; one that is not ours is refused.
    func requireTokens(_ tokens: [String]) throws {
        guard tokens.count <= KMSLimits.grantTokens else {
            throw KMSError.validation(
                "1 validation error detected: Value at 'grantTokens' failed to satisfy "
                    + "constraint: Member must have length less than or equal to "
                    + "\(KMSLimits.grantTokens)")
        }
        for token in tokens {
            guard try grantTokens.open(token) != nil else {
                throw KMSError.invalidGrantToken("The grant token is not valid.")
            }
        }
    }
}
