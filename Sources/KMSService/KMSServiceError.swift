package import KMSDomain
package import KMSModel

/// Why a call of the service failed: it was refused, or something under the service does not work.
package enum KMSServiceError: Error, Equatable, Sendable {
    /// The service works and says no, in AWS's words.
    case refused(KMSError)
    case store(KeyStoreError)
    /// The record could not be written, so the call did not happen for its caller.
    case audit(AuditError)
    case backend(KeyBackendError)
    /// Nothing has happened: ``Waiting``.
    case hasToWait(store: String)

    /// What a client over the network is told: of our own trouble no more than that there is some.
    package var clientError: KMSError {
        switch self {
        case .refused(let error): error
        case .store(.locked): .dependencyTimeout("The key store is busy.")
        case .backend(.keyStoreUnavailable):
            .kmsInvalidState("The custom key store of the key cannot be reached.")
        case .store, .audit, .backend, .hasToWait:
            .kmsInternal("The request could not be completed.")
        }
    }

    /// The rooms below throw their own errors; here they get one type.
    init(_ error: any Error) {
        switch error {
        case let error as KMSServiceError: self = error
        case let error as KMSError: self = .refused(error)
        case KeyStoreError.textWithNUL:
            self = .refused(.validation("A name or id contains the character U+0000."))
        case let error as KeyStoreError: self = .store(error)
        case let error as AuditError: self = .audit(error)
        case let error as KeyBackendError: self = .backend(error)
        case let error as RootOfTrustError: self = .backend(.rootOfTrust(error))
        default: preconditionFailure("key service: unforeseen error \(type(of: error))")
        }
    }
}
