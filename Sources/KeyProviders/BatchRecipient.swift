package import ContainerFormat
internal import OpenSSLCrypto
package import SecretMemory
internal import Synchronization

/// A recipient whose key is asked once for many containers: it wraps the key of a batch, and that key
/// wraps the file key of each container. It only wraps: to open, its base is tried.
///
///     stanza batch: body = salt[32] ‖ u16 length ‖ stanza ‖ SEAL(batch key, "batch", file key)
///
/// A batch key is made for one context and this recipient, wraps ``fileLimit`` file keys at most, and
/// is nowhere but in locked memory. Every container has its own file key, salt and commitment all the
/// same; but who gets the base to open one stanza can open all of the batch.
package final class BatchRecipient: KeyProvider {
    package static let fileLimit = 1 << 16

    package let stanzaType = StanzaType.batch
    package var name: String { base.name }
    private let base: any KeyProvider
    private let fileLimit: Int

    private struct State {
        /// By the digest of their context: the one that still takes file keys.
        var batches: [[UInt8]: (batch: Batch, fileCount: Int)] = [:]
        /// Why there is no batch: a service that is away is not asked again for each file.
        var failure: KeyProviderError?
    }
    private let state = Mutex(State())

    private final class Batch: Sendable {
        let key: FileKey
        let salt: [UInt8]
        let inner: Stanza

        init(key: consuming FileKey, salt: [UInt8], inner: Stanza) {
            self.key = key
            self.salt = salt
            self.inner = inner
        }
    }

    /// Nothing for a recipient that costs no call of a service.
    package init?(_ base: any KeyProvider, fileLimit: Int = BatchRecipient.fileLimit) {
        guard BatchStanza.innerTypes.contains(base.stanzaType) else { return nil }
        self.base = base
        self.fileLimit = fileLimit
    }

    package func makeFileKey(_: WrapBinding) -> GeneratedFileKey? { nil }

    package func wrap(
        _ fileKey: borrowing FileKey, _ binding: WrapBinding
    ) throws(KeyProviderError) -> Stanza {
        let batch = try batch(for: binding.context)
        let sealed: [UInt8]
        do throws(CryptoError) {
            sealed = try fileKey.bytes.withBytes { secret throws(CryptoError) in
                try batch.key.bytes.withBytes { key throws(CryptoError) in
                    try StanzaSeal.seal(
                        secret, under: key, label: Label.batch, binder: binding.binder)
                }
            }
        } catch { throw KeyProviderError(error) }
        let inner = batch.inner.encoded
        var body = batch.salt
        body.append(bigEndian: UInt16(inner.count))
        return Stanza(type: .batch, keyID: [], body: body + inner + sealed)
    }

    package func match(_: Stanza) -> StanzaMatch { .no }

    package func unwrap(_: Stanza, _: WrapBinding) throws(KeyProviderError) -> SecretBytes {
        throw .notOpened
    }

    package func forget() {
        state.withLock { $0.batches = [:] }
        base.forget()
    }

    /// The batch that one more file key belongs to. Others wait while its key is wrapped: that is one
    /// call of the service.
    private func batch(for context: ContainerContext) throws(KeyProviderError) -> Batch {
        let digest: [UInt8]
        do throws(CryptoError) { digest = try SHA256.digest(context.encoded) } catch {
            throw KeyProviderError(error)
        }
        return try state.withLock { (state) throws(KeyProviderError) in
            if let current = state.batches[digest], current.fileCount < fileLimit {
                state.batches[digest]?.fileCount += 1
                return current.batch
            }
            if let failure = state.failure { throw failure }
            do throws(KeyProviderError) {
                let new = try makeBatch(for: context)
                state.batches[digest] = (new, 1)
                return new
            } catch {
                state.failure = error
                throw error
            }
        }
    }

    private func makeBatch(
        for context: ContainerContext
    ) throws(KeyProviderError) -> Batch {
        let salt = SystemRandom.bytes(count: BatchStanza.saltByteCount)
        let binding: WrapBinding
        do throws(CryptoError) {
            binding = try BatchStanza.innerBinding(salt: salt, context)
        } catch { throw KeyProviderError(error) }
        if let made = try base.makeFileKey(binding) {
            let inner = made.stanza
            return Batch(key: made.takeFileKey(), salt: salt, inner: inner)
        }
        let key = FileKey()
        let inner = try base.wrap(key, binding)
        return Batch(key: key, salt: salt, inner: inner)
    }
}
