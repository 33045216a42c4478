internal import KMSDomain

/// A key that the service makes for one of its own purposes, named `alias/coffer/PURPOSE`, when that
/// purpose first needs it; what AWS calls an AWS managed key.
enum ServiceManagedKey {
    static let aliasPrefix = "alias/coffer/"
    static let rotationPeriodInDays = 365

    /// Services of the account use the key; others as their own policies allow. Nobody alters it.
    /// After the policies of AWS managed keys.
    static func policy(ofAccount accountID: String) -> String {
        """
        {
          "Version" : "2012-10-17",
          "Id" : "key-service-managed-1",
          "Statement" : [ {
            "Sid" : "Allow the service that the key is for",
            "Effect" : "Allow",
            "Principal" : {
              "AWS" : "*"
            },
            "Action" : [ "kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*",
              "kms:CreateGrant", "kms:DescribeKey" ],
            "Resource" : "*",
            "Condition" : {
              "StringEquals" : {
                "kms:CallerAccount" : "\(accountID)"
              },
              "Bool" : {
                "aws:PrincipalIsAWSService" : "true"
              }
            }
          }, {
            "Sid" : "Allow use through the account",
            "Effect" : "Allow",
            "Principal" : {
              "AWS" : "arn:aws:iam::\(accountID):root"
            },
            "Action" : [ "kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*" ],
            "Resource" : "*"
          }, {
            "Sid" : "Allow direct access to key metadata to the account",
            "Effect" : "Allow",
            "Principal" : {
              "AWS" : "arn:aws:iam::\(accountID):root"
            },
            "Action" : [ "kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant" ],
            "Resource" : "*"
          } ]
        }
        """
    }
}
