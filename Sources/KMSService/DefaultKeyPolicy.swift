/// The policy of a key that was made without one: it leaves everything to the account.
package enum DefaultKeyPolicy {
    package static let name = "default"

    /// As AWS writes it (KMS developer guide, "Default key policy").
    package static func text(ofAccount accountID: String) -> String {
        """
        {
          "Version" : "2012-10-17",
          "Id" : "key-default-1",
          "Statement" : [ {
            "Sid" : "Enable IAM User Permissions",
            "Effect" : "Allow",
            "Principal" : {
              "AWS" : "arn:aws:iam::\(accountID):root"
            },
            "Action" : "kms:*",
            "Resource" : "*"
          } ]
        }
        """
    }
}
