internal import KMSDomain

/// One line of the log: a CloudTrail record, and at its end the link of the chain.
///
///     {"eventVersion":…,"eventCategory":"Management","chain":{"sequence":N,"previous":"P","mac":"M"}}
///
/// P is the SHA-256 of the line before, without its line feed, or 64 zeros in the first. M is
/// HMAC-SHA-256 under the audit key of the line's bytes before `","mac":"`. Both are over bytes as
/// written, so a verifier needs no canonical JSON. Specification: audit-v1.
///
/// What the records of one log, one caller and one key have in common is rendered once: half of a line.
struct AuditRecord {
    private struct CallerText {
        let caller: Caller
        let identity: [UInt8]
        let source: [UInt8]
        let end: [UInt8]
    }

    private var callerText: CallerText?
    private var keyText: (arn: String, text: [UInt8])?
    private var secondText: (second: Int64, text: [UInt8])?

    /// The bytes of a line before its code, `event` as the record that `link` places.
    mutating func signedPart(
        of event: AuditEvent, eventID: RandomID, link: ChainLink
    ) -> [UInt8] {
        let caller = text(of: event.caller)
        var json = JSONText()
        json.raw(#"{"eventVersion":"1.11","userIdentity":"#)
        json.raw(caller.identity)
        json.raw(#","eventTime":""#)
        json.raw(text(of: event.time))
        json.raw(#"","eventSource":""#)
        json.raw(event.source.rawValue)
        json.raw(#"","eventName":"#)
        json.string(event.name)
        json.raw(caller.source)
        if let failure = event.failure {
            json.raw(#","errorCode":"#)
            json.string(failure.code)
            if let message = failure.message {
                json.raw(#","errorMessage":"#)
                json.string(message)
            }
        }
        json.raw(#","requestParameters":"#)
        Self.fieldsOrNull(event.parameters, &json)
        json.raw(#","responseElements":"#)
        Self.fieldsOrNull(event.response, &json)
        if !event.additional.isEmpty {
            json.raw(#","additionalEventData":"#)
            json.object(event.additional)
        }
        json.raw(#","requestID":""#)
        json.raw(event.requestID.textBytes)
        json.raw(#"","eventID":""#)
        json.raw(eventID.textBytes)
        json.raw(event.isReadOnly ? #"","readOnly":true"# : #"","readOnly":false"#)
        resources(event.resources, &json)
        json.raw(
            event.isServiceEvent
                ? #","eventType":"AwsServiceEvent""# : #","eventType":"AwsApiCall""#)
        json.raw(caller.end)
        json.append(link)
        return json.bytes
    }

    private mutating func text(of caller: Caller) -> CallerText {
        if let callerText, callerText.caller == caller { return callerText }
        let text = CallerText(
            caller: caller, identity: Self.identity(of: caller),
            source: Self.text { json in
                json.raw(#","awsRegion":"#)
                json.string(caller.region)
                json.raw(#","sourceIPAddress":"#)
                json.string(caller.source)
                json.raw(#","userAgent":"#)
                json.string(caller.userAgent)
            },
            end: Self.text { json in
                json.raw(#","managementEvent":true,"recipientAccountId":"#)
                json.string(caller.accountID)
                json.raw(#","eventCategory":"Management""#)
            })
        callerText = text
        return text
    }

    private mutating func text(of time: Timestamp) -> [UInt8] {
        let second = time.millisecondsSince1970 / 1000
        if let secondText, secondText.second == second { return secondText.text }
        let text = time.iso8601Bytes
        secondText = (second, text)
        return text
    }

    private static func identity(of caller: Caller) -> [UInt8] {
        text { json in
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
    }

    private static func text(_ write: (inout JSONText) -> Void) -> [UInt8] {
        var json = JSONText()
        write(&json)
        return json.bytes
    }

    private static func fieldsOrNull(_ fields: [AuditField], _ json: inout JSONText) {
        if fields.isEmpty { json.raw("null") } else { json.object(fields) }
    }

    private mutating func resources(_ resources: [String], _ json: inout JSONText) {
        guard !resources.isEmpty else { return }
        json.raw(#","resources":["#)
        for (index, resource) in resources.enumerated() {
            if index > 0 { json.raw(",") }
            json.raw(text(ofKey: resource))
        }
        json.raw("]")
    }

    private mutating func text(ofKey arn: String) -> [UInt8] {
        if let keyText, keyText.arn == arn { return keyText.text }
        let text = Self.text { json in
            json.raw("{")
            if let accountID = ARN(text: arn)?.accountID {
                json.raw(#""accountId":"#)
                json.string(accountID)
                json.raw(",")
            }
            json.raw(#""type":"AWS::KMS::Key","ARN":"#)
            json.string(arn)
            json.raw("}")
        }
        keyText = (arn, text)
        return text
    }
}
