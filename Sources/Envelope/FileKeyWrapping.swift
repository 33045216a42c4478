internal import ContainerFormat
internal import KeyProviders
internal import SecretMemory

/// A file key, and a stanza for each recipient who can unwrap it.
struct WrappedFileKey: ~Copyable {
    let fileKey: FileKey
    let stanzas: [Stanza]
}

/// Gets a file key and has every recipient wrap it.
struct FileKeyWrapping: Sendable {
    private let recipients: [any KeyProvider]
    private let least: Int

    /// One recipient who cannot wrap fails it all, unless `least` of them are enough.
    init(recipients: [any KeyProvider], least: Int?) {
        self.recipients = recipients
        // Never none: nobody would ever open it.
        self.least = min(max(least ?? recipients.count, 1), recipients.count)
    }

    /// The file key comes from the first recipient who makes one (a key service's
    /// GenerateDataKey), otherwise from the operating system.
    func wrap(_ given: consuming FileKey?, _ binding: WrapBinding) throws -> WrappedFileKey {
        guard !recipients.isEmpty else { throw EnvelopeError.noRecipient }
        guard recipients.count <= UnverifiedHeader.stanzaCounts.upperBound else {
            throw EnvelopeError.tooManyRecipients(recipients.count)
        }
        var stanzas = [Stanza?](repeating: nil, count: recipients.count)
        let fileKey: FileKey
        if let given {
            fileKey = given
        } else {
            fileKey = try make(binding, &stanzas)
        }
        for (position, recipient) in recipients.enumerated() where stanzas[position] == nil {
            do throws(KeyProviderError) {
                stanzas[position] = try recipient.wrap(fileKey, binding)
            } catch {
                let possible = recipients.count - (position + 1) + stanzas.compactMap(\.self).count
                guard possible >= least else {
                    throw EnvelopeError.cannotWrap(recipient: recipient.name, error)
                }
            }
        }
        return WrappedFileKey(fileKey: fileKey, stanzas: stanzas.compactMap(\.self))
    }

    private func make(
        _ binding: WrapBinding, _ stanzas: inout [Stanza?]
    ) throws -> FileKey {
        for (position, recipient) in recipients.enumerated() {
            do throws(KeyProviderError) {
                guard let generated = try recipient.makeFileKey(binding) else { continue }
                stanzas[position] = generated.stanza
                return generated.takeFileKey()
            } catch {
                guard recipients.count > least else {
                    throw EnvelopeError.cannotWrap(recipient: recipient.name, error)
                }
            }
        }
        return FileKey()
    }
}
