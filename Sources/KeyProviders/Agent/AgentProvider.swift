package import ContainerFormat
package import KeyAgent
package import SecretMemory
internal import Synchronization

/// A key that is asked for through the agent: `aws-kms:`, `vault:`, `pkcs11:`.
///
/// The key is opened by the first operation that needs it. A container without a recipient of its
/// type, or with another key's name where the name is known beforehand, starts no agent.
package final class AgentProvider: KeyProvider {
    /// The PIN of a token, by the token's own name for itself.
    package typealias PINSource =
        @Sendable (_ token: String) throws(AgentClientError) -> SecretBytes

    package let stanzaType: StanzaType
    package let name: String
    private let reference: AgentReference
    private let access: AgentAccess
    private let pin: PINSource
    private let opened = Mutex<Result<RemoteAgentKey, AgentClientError>?>(nil)

    /// Nothing for a scheme that has no agent.
    package init?(_ reference: AgentReference, access: AgentAccess, pin: @escaping PINSource) {
        switch reference.scheme {
        case "aws-kms": stanzaType = .awsKMS
        case "vault": stanzaType = .vaultTransit
        case "pkcs11": stanzaType = .pkcs11
        default: return nil
        }
        name = reference.uri
        self.reference = reference
        self.access = access
        self.pin = pin
    }

    package func makeFileKey(
        _ binding: WrapBinding
    ) throws(KeyProviderError) -> GeneratedFileKey? {
        do throws(AgentClientError) {
            let key = try key()
            guard key.makesFileKeys else { return nil }
            let made = try key.makeFileKey(binding)
            guard let fileKey = FileKey(made.secret.duplicate()) else { throw .lied }
            return GeneratedFileKey(fileKey: fileKey, stanza: stanza(key, made.body))
        } catch { throw KeyProviderError(error, key: name) }
    }

    package func wrap(
        _ fileKey: borrowing FileKey, _ binding: WrapBinding
    ) throws(KeyProviderError) -> Stanza {
        do throws(AgentClientError) {
            let key = try key()
            return stanza(key, try key.wrap(fileKey.bytes, binding))
        } catch { throw KeyProviderError(error, key: name) }
    }

    package func match(_ stanza: Stanza) -> StanzaMatch {
        guard stanza.knownType == stanzaType else { return .no }
        let keyID: [UInt8]
        if let known = knownKeyID {
            keyID = known
        } else {
            // A key that cannot be opened says so when it is asked.
            do throws(AgentClientError) { keyID = try key().keyID } catch { return .yes }
        }
        let isSame =
            stanza.keyID == keyID
            || stanzaType == .awsKMS && MultiRegionKey(keyID)?.isSame(as: stanza.keyID) == true
        return isSame ? .yes : .no
    }

    package func unwrap(
        _ stanza: Stanza, _ binding: WrapBinding
    ) throws(KeyProviderError) -> SecretBytes {
        do throws(AgentClientError) {
            return try key().unwrap(keyID: stanza.keyID, body: stanza.body, binding)
        } catch { throw KeyProviderError(error, key: name) }
    }

    /// What stanzas call this key, where its URI says it already.
    private var knownKeyID: [UInt8]? {
        switch stanzaType {
        case .vaultTransit: Array(reference.name.utf8)
        case .awsKMS where reference.name.hasPrefix("arn:") && reference.name.contains(":key/"):
            Array(reference.name.utf8)
        default: nil
        }
    }

    private func stanza(_ key: RemoteAgentKey, _ body: [UInt8]) -> Stanza {
        Stanza(type: stanzaType, keyID: key.keyID, body: body)
    }

    private func key() throws(AgentClientError) -> RemoteAgentKey {
        let result = opened.withLock { opened in
            if let opened { return opened }
            let result: Result<RemoteAgentKey, AgentClientError>
            do throws(AgentClientError) { result = .success(try open()) } catch {
                result = .failure(error)
            }
            opened = result
            return result
        }
        return try result.get()
    }

    /// Asks for a PIN where the token wants one, and tries it once.
    private func open() throws(AgentClientError) -> RemoteAgentKey {
        let client = try access.client()
        let key: RemoteAgentKey
        do throws(AgentClientError) {
            key = try client.open(reference, pin: nil)
        } catch {
            guard case .failed(.pinNeeded(let token)) = error else { throw error }
            key = try client.open(reference, pin: try pin(token))
        }
        guard key.stanzaType == stanzaType.rawValue, !key.keyID.isEmpty,
            key.keyID.count <= 1024, knownKeyID == nil || knownKeyID == key.keyID
        else { throw .lied }
        return key
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
