/// Who a credential is: the answer of AWS STS's operation of that name.
package struct GetCallerIdentityResponse: Equatable, Sendable {
    package var account: String
    package var arn: String
    package var userID: String

    package init(account: String, arn: String, userID: String) {
        self.account = account
        self.arn = arn
        self.userID = userID
    }
}
