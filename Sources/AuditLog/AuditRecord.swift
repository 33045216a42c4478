internal import KMSDomain

/// One line of the log: a CloudTrail record, and at its end the link of the chain.
///
///     {"eventVersion":…,"eventCategory":"Management","chain":{"sequence":N,"previous":"P","mac":"M"}}
///
/// P is the SHA-256 of the line before, without its line feed, or 64 zeros in the first. M is
/// HMAC-SHA-256 under the audit key of the line's bytes before `","mac":"`. Both are over bytes as
/// written, so a verifier needs no canonical JSON. Specification: audit-v1.
enum AuditRecord {
    /// The bytes of a line before its code, `event` as the `sequence`-th record.
    static func signedPart(
        of event: AuditEvent, eventID: RandomID, realm: Realm, link: ChainLink
    ) -> [UInt8] {
        var json = JSONText()
        json.raw(#"{"eventVersion":"1.11","userIdentity":"#)
        identity(event.caller, &json)
        json.raw(#","eventTime":""#)
        json.raw(event.time.iso8601Bytes)
        json.raw(#"","eventSource":"kms.amazonaws.com","eventName":"#)
        json.string(event.name)
        json.raw(#","awsRegion":"#)
        json.string(realm.region)
        json.raw(#","sourceIPAddress":"#)
        json.string(event.caller.source)
        json.raw(#","userAgent":"#)
        json.string(event.caller.userAgent)
        if let failure = event.failure {
            json.raw(#","errorCode":"#)
            json.string(failure.code)
            if let message = failure.message {
                json.raw(#","errorMessage":"#)
                json.string(message)
            }
        }
        json.raw(#","requestParameters":"#)
        fieldsOrNull(event.parameters, &json)
        json.raw(#","responseElements":"#)
        fieldsOrNull(event.response, &json)
        if !event.additional.isEmpty {
            json.raw(#","additionalEventData":"#)
            json.object(event.additional)
        }
        json.raw(#","requestID":""#)
        json.raw(event.requestID.textBytes)
        json.raw(#"","eventID":""#)
        json.raw(eventID.textBytes)
        json.raw(event.isReadOnly ? #"","readOnly":true"# : #"","readOnly":false"#)
        resources(event.resources, realm, &json)
        json.raw(
            event.isServiceEvent
                ? #","eventType":"AwsServiceEvent""# : #","eventType":"AwsApiCall""#)
        json.raw(#","managementEvent":true,"recipientAccountId":"#)
        json.string(realm.accountID)
        json.raw(#","eventCategory":"Management""#)
        var bytes = json.bytes
        link.append(to: &bytes)
        return bytes
    }

    private static func identity(_ caller: Caller, _ json: inout JSONText) {
        json.raw(#"{"type":"#)
        json.string(caller.kind.rawValue)
        json.raw(#","principalId":"#)
        json.string(caller.principalID)
        json.raw(#","arn":"#)
        json.string(caller.arn)
        json.raw(#","accountId":"#)
        json.string(caller.accountID)
        if let userName = caller.userName {
            json.raw(#","userName":"#)
            json.string(userName)
        }
        json.raw("}")
    }

    private static func fieldsOrNull(_ fields: [AuditField], _ json: inout JSONText) {
        if fields.isEmpty { json.raw("null") } else { json.object(fields) }
    }

    private static func resources(
        _ resources: [String], _ realm: Realm, _ json: inout JSONText
    ) {
        guard !resources.isEmpty else { return }
        json.raw(#","resources":["#)
        for (index, resource) in resources.enumerated() {
            json.raw(index > 0 ? #",{"accountId":"# : #"{"accountId":"#)
            json.string(realm.accountID)
            json.raw(#","type":"AWS::KMS::Key","ARN":"#)
            json.string(resource)
            json.raw("}")
        }
        json.raw("]")
    }
}
