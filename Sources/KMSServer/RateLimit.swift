internal import KMSDomain
internal import Synchronization

/// How many requests an account may make: a bucket that fills with time, and holds one second's worth.
final class RateLimit: Sendable {
    private struct Bucket {
        var tokens: Double
        var filled: Timestamp
    }

    private let requestsPerSecond: Double
    private let buckets = Mutex<[String: Bucket]>([:])

    /// - Parameter requestsPerSecond: of each account.
    init(requestsPerSecond: Int) {
        self.requestsPerSecond = Double(requestsPerSecond)
    }

    /// Takes one request's worth, if there is one. There is a bucket for each account that has made a
    /// request, and accounts are made by the operator.
    func admits(_ accountID: String, now: Timestamp) -> Bool {
        buckets.withLock { buckets in
            var bucket =
                buckets[accountID] ?? Bucket(tokens: requestsPerSecond, filled: now)
            // A clock that jumps back fills nothing.
            let passed = max(
                0, now.millisecondsSince1970 - bucket.filled.millisecondsSince1970)
            bucket.tokens = min(
                requestsPerSecond, bucket.tokens + Double(passed) / 1000 * requestsPerSecond)
            bucket.filled = now
            let admits = bucket.tokens >= 1
            if admits { bucket.tokens -= 1 }
            buckets[accountID] = bucket
            return admits
        }
    }
}
