internal import KMSDomain
internal import KeyAgent
internal import OpenSSLCrypto
internal import SecretMemory

/// A root of trust and key backend in a token, asked through the agent. Of material and root nothing
/// is in this process, but while the keystore is moved.
final class AgentRoot: RootOfTrust, MovableKeyBackend {
    private let token: RemoteAgentToken

    init(_ token: RemoteAgentToken) { self.token = token }

    /// Does once what a keystore does all the time, with material of no key.
    ///
    /// - Throws: what the token cannot do.
    func tryOut() throws(AgentClientError) {
        let nobody = [UInt8](repeating: 0, count: 16)
        let row = MaterialRow(key: nobody, version: nobody, purpose: Array("trial".utf8))
        let first = try derivedKey(info: row.purpose)
        let second = try derivedKey(info: row.purpose)
        let born = try token.openMaterial(token.generateMaterial(for: row), of: row)
        _ = try Self.ofKeyLength(born.deriveKey(info: row.purpose))
        let moved = try token.importMaterial(first, for: row)
        let exported = try token.exportMaterial(moved, of: row)
        guard Self.areEqual(first, second), Self.areEqual(first, exported) else { throw .lied }
    }

    private static func areEqual(
        _ left: borrowing SecretBytes, _ right: borrowing SecretBytes
    ) -> Bool {
        left.withBytes { left in right.withBytes { ConstantTime.equal(left, $0) } }
    }

    func derivedKey(info: [UInt8]) throws(AgentClientError) -> SecretBytes {
        try Self.ofKeyLength(token.derive(info: info))
    }

    func derive(info: [UInt8]) throws(RootOfTrustError) -> SecretBytes {
        do throws(AgentClientError) { return try derivedKey(info: info) } catch {
            throw RootOfTrustError(error)
        }
    }

    func generateMaterial(
        for key: KeyID, version: VersionID, purpose: MaterialPurpose
    ) throws(KeyBackendError) -> [UInt8] {
        guard purpose.spec == .symmetricDefault else { throw .unsupported }
        do throws(AgentClientError) {
            return try token.generateMaterial(for: MaterialRow(key, version, purpose))
        } catch { throw KeyBackendError(error) }
    }

    func openMaterial(
        _ sealed: [UInt8], of key: KeyID, version: VersionID, purpose: MaterialPurpose
    ) throws(KeyBackendError) -> any KeyHandle {
        do throws(AgentClientError) {
            return AgentMaterialHandle(
                try token.openMaterial(sealed, of: MaterialRow(key, version, purpose)))
        } catch { throw KeyBackendError(error) }
    }

    func importMaterial(
        _ material: borrowing SecretBytes, for key: KeyID, version: VersionID,
        purpose: MaterialPurpose
    ) throws(KeyBackendError) -> [UInt8] {
        guard purpose.spec == .symmetricDefault else { throw .unsupported }
        do throws(AgentClientError) {
            return try token.importMaterial(material, for: MaterialRow(key, version, purpose))
        } catch { throw KeyBackendError(error) }
    }

    func exportMaterial(
        _ sealed: [UInt8], of key: KeyID, version: VersionID, purpose: MaterialPurpose
    ) throws(KeyBackendError) -> SecretBytes {
        do throws(AgentClientError) {
            return try Self.ofKeyLength(
                token.exportMaterial(sealed, of: MaterialRow(key, version, purpose)))
        } catch { throw KeyBackendError(error) }
    }

    /// A key of another length is a lie, and would be refused by nobody later.
    fileprivate static func ofKeyLength(
        _ key: consuming SecretBytes
    ) throws(AgentClientError) -> SecretBytes {
        guard key.byteCount == 32 else { throw .lied }
        return key
    }
}

/// Material that is open in the token.
private final class AgentMaterialHandle: KeyHandle {
    private let material: RemoteAgentMaterial

    init(_ material: RemoteAgentMaterial) { self.material = material }

    func deriveKey(info: [UInt8]) throws(KeyBackendError) -> SecretBytes {
        do throws(AgentClientError) {
            return try AgentRoot.ofKeyLength(material.deriveKey(info: info))
        } catch { throw KeyBackendError(error) }
    }
}

extension KeyBackendError {
    fileprivate init(_ error: AgentClientError) {
        self =
            error == .failed(.notOpened)
            ? .materialNotAuthentic : .rootOfTrust(RootOfTrustError(error))
    }
}

extension RootOfTrustError {
    fileprivate init(_ error: AgentClientError) {
        self = error == .gone ? .lost : .unavailable(error.reason)
    }
}

extension MaterialRow {
    fileprivate init(_ key: KeyID, _ version: VersionID, _ purpose: MaterialPurpose) {
        self.init(key: key.bytes, version: version.bytes, purpose: purpose.bytes)
    }
}

extension AgentClientError {
    /// For who only asks whether the root could be reached.
    fileprivate var reason: String {
        switch self {
        case .failed(let failure):
            switch failure {
            case .notOpened: "not authentic"
            case .noSuchKey: "no such key"
            case .denied(let text), .unreachable(let text), .misconfigured(let text),
                .engineFailure(let text):
                text
            case .pinNeeded: "PIN needed"
            case .pinWrong: "wrong PIN"
            case .refused(let name, _): name
            case .unsupported(let what): "no \(what)"
            }
        case .noProgram: "no coffer-agent"
        case .notStarted: "coffer-agent not started"
        case .foreignAgent: "another user's agent"
        case .version: "coffer-agent of another version"
        case .gone: "coffer-agent ended"
        case .timedOut: "no answer in time"
        case .lied: "an answer that is none"
        case .tooLarge: "too large for the agent"
        }
    }
}
