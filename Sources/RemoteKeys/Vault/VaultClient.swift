package import FileIO
internal import Synchronization

/// Requests to Vault or OpenBao under a token that it gets for itself and renews by signing in again.
package final class VaultClient: Sendable {
    private struct Token: Sendable {
        let text: String
        /// When to sign in again; nothing for a token that was given.
        let end: Double?
    }

    let settings: VaultSettings
    let environment: ProcessEnvironment
    private let transport: any HTTPTransport
    let time: TimeSource
    private let policy: RetryPolicy
    private let token = Mutex<Token?>(nil)

    package init(
        settings: VaultSettings, environment: ProcessEnvironment, transport: any HTTPTransport,
        time: TimeSource = .system, policy: RetryPolicy = .standard
    ) {
        self.settings = settings
        self.environment = environment
        self.transport = transport
        self.time = time
        self.policy = policy
    }

    /// Over the network, as the environment says.
    convenience init(
        _ environment: ProcessEnvironment, transports: TransportPool, time: TimeSource = .system,
        policy: RetryPolicy = .standard
    ) throws(VaultError) {
        let settings = try VaultSettings(environment)
        let proxies: ProxySettings
        do throws(ProxySettings.Failure) {
            proxies = try ProxySettings { environment.text($0) }
        } catch {
            switch error {
            case .notAProxy(let variable): throw .notSet(variable)
            }
        }
        do throws(TLSSettings.Failure) {
            self.init(
                settings: settings, environment: environment,
                transport: try transports.transport(tls: settings.tls, proxies: proxies),
                time: time, policy: policy)
        } catch { throw .badTLS(error) }
    }

    /// The answer to a request with the token; a token that ran out is replaced once.
    func ask(
        _ method: HTTPRequest.Method, _ path: String, body: SecretText? = nil,
        deadline: ContinuousClock.Instant
    ) throws(VaultError) -> VaultAnswer {
        let current = try currentToken(deadline)
        let answer = try send(method, path, token: current.text, body: body, deadline: deadline)
        guard answer.status == 403, current.end != nil else {
            return answer
        }
        let next = try signIn(deadline)
        return try send(method, path, token: next.text, body: body, deadline: deadline)
    }

    package func forget() { token.withLock { $0 = nil } }

    private func currentToken(_ deadline: ContinuousClock.Instant) throws(VaultError) -> Token {
        if let known = token.withLock({ $0 }), known.end.map({ time.now() < $0 }) ?? true {
            return known
        }
        return try signIn(deadline)
    }

    private func signIn(_ deadline: ContinuousClock.Instant) throws(VaultError) -> Token {
        let (text, end) = try logIn(deadline)
        let found = Token(text: text, end: end)
        token.withLock { $0 = found }
        return found
    }

    /// One request, sent again while the service is too busy for it or cannot be reached.
    func send(
        _ method: HTTPRequest.Method, _ path: String, token: String?, body: SecretText?,
        deadline: ContinuousClock.Instant
    ) throws(VaultError) -> VaultAnswer {
        var headers = [(name: "X-Vault-Request", value: "true")]
        if let token { headers.append((name: "X-Vault-Token", value: token)) }
        if let namespace = settings.namespace {
            headers.append((name: "X-Vault-Namespace", value: namespace))
        }
        if body != nil { headers.append((name: "Content-Type", value: "application/json")) }
        let request = HTTPRequest(
            method, settings.address, target: "/v1/" + path, headers: headers,
            body: body.map { $0.secret(0..<$0.count) })
        var attempt = 0
        while true {
            attempt += 1
            let failure: VaultError
            do throws(TransportError) {
                let answer = VaultAnswer(try transport.send(request, deadline: deadline))
                guard let fault = fault(answer, deadline) else { return answer }
                failure = fault
            } catch { failure = .unreachable(error) }
            guard failure.isTransient,
                let wait = policy.wait(
                    afterAttempt: attempt, random: time.random(), left: deadline - .now)
            else { throw failure }
            time.sleep(wait)
        }
    }

    /// What is wrong with the service itself rather than with the request.
    private func fault(
        _ answer: VaultAnswer, _ deadline: ContinuousClock.Instant
    ) -> VaultError? {
        switch answer.status {
        case 300..<400, 500..<600:
            // Its own health tells why, and whether the request came to the wrong node.
            return health(deadline) ?? .busy(status: answer.status)
        case 412, 429: return .busy(status: answer.status)
        case 472, 473: return .standby
        case 204: return nil
        default: return answer.isReadable ? nil : .badAnswer
        }
    }

    /// Nothing of an active node, or one that does not say.
    private func health(_ deadline: ContinuousClock.Instant) -> VaultError? {
        let request = HTTPRequest(.get, settings.address, target: "/v1/sys/health")
        let status: Int
        do throws(TransportError) {
            status = try transport.send(request, deadline: deadline).status
        } catch { return nil }
        switch status {
        case 501: return .notInitialised
        case 503: return .sealed
        case 429, 472, 473: return .standby
        default: return nil
        }
    }
}
