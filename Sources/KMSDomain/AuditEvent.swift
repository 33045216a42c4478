/// One call of the service as the audit log tells it: allowed, refused or failed.
///
/// Holds what a client sent and got back except secrets: never a plaintext, a key or a passphrase.
package struct AuditEvent: Sendable {
    package struct Failure: Equatable, Sendable {
        package let code: String
        package let message: String?

        package init(code: String, message: String?) {
            self.code = code
            self.message = message
        }
    }

    /// Whose operation it is.
    package enum Source: String, Sendable {
        case kms = "kms.amazonaws.com"
        case sts = "sts.amazonaws.com"
        /// Accounts, users, roles, their policies and access keys.
        case iam = "iam.amazonaws.com"
    }

    package let source: Source
    package let name: String
    package let time: Timestamp
    package let requestID: RandomID
    /// CloudTrail's `eventID`, where it is told elsewhere too; the log makes one for the others.
    package var id: RandomID?
    package let caller: Caller
    package let isReadOnly: Bool
    /// Made by the service itself, not asked for by anybody.
    package let isServiceEvent: Bool
    package var parameters: [AuditField]
    package var response: [AuditField]
    /// What the caller did not send or get: which material was used.
    package var additional: [AuditField]
    /// ARNs of the keys concerned.
    package var resources: [String]
    /// Keys whose material was put to use. Not in the record, which has their ARNs.
    package var usedKeys: [KeyID]
    package var failure: Failure?

    package init(
        source: Source = .kms, name: String, time: Timestamp, requestID: RandomID,
        caller: Caller, isReadOnly: Bool, isServiceEvent: Bool = false,
        parameters: [AuditField] = []
    ) {
        self.source = source
        self.name = name
        self.time = time
        self.requestID = requestID
        self.caller = caller
        self.isReadOnly = isReadOnly
        self.isServiceEvent = isServiceEvent
        self.parameters = parameters
        response = []
        additional = []
        resources = []
        usedKeys = []
        failure = nil
    }
}

/// A member of a record: a name of the AWS API in lower camel case, and its value.
package struct AuditField: Sendable {
    package enum Value: Sendable {
        case text(String)
        case number(Int)
        case boolean(Bool)
        case time(Timestamp)
        /// An encryption context: UTF-8 pairs, written as a JSON object.
        case pairs([(key: [UInt8], value: [UInt8])])
        case fields([AuditField])
        case list([Value])
    }

    package let name: String
    package let value: Value

    package init(_ name: String, _ value: Value) {
        self.name = name
        self.value = value
    }
}
