package import SecretMemory
internal import Synchronization

/// The secret of an access key, with the keys that were derived from it: of the signatures that come
/// in, nearly all are of the same day, region and service.
package final class SigningSecret: Sendable {
    private final class DerivedKey: Sendable {
        let bytes: SecretBytes

        init(_ bytes: consuming SecretBytes) { self.bytes = bytes }
    }

    /// A scope is the caller's to choose. When there are this many, all are forgotten.
    private static let maximumCount = 16

    package let secret: SecretBytes
    private let derived = Mutex<[String: DerivedKey]>([:])

    init(_ secret: consuming SecretBytes) { self.secret = secret }

    /// Lends the key of that scope, which `derive` makes of the secret the first time.
    package func withKey<R: ~Copyable, E: Error>(
        of scope: String, derive: (borrowing SecretBytes) throws(E) -> SecretBytes,
        _ body: (borrowing SecretBytes) throws(E) -> R
    ) throws(E) -> R {
        if let known = derived.withLock({ $0[scope] }) { return try body(known.bytes) }
        let made = DerivedKey(try derive(secret))
        derived.withLock { derived in
            if derived.count >= Self.maximumCount { derived = [:] }
            derived[scope] = made
        }
        return try body(made.bytes)
    }
}
