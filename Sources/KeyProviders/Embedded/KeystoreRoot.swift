internal import KMSDomain
internal import KMSService
internal import KeyAgent
internal import OpenSSLCrypto
internal import SecretMemory

/// A keystore's root, open: its 32 bytes in locked memory, or a token that holds it.
enum KeystoreRoot: Sendable {
    case software(SoftwareRootOfTrust)
    /// `ifWrong`: what it means if this is not the keystore's root. A copy of the keys in another
    /// token is as good as the first.
    case token(RootTokenName, AgentRoot, ifWrong: EmbeddedKeyServiceError?)

    var trust: any RootOfTrust {
        switch self {
        case .software(let root): root
        case .token(_, let root, _): root
        }
    }

    var backend: any MovableKeyBackend {
        switch self {
        case .software(let root): SoftwareKeyBackend(root: root)
        case .token(_, let root, _): root
        }
    }

    /// What to say if the root check differs.
    var failureOfCheck: EmbeddedKeyServiceError {
        if case .token(_, _, let failure?) = self { return failure }
        return .rootKeyOfAnotherKeystore
    }

    /// HKDF-Expand(root, info, 32), with the reason where a token has none.
    func derive(info: [UInt8]) throws(EmbeddedKeyServiceError) -> SecretBytes {
        switch self {
        case .software(let root):
            do throws(RootOfTrustError) { return try root.derive(info: info) } catch {
                throw .cryptographyFailed
            }
        case .token(let name, let root, _):
            do throws(AgentClientError) { return try root.derivedKey(info: info) } catch {
                throw .token(uri: name.uri, error)
            }
        }
    }

    /// Makes a fresh root and writes its file under `file`. What a token cannot do is found out here.
    static func make(
        _ new: borrowing NewRoot, in place: borrowing KeystoreDirectory, file: String
    ) throws(EmbeddedKeyServiceError) -> KeystoreRoot {
        switch new {
        case .file:
            let root = fresh()
            try RootKeyFile.write(root, passphrase: nil, to: place, name: file)
            return .software(root)
        case .passphrase(let passphrase):
            let root = fresh()
            try RootKeyFile.write(
                root, passphrase: passphrase.duplicate(), to: place, name: file)
            return .software(root)
        case .token(let name, let token):
            let root: KeystoreRoot
            var sealed: [UInt8] = []
            do throws(AgentClientError) {
                if name.isIsolated {
                    let held = AgentRoot(token)
                    try held.tryOut()
                    root = .token(name, held, ifWrong: nil)
                } else {
                    let made = fresh()
                    sealed = try seal(made, by: token)
                    root = .software(made)
                }
            } catch { throw .token(uri: name.uri, error) }
            try RootKeyFile.write(
                RootTokenFile(name: name, identity: token.identity, sealed: sealed), to: place,
                name: file)
            return root
        }
    }

    private static func fresh() -> SoftwareRootOfTrust {
        guard
            let root = SoftwareRootOfTrust(
                key: SecretBytes(randomByteCount: SoftwareRootOfTrust.byteCount))
        else { preconditionFailure("keystore: a fresh root key has another length") }
        return root
    }

    /// Nobody relies on a seal that has not been opened again.
    private static func seal(
        _ root: SoftwareRootOfTrust, by token: RemoteAgentToken
    ) throws(AgentClientError) -> [UInt8] {
        let sealed = try root.withDangerousKeyBytes { key throws(AgentClientError) in
            try token.sealRoot(SecretBytes(copying: key))
        }
        let opened = try token.unsealRoot(sealed)
        let isSame = root.withDangerousKeyBytes { key in
            opened.withBytes { ConstantTime.equal($0, key) }
        }
        guard isSame else { throw .lied }
        return sealed
    }
}
