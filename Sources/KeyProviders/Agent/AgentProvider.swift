package import ContainerFormat
package import KeyAgent
package import SecretMemory
internal import Synchronization

/// A key that is asked for through an agent: `aws-kms:`, `vault:`, `pkcs11:`, or `plugin:` for one of
/// the user's own.
///
/// The key is opened by the first operation that needs it. A container without a recipient of its
/// type, or with another key's name where the name is known beforehand, starts no agent.
package final class AgentProvider: KeyProvider {
    /// The PIN of a token, by the token's own name for itself.
    package typealias PINSource =
        @Sendable (_ token: String) throws(AgentClientError) -> SecretBytes

    /// The types whose keys somebody else holds: those that a plug-in may serve.
    private static let servedTypes: [StanzaType] = [.awsKMS, .vaultTransit, .pkcs11]

    package let name: String
    /// Of a plug-in's key it is the plug-in that says which.
    private let fixedType: StanzaType?
    private let reference: AgentReference
    private let access: AgentAccess
    private let pin: PINSource
    private let opening = Mutex<Result<Opened, AgentClientError>?>(nil)

    private struct Opened: Sendable {
        let client: AgentClient
        let key: RemoteAgentKey
        let type: StanzaType
    }

    /// Nothing for a scheme that has no agent.
    package init?(_ reference: AgentReference, access: AgentAccess, pin: @escaping PINSource) {
        switch reference.scheme {
        case "aws-kms": fixedType = .awsKMS
        case "vault": fixedType = .vaultTransit
        case "pkcs11": fixedType = .pkcs11
        case "plugin": fixedType = nil
        default: return nil
        }
        name = reference.uri
        self.reference = reference
        self.access = access
        self.pin = pin
    }

    /// For a plug-in's key that has not been opened yet: one of those that it may have.
    package var stanzaType: StanzaType {
        if let fixedType { return fixedType }
        guard case .success(let opened) = opening.withLock({ $0 }) else { return .awsKMS }
        return opened.type
    }

    package var effort: OpeningEffort { .remote }

    package func makeFileKey(
        _ binding: WrapBinding
    ) throws(KeyProviderError) -> GeneratedFileKey? {
        do throws(AgentClientError) {
            guard try opened().key.makesFileKeys else { return nil }
            return try using { (opened) throws(AgentClientError) in
                let made = try opened.key.makeFileKey(binding)
                guard let fileKey = FileKey(made.secret.duplicate()) else { throw .lied }
                return GeneratedFileKey(
                    fileKey: fileKey, stanza: try stanza(opened, made.body))
            }
        } catch { throw KeyProviderError(error, key: name) }
    }

    package func wrap(
        _ fileKey: borrowing FileKey, _ binding: WrapBinding
    ) throws(KeyProviderError) -> Stanza {
        do throws(AgentClientError) {
            return try using { (opened) throws(AgentClientError) in
                try stanza(opened, try opened.key.wrap(fileKey.bytes, binding))
            }
        } catch { throw KeyProviderError(error, key: name) }
    }

    package func mayMatch(_ stanza: Stanza) -> Bool {
        guard let type = stanza.knownType, Self.servedTypes.contains(type),
            fixedType == nil || fixedType == type
        else { return false }
        return knownKeyID.map { isSame($0, as: stanza) } ?? true
    }

    package func match(_ stanza: Stanza) -> StanzaMatch {
        guard mayMatch(stanza) else { return .no }
        if knownKeyID != nil { return .yes }
        do throws(AgentClientError) {
            let opened = try opened()
            guard opened.type == stanza.knownType else { return .no }
            return isSame(opened.key.keyID, as: stanza) ? .yes : .no
        } catch { return error == .failed(.noSuchKey) ? .no : .unknown }
    }

    private func isSame(_ keyID: [UInt8], as stanza: Stanza) -> Bool {
        stanza.keyID == keyID
            || stanza.knownType == .awsKMS
                && MultiRegionKey(keyID)?.isSame(as: stanza.keyID) == true
    }

    package func identify() throws(KeyProviderError) {
        guard knownKeyID == nil else { return }
        do throws(AgentClientError) { _ = try opened() } catch {
            throw KeyProviderError(error, key: name)
        }
    }

    package func unwrap(
        _ stanza: Stanza, _ binding: WrapBinding
    ) throws(KeyProviderError) -> SecretBytes {
        do throws(AgentClientError) {
            return try using { (opened) throws(AgentClientError) in
                try opened.key.unwrap(keyID: stanza.keyID, body: stanza.body, binding)
            }
        } catch { throw KeyProviderError(error, key: name) }
    }

    /// What stanzas call this key, where its URI says it already.
    private var knownKeyID: [UInt8]? {
        switch fixedType {
        case .vaultTransit: Array(reference.name.utf8)
        case .awsKMS where reference.name.hasPrefix("arn:") && reference.name.contains(":key/"):
            Array(reference.name.utf8)
        default: nil
        }
    }

    /// What a plug-in makes has the form of its type, so that whatever else holds the key opens it.
    private func stanza(
        _ opened: Opened, _ body: [UInt8]
    ) throws(AgentClientError) -> Stanza {
        let stanza = Stanza(type: opened.type, keyID: opened.key.keyID, body: body)
        guard fixedType != nil || stanza.hasServiceForm else { throw .lied }
        return stanza
    }

    /// With the agent's successor, if it ends in the middle of it.
    private func using<R: ~Copyable>(
        _ body: (Opened) throws(AgentClientError) -> R
    ) throws(AgentClientError) -> R {
        let current = try opened()
        do throws(AgentClientError) { return try body(current) } catch {
            guard error == .gone else { throw error }
            return try body(try opened(after: current))
        }
    }

    private func opened() throws(AgentClientError) -> Opened {
        try opening.withLock { opening -> Result<Opened, AgentClientError> in
            if let opening { return opening }
            let result = Self.result { () throws(AgentClientError) in
                let client = try access.client()
                do throws(AgentClientError) { return try open(client) } catch {
                    guard error == .gone else { throw error }
                    return try open(try access.successor(of: client))
                }
            }
            opening = result
            return result
        }.get()
    }

    private func opened(after lost: Opened) throws(AgentClientError) -> Opened {
        try opening.withLock { opening -> Result<Opened, AgentClientError> in
            if case .success(let other) = opening, other.client !== lost.client {
                return .success(other)
            }
            let result = Self.result { () throws(AgentClientError) in
                try open(try access.successor(of: lost.client))
            }
            opening = result
            return result
        }.get()
    }

    private static func result(
        _ body: () throws(AgentClientError) -> Opened
    ) -> Result<Opened, AgentClientError> {
        do throws(AgentClientError) { return .success(try body()) } catch {
            return .failure(error)
        }
    }

    /// Asks for a PIN where the token wants one, and tries it once.
    private func open(_ client: AgentClient) throws(AgentClientError) -> Opened {
        let key = try access.withPIN(pin) { (pin) throws(AgentClientError) in
            try client.open(reference, pin: pin)
        }
        guard let type = StanzaType(rawValue: key.stanzaType), Self.servedTypes.contains(type),
            fixedType == nil || fixedType == type, !key.keyID.isEmpty, key.keyID.count <= 1024,
            knownKeyID == nil || knownKeyID == key.keyID
        else { throw .lied }
        return Opened(client: client, key: key, type: type)
    }
}

/// An ARN of a multi-Region key: `arn:PARTITION:kms:REGION:ACCOUNT:key/mrk-ID`.
private struct MultiRegionKey {
    private let parts: [ArraySlice<UInt8>]

    init?(_ arn: [UInt8]) {
        parts = arn.split(
            separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0].elementsEqual("arn".utf8),
            parts[2].elementsEqual("kms".utf8), parts[5].starts(with: "key/mrk-".utf8)
        else { return nil }
    }

    /// Whether partition, account and id agree, whatever the region.
    func isSame(as arn: [UInt8]) -> Bool {
        guard let other = MultiRegionKey(arn) else { return false }
        return [1, 4, 5].allSatisfy { parts[$0] == other.parts[$0] }
    }
}
