internal import KMSWire
internal import SecretMemory
internal import Synchronization

/// Signed requests to one service of AWS, sent again where that may help.
final class AWSRequester: Sendable {
    /// AWS takes signatures of five minutes around its own time; a difference of less is no reason
    /// for a refusal.
    private static let tolerableSkew = 240.0

    let service: AWSService
    let endpoint: ServiceURL
    let region: String
    private let transport: any HTTPTransport
    private let time: TimeSource
    private let policy: RetryPolicy
    /// What to add to our clock for the service's, in seconds.
    private let clockOffset = Mutex(0.0)

    init(
        service: AWSService, endpoint: ServiceURL, region: String, transport: any HTTPTransport,
        time: TimeSource, policy: RetryPolicy
    ) {
        self.service = service
        self.endpoint = endpoint
        self.region = region
        self.transport = transport
        self.time = time
        self.policy = policy
    }

    /// The answer of status 200.
    ///
    /// `credentials` gives nothing for requests that are not signed; it is asked for each attempt,
    /// and with `true` once the service called the ones before expired. `refusal` reads the name
    /// and message of any other answer.
    func send(
        headers: [(name: String, value: String)], body: SecretText,
        deadline: ContinuousClock.Instant,
        credentials: (_ areExpired: Bool) throws(AWSCredentialError) -> AWSCredentials?,
        refusal: (HTTPAnswer) -> AWSRefusal
    ) throws(AWSCallError) -> HTTPAnswer {
        var attempt = 0
        var areExpired = false
        var areRenewed = false
        var isCorrected = false
        while true {
            attempt += 1
            let found: AWSCredentials?
            do throws(AWSCredentialError) {
                found = try credentials(areExpired)
            } catch { throw .credentials(error) }
            areExpired = false
            let request = try request(headers, body, found)
            let failure: AWSCallError
            do throws(TransportError) {
                let answer = try transport.send(request, deadline: deadline)
                if answer.status == 200 { return answer }
                let refused = refusal(answer)
                if refused.isAboutCredentials, !areRenewed {
                    areExpired = true
                    areRenewed = true
                    continue
                }
                if refused.isAboutTime, !isCorrected, correctClock(answer) {
                    isCorrected = true
                    continue
                }
                failure = Self.failure(refused)
            } catch { failure = .unreachable(error) }
            guard failure.isTransient,
                let wait = policy.wait(
                    afterAttempt: attempt, random: time.random(), left: deadline - .now)
            else { throw failure }
            time.sleep(wait)
        }
    }

    private func request(
        _ headers: [(name: String, value: String)], _ body: SecretText,
        _ credentials: AWSCredentials?
    ) throws(AWSCallError) -> HTTPRequest {
        let secret = body.secret(0..<body.count)
        guard let credentials else {
            return HTTPRequest(
                .post, endpoint, target: Self.root(endpoint), headers: headers, body: secret)
        }
        do throws(SigV4Error) {
            var signable = try secret.withBytes { bytes throws(SigV4Error) in
                try SignableRequest(
                    method: "POST", path: endpoint.path.isEmpty ? "/" : endpoint.path,
                    headers: [HeaderField("host", endpoint.authority)]
                        + headers.map { HeaderField($0.name, $0.value) }, body: bytes)
            }
            let now = time.now() + clockOffset.withLock { $0 }
            try signable.sign(
                with: credentials.signing, region: region, service: service.rawValue,
                at: SigningTime(secondsSince1970: Int64(now)))
            return HTTPRequest(
                .post, endpoint, target: Self.root(endpoint),
                headers: signable.headers.map { (name: $0.name, value: $0.value) }, body: secret)
        } catch { throw .signing(error) }
    }

    /// A request line always has a path.
    private static func root(_ endpoint: ServiceURL) -> String {
        endpoint.path.isEmpty ? "/" : ""
    }

    /// Whether the service's clock, by its answer, differs so much that a signature fails; from then
    /// on its time counts.
    private func correctClock(_ answer: HTTPAnswer) -> Bool {
        guard let date = answer.header("date").flatMap(Timestamp.secondsOfHeader) else {
            return false
        }
        let difference = date - time.now()
        return clockOffset.withLock { offset in
            guard abs(difference - offset) > Self.tolerableSkew else { return false }
            offset = difference
            return true
        }
    }

    private static func failure(_ refusal: AWSRefusal) -> AWSCallError {
        if refusal.isTransient { return .busy(refusal) }
        return refusal.name.isEmpty ? .badAnswer : .refused(refusal)
    }
}
