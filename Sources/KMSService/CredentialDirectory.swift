package import KMSDomain
internal import SecretMemory
internal import Synchronization

/// From the name of a credential to who it is and the secret that its signatures are made with.
package struct CredentialDirectory: Sendable {
    package enum Failure: Error, Equatable, Sendable {
        /// No such access key, an inactive one, or one whose principal is gone.
        case unknownAccessKey
        /// Not a token of this service, or of another access key.
        case invalidToken
        case expiredToken
        case store(KeyStoreError)
        case backend(KeyBackendError)
    }

    /// How far the clocks of several servers may be apart.
    private static let clockWindowInSeconds = 300

    private let store: any KeyStore
    private let secrets: AccessKeySecrets
    private let tokens: SessionTokens
    private let memory = AccessKeyMemory()

    package init(store: any KeyStore, root: any RootOfTrust) {
        self.store = store
        secrets = AccessKeySecrets(root: root)
        tokens = SessionTokens(root: root)
    }

    /// - Parameters:
    ///   - sessionToken: what came with the request, to be verified before it says anything.
    ///   - region: of the credential scope.
    package func credential(
        accessKeyID: String, sessionToken: String?, region: String, source: String,
        userAgent: String, isOverTLS: Bool, now: Timestamp
    ) throws(Failure) -> AuthenticatingCredential {
        let peer = Peer(
            region: region, source: source, userAgent: userAgent, isOverTLS: isOverTLS)
        guard let sessionToken else { return try lasting(accessKeyID, peer) }
        return try session(accessKeyID, sessionToken, peer, now: now)
    }

    private struct Peer {
        let region: String
        let source: String
        let userAgent: String
        let isOverTLS: Bool

        func caller(
            _ kind: Caller.Kind, principalID: String, arn: String, accountID: String,
            userName: String?, session: CallerSession? = nil
        ) -> Caller {
            Caller(
                kind: kind, principalID: principalID, arn: arn, accountID: accountID,
                region: region, userName: userName, source: source, userAgent: userAgent,
                isOverTLS: isOverTLS, session: session)
        }
    }

    private func lasting(
        _ accessKeyID: String, _ peer: Peer
    ) throws(Failure) -> AuthenticatingCredential {
        let known = try known(accessKeyID)
        return AuthenticatingCredential(
            caller: peer.caller(
                known.kind, principalID: known.principalID, arn: known.arn,
                accountID: known.accountID, userName: known.userName),
            secret: known.secret)
    }

    /// As the store has it at this moment: what is remembered is forgotten when the store changes.
    private func known(_ accessKeyID: String) throws(Failure) -> KnownAccessKey {
        let changeCount: UInt64
        do throws(KeyStoreError) { changeCount = try store.changeCountOfTurn() } catch {
            throw .store(error)
        }
        let remembered = memory.keys.withLock { keys -> KnownAccessKey? in
            if keys.changeCount != changeCount {
                keys = AccessKeyMemory.State(changeCount: changeCount)
            }
            return keys.known[accessKeyID]
        }
        if let remembered { return remembered }
        let read = try lookUp(accessKeyID)
        memory.keys.withLock { keys in
            guard keys.changeCount == changeCount,
                keys.known.count < AccessKeyMemory.maximumCount
            else { return }
            keys.known[accessKeyID] = read
        }
        return read
    }

    private func lookUp(_ accessKeyID: String) throws(Failure) -> KnownAccessKey {
        let (key, identity) = try read { store in
            guard let key = try store.accessKey(accessKeyID), key.isActive else {
                throw Failure.unknownAccessKey
            }
            return (key, try store.identity(arn: key.principalARN))
        }
        let secret: SecretBytes
        do throws(KeyBackendError) { secret = try secrets.secret(of: key) } catch {
            throw .backend(error)
        }
        if let identity, identity.kind == .user {
            return KnownAccessKey(
                kind: .user, principalID: identity.uniqueID, arn: identity.arn,
                accountID: identity.accountID, userName: identity.name, secret: secret)
        }
        guard let arn = ARN(text: key.principalARN), arn.resource == "root" else {
            throw .unknownAccessKey
        }
        return KnownAccessKey(
            kind: .root, principalID: arn.accountID, arn: key.principalARN,
            accountID: arn.accountID, userName: nil, secret: secret)
    }

    private func session(
        _ accessKeyID: String, _ token: String, _ peer: Peer, now: Timestamp
    ) throws(Failure) -> AuthenticatingCredential {
        let opened: SessionCredential?
        do throws(KeyBackendError) {
            opened = try tokens.open(token)
        } catch {
            throw .backend(error)
        }
        guard let credential = opened, credential.session.accessKeyID == accessKeyID else {
            throw .invalidToken
        }
        let session = credential.session
        guard now < session.expiration else { throw .expiredToken }
        // A clock that was put back brings no session to life that has ended before.
        guard session.issueTime <= now.adding(seconds: Self.clockWindowInSeconds) else {
            throw .invalidToken
        }
        // A role that was deleted takes its sessions with it, also if there is a new one of its name.
        let role = try read { store in try store.identity(arn: session.roleARN) }
        guard role?.uniqueID == session.roleID else { throw .invalidToken }
        return AuthenticatingCredential(
            caller: peer.caller(
                .role, principalID: session.principalID, arn: session.arn,
                accountID: session.accountID, userName: session.name,
                session: CallerSession(
                    roleARN: session.roleARN, issueTime: session.issueTime,
                    policies: session.policies)),
            secret: SigningSecret(credential.secret.duplicate()))
    }

    private func read<R>(
        _ body: (any KeyStoreReader) throws -> R
    ) throws(Failure) -> R {
        do {
            return try store.read(body)
        } catch let error as Failure {
            throw error
        } catch let error as KeyStoreError {
            throw .store(error)
        } catch {
            preconditionFailure("credentials: unforeseen error \(type(of: error))")
        }
    }
}

/// Who a request claims to come from, with what shows it.
package struct AuthenticatingCredential: Sendable {
    package let caller: Caller
    package let secret: SigningSecret
}
