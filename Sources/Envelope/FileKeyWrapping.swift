internal import ContainerFormat
package import KeyProviders
internal import SecretMemory

/// A file key, and a stanza for each recipient who can unwrap it.
struct WrappedFileKey: ~Copyable {
    let fileKey: FileKey
    let stanzas: [Stanza]
    /// Who could not wrap, where the others were enough.
    let missing: [MissingRecipient]
}

/// A recipient that a container was made without, and why.
package struct MissingRecipient: Equatable, Sendable {
    package let name: String
    package let reason: KeyProviderError
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
        var missing: [Int: MissingRecipient] = [:]
        let fileKey: FileKey
        if let given {
            fileKey = given
        } else {
            fileKey = try make(binding, &stanzas, &missing)
        }
        for (position, recipient) in recipients.enumerated()
        where stanzas[position] == nil && missing[position] == nil {
            do throws(KeyProviderError) {
                stanzas[position] = try recipient.wrap(fileKey, binding)
            } catch {
                try leaveOut(position, error, &missing)
            }
        }
        return WrappedFileKey(
            fileKey: fileKey, stanzas: stanzas.compactMap(\.self),
            missing: missing.sorted { $0.key < $1.key }.map(\.value))
    }

    /// - Throws: ``EnvelopeError/cannotWrap(recipient:_:)`` once the others are not enough.
    private func leaveOut(
        _ position: Int, _ error: KeyProviderError, _ missing: inout [Int: MissingRecipient]
    ) throws {
        missing[position] = MissingRecipient(name: recipients[position].name, reason: error)
        guard recipients.count - missing.count >= least else {
            throw EnvelopeError.cannotWrap(recipient: recipients[position].name, error)
        }
    }

    private func make(
        _ binding: WrapBinding, _ stanzas: inout [Stanza?],
        _ missing: inout [Int: MissingRecipient]
    ) throws -> FileKey {
        for (position, recipient) in recipients.enumerated() {
            do throws(KeyProviderError) {
                guard let generated = try recipient.makeFileKey(binding) else { continue }
                stanzas[position] = generated.stanza
                return generated.takeFileKey()
            } catch {
                try leaveOut(position, error, &missing)
            }
        }
        return FileKey()
    }
}
