import FileIO
import KMSDomain
import KMSService

/// What a person calls a user or a role: its ARN, its name where no other has it, or `root`.
enum PrincipalName {
    /// The ARN; a name is looked for in `account`, or in the account of the keystore.
    static func arn(
        _ text: String, account: String?, in served: IdentityAdministration, realm: Realm
    ) throws -> String {
        if text.hasPrefix("arn:") { return text }
        let account = account ?? realm.accountID
        if text == "root" { return "arn:aws:iam::\(account):root" }
        let found = try served.identities(ofAccount: account).filter { $0.name == text }
        guard let identity = found.first else {
            throw IdentityAdministration.Failure.noSuchIdentity
        }
        guard found.count == 1 else {
            throw Failure(
                .usage, "'\(Escaped.argument(text))' is a user and a role",
                "name it by its ARN: " + found.map(\.arn).joined(separator: ", "))
        }
        return identity.arn
    }
}
