package import KMSModel

extension ReplicateKeyRequest: WireRequest {
    package static var operation: KMSOperation { .replicateKey }

    package static let members: [MemberRule] = [
        .required("KeyId", .keyID),
        .required("ReplicaRegion", .region),
        .optional("Policy", .policy),
        .optional("BypassPolicyLockoutSafetyCheck", .boolean),
        .optional("Description", .description),
        .optional("Tags", .list(of: .structure(Tag.members))),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            keyID: try object.text("KeyId"), replicaRegion: try object.text("ReplicaRegion"),
            policy: try object.optionalText("Policy"),
            bypassPolicyLockoutSafetyCheck: try object.optionalFlag(
                "BypassPolicyLockoutSafetyCheck") ?? false,
            description: try object.optionalText("Description"), tags: try object.shapes("Tags"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("ReplicaRegion", replicaRegion)
        json.member("Policy", policy)
        if bypassPolicyLockoutSafetyCheck { json.member("BypassPolicyLockoutSafetyCheck", true) }
        json.member("Description", description)
        if !tags.isEmpty { json.member("Tags", shapes: tags) }
    }
}

extension ReplicateKeyResponse: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            replicaKeyMetadata: try object.shape("ReplicaKeyMetadata"),
            replicaPolicy: try object.text("ReplicaPolicy"),
            replicaTags: try object.shapes("ReplicaTags"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("ReplicaKeyMetadata", shape: replicaKeyMetadata)
        json.member("ReplicaPolicy", replicaPolicy)
        if !replicaTags.isEmpty { json.member("ReplicaTags", shapes: replicaTags) }
    }
}
