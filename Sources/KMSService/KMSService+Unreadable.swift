package import KMSDomain
package import KMSModel

/// Requests whose caller is known and whose members are none of the operation's.
extension KMSService {
    /// Records that a request was refused before anything of it was looked at.
    ///
    /// - Parameters:
    ///   - code: the exception that its caller is told.
    package func recordUnreadable(
        _ operation: KMSOperation, code: String, message: String?, caller: Caller
    ) throws(KMSServiceError) {
        var event = event(operation, by: caller)
        event.failure = AuditEvent.Failure(code: code, message: message)
        try record([event], durably: false)
    }
}
