package import KMSDomain
internal import SecretMemory

/// Accounts, users, roles, their policies and their access keys, as an operator of the service manages
/// them: whoever may read the root of trust may do it, and every act is on record.
package struct IdentityAdministration: Sendable {
    package enum Failure: Error, Equatable, Sendable {
        case alreadyExists
        case noSuchAccount
        case noSuchIdentity
        case noSuchPolicy
        case noSuchAccessKey
        /// Not twelve digits.
        case malformedAccountID
        /// Not 1 to 64 letters, digits and `+=,.@_-`.
        case malformedName
        /// A user may have two, as at AWS.
        case tooManyAccessKeys
        case notARole
        case sessionTooLong
        case policy(PolicyError)
        case service(KMSServiceError)
    }

    /// AWS's quota.
    package static let accessKeysPerPrincipal = 2

    let store: any KeyStore
    let secrets: AccessKeySecrets
    private let audit: any AuditSink
    let clock: any WallClock
    private let realm: Realm

    package init(
        store: any KeyStore, root: any RootOfTrust, audit: any AuditSink, clock: any WallClock,
        realm: Realm
    ) {
        self.store = store
        self.audit = audit
        self.clock = clock
        self.realm = realm
        secrets = AccessKeySecrets(root: root)
    }

    func read<R>(_ body: (any KeyStoreReader) throws -> R) throws(Failure) -> R {
        do {
            return try store.read(body)
        } catch {
            throw Self.failure(error)
        }
    }

    /// One change, whose record is on the medium before it is committed.
    ///
    /// - Parameter name: of the operation, as AWS's IAM has it.
    func change<R>(
        _ name: String, _ parameters: [AuditField],
        _ body: (any KeyStoreWriter, Timestamp) throws -> R
    ) throws(Failure) -> R {
        let event = AuditEvent(
            source: .iam, name: name, time: clock.now(), requestID: KMSService.freshCallID(),
            caller: Caller.localRoot(of: realm, userAgent: "cofferd"), isReadOnly: false,
            parameters: parameters)
        do {
            return try store.write { store in
                let result = try body(store, event.time)
                try audit.append(event, durably: true)
                return result
            }
        } catch {
            throw Self.failure(error)
        }
    }

    private static func failure(_ error: any Error) -> Failure {
        (error as? Failure) ?? .service(KMSServiceError(error))
    }
}
