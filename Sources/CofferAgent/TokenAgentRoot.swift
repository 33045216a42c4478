import KeyAgent
import PKCS11Token
import SecretMemory
import Synchronization
import TokenKeys

/// A token as the root of a keystore: its key seals a software root, or with a second one it holds
/// the root and uses material inside itself.
final class TokenAgentRoot: AgentToken {
    static let nameMissing = "the keys of a root are known by name: object=NAME"
    /// Authenticated with the sealed root where the mechanism is AES-GCM.
    private static let label = Array("coffer/v1 root".utf8) + [0]

    let displayName: String
    private let key: TokenKey
    private let token: Token
    private let name: String?
    /// Looked up by the first that wants isolation: it takes a second key.
    private let isolated = Mutex<TokenRoot?>(nil)

    init(_ key: TokenKey, of token: Token, name: String?) {
        self.key = key
        self.token = token
        self.name = name
        let keyName = name ?? String(decoding: key.keyID, as: UTF8.self)
        displayName = "token \(token.label), key \(keyName)"
    }

    /// Its serial, a colon, and the key's CKA_ID in hexadecimal digits.
    var identity: [UInt8] { key.keyID }

    func sealRoot(_ root: borrowing SecretBytes) throws(AgentFailure) -> [UInt8] {
        guard root.byteCount == TokenKey.secretByteCount else {
            throw .misconfigured("a root has 32 bytes")
        }
        do throws(TokenError) {
            try key.requireUnextractable()
            return try key.wrap(root, binder: Self.label)
        } catch { throw failure(error) }
    }

    func unsealRoot(_ sealed: [UInt8]) throws(AgentFailure) -> SecretBytes {
        let root: SecretBytes
        do throws(TokenError) { root = try key.unwrap(sealed, binder: Self.label) } catch {
            throw failure(error)
        }
        guard root.byteCount == TokenKey.secretByteCount else { throw .notOpened }
        return root
    }

    func derive(info: [UInt8]) throws(AgentFailure) -> SecretBytes {
        let root = try root()
        do throws(TokenError) { return try root.derivedKey(info: info) } catch {
            throw failure(error)
        }
    }

    func generateMaterial(for row: MaterialRow) throws(AgentFailure) -> [UInt8] {
        let (root, place) = (try root(), try place(row))
        do throws(TokenError) { return try root.generateRow(for: place) } catch {
            throw failure(error)
        }
    }

    func openMaterial(
        _ sealed: [UInt8], of row: MaterialRow
    ) throws(AgentFailure) -> any AgentMaterial {
        let (root, place) = (try root(), try place(row))
        do throws(TokenError) {
            return TokenAgentMaterial(try root.open(sealed, of: place), token: token.label)
        } catch { throw failure(error) }
    }

    func importMaterial(
        _ material: borrowing SecretBytes, for row: MaterialRow
    ) throws(AgentFailure) -> [UInt8] {
        let (root, place) = (try root(), try place(row))
        guard material.byteCount == TokenRoot.materialByteCount else {
            throw .misconfigured("material has 32 bytes")
        }
        do throws(TokenError) { return try root.importRow(material, for: place) } catch {
            throw failure(error)
        }
    }

    func exportMaterial(
        _ sealed: [UInt8], of row: MaterialRow
    ) throws(AgentFailure) -> SecretBytes {
        let (root, place) = (try root(), try place(row))
        do throws(TokenError) { return try root.exportRow(sealed, of: place) } catch {
            throw failure(error)
        }
    }

    private func root() throws(AgentFailure) -> TokenRoot {
        if let root = isolated.withLock({ $0 }) { return root }
        guard let name else { throw .misconfigured(Self.nameMissing) }
        let root: TokenRoot
        do throws(TokenError) { root = try TokenRoot(token: token, name: name) } catch {
            throw failure(error)
        }
        isolated.withLock { $0 = root }
        return root
    }

    private func place(_ row: MaterialRow) throws(AgentFailure) -> MaterialPlace {
        guard
            let place = MaterialPlace(key: row.key, version: row.version, purpose: row.purpose)
        else { throw .notOpened }
        return place
    }

    private func failure(_ error: TokenError) -> AgentFailure {
        AgentFailure(error, token: token.label)
    }
}

/// Material that is open in the token.
private final class TokenAgentMaterial: AgentMaterial {
    private let material: TokenMaterial
    private let token: String

    init(_ material: TokenMaterial, token: String) {
        self.material = material
        self.token = token
    }

    func deriveKey(info: [UInt8]) throws(AgentFailure) -> SecretBytes {
        do throws(TokenError) { return try material.derivedKey(info: info) } catch {
            throw AgentFailure(error, token: token)
        }
    }
}
