internal import Synchronization

/// Credentials that are fresh whenever they are asked for.
final class AWSCredentialChain: Sendable {
    /// New ones are wanted this long before the old ones end, in seconds.
    private static let refreshMargin = 300.0
    /// Old ones are used up to here if there are no new ones.
    private static let lastMargin = 10.0

    /// Made anew for each load, as the files may have changed.
    private let sources: @Sendable () throws(AWSCredentialError) -> AWSCredentialSources
    private let time: TimeSource
    /// Held while they are loaded, so that they are loaded once for all who wait.
    private let current = Mutex<AWSCredentials?>(nil)

    init(
        time: TimeSource,
        sources: @escaping @Sendable () throws(AWSCredentialError) -> AWSCredentialSources
    ) {
        self.time = time
        self.sources = sources
    }

    /// - Parameter areExpired: whether a service called the last ones expired: then they are not
    ///   given again.
    func credentials(
        areExpired: Bool, deadline: ContinuousClock.Instant
    ) throws(AWSCredentialError) -> AWSCredentials {
        try current.withLock { current throws(AWSCredentialError) in
            let left = current.map { ($0.expiration ?? .infinity) - time.now() }
            if !areExpired, let current, let left, left > Self.refreshMargin { return current }
            do throws(AWSCredentialError) {
                let loaded = try sources().load(deadline)
                guard (loaded.expiration ?? .infinity) > time.now() else {
                    throw AWSCredentialError.expired
                }
                current = loaded
                return loaded
            } catch {
                if !areExpired, let current, let left, left > Self.lastMargin { return current }
                throw error
            }
        }
    }

    func forget() { current.withLock { $0 = nil } }
}
