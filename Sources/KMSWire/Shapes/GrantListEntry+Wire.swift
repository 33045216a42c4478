package import KMSModel

extension GrantListEntry: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            keyID: try object.text("KeyId"), grantID: try object.text("GrantId"),
            name: try object.optionalText("Name"),
            creationDate: try object.optionalDate("CreationDate"),
            granteePrincipal: try object.optionalText("GranteePrincipal"),
            retiringPrincipal: try object.optionalText("RetiringPrincipal"),
            issuingAccount: try object.optionalText("IssuingAccount"),
            operations: try object.words("Operations"),
            constraints: try object.optionalShape("Constraints"),
            granteeServicePrincipal: try object.optionalText("GranteeServicePrincipal"),
            retiringServicePrincipal: try object.optionalText("RetiringServicePrincipal"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("GrantId", grantID)
        json.member("Name", name)
        json.member("CreationDate", date: creationDate)
        json.member("GranteePrincipal", granteePrincipal)
        json.member("RetiringPrincipal", retiringPrincipal)
        json.member("IssuingAccount", issuingAccount)
        if !operations.isEmpty { json.member("Operations", operations) }
        json.member("Constraints", shape: constraints)
        json.member("GranteeServicePrincipal", granteeServicePrincipal)
        json.member("RetiringServicePrincipal", retiringServicePrincipal)
    }
}
