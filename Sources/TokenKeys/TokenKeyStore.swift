internal import KMSDomain
internal import PKCS11Token
internal import SecretMemory
internal import Synchronization

/// Keys that are born in a token and never leave it: 32 bytes each, for HMAC-SHA-256, from which the
/// keys of single blobs are derived there.
///
/// CKA_ID of such a key is key id ‖ version id, and so is its row: it says where the key is, and opens
/// in its place only. Specification: keystore, custom key stores.
final class TokenKeyStore: CustomKeyBackend {
    private let token: Token

    /// Logs in.
    init(token: Token) throws(TokenError) {
        self.token = token
        do throws(TokenError) {
            try token.withSession { session throws(TokenError) in
                guard session.offersHMAC, session.generatesHMACKeys else {
                    throw .mechanismsMissing(["CKM_SHA256_HMAC", "CKM_GENERIC_SECRET_KEY_GEN"])
                }
            }
        } catch {
            token.forget()
            throw error
        }
    }

    func generateMaterial(
        for key: KeyID, version: VersionID, purpose: MaterialPurpose
    ) throws(KeyBackendError) -> [UInt8] {
        guard purpose.spec == .symmetricDefault else { throw .unsupported }
        let id = key.bytes + version.bytes
        try reaching { () throws(TokenError) in
            try token.withWritingSession { session throws(TokenError) in
                _ = try session.generateHMACKey(label: "coffer \(key.text)", id: id)
            }
        }
        return id
    }

    func openMaterial(
        _ sealed: [UInt8], of key: KeyID, version: VersionID, purpose: MaterialPurpose
    ) throws(KeyBackendError) -> any KeyHandle {
        guard purpose.spec == .symmetricDefault, sealed == key.bytes + version.bytes else {
            throw .materialNotAuthentic
        }
        let key = TokenStoredKey(token: token, id: sealed)
        try reaching { () throws(TokenError) in try key.locate() }
        return key
    }

    func destroyMaterial(
        _ sealed: [UInt8], of key: KeyID, version: VersionID
    ) throws(KeyBackendError) {
        guard sealed == key.bytes + version.bytes else { throw .materialNotAuthentic }
        try reaching { () throws(TokenError) in
            try token.withWritingSession { session throws(TokenError) in
                try session.destroy(session.key(TokenStoredKey.query(sealed)))
            }
        }
    }

    func random(byteCount: Int) throws(KeyBackendError) -> SecretBytes {
        do throws(TokenError) {
            return try token.withSession { session throws(TokenError) in
                try session.random(byteCount: byteCount)
            }
        } catch { throw .keyStoreUnavailable(error.reason) }
    }

    func disconnect() { token.forget() }

    private func reaching(_ body: () throws(TokenError) -> Void) throws(KeyBackendError) {
        do throws(TokenError) { try body() } catch { throw .keyStoreUnavailable(error.reason) }
    }
}

/// One of the keys, found again after each reset of the token.
private final class TokenStoredKey: KeyHandle {
    private struct Located {
        let generation: Int
        let object: TokenObject
    }

    private let token: Token
    private let id: [UInt8]
    private let located: Mutex<Located?> = Mutex(nil)

    init(token: Token, id: [UInt8]) {
        self.token = token
        self.id = id
    }

    static func query(_ id: [UInt8]) -> KeyQuery { KeyQuery(kind: .hmac, label: nil, id: id) }

    func locate() throws(TokenError) {
        try token.withSession { session throws(TokenError) in _ = try object(in: session) }
    }

    /// HMAC-SHA-256(key, `info` ‖ 01).
    func deriveKey(info: [UInt8]) throws(KeyBackendError) -> SecretBytes {
        do throws(TokenError) {
            return try token.withSession { session throws(TokenError) in
                try session.hmac(info + [0x01], under: object(in: session))
            }
        } catch { throw .keyStoreUnavailable(error.reason) }
    }

    private func object(in session: Session) throws(TokenError) -> TokenObject {
        if let known = located.withLock({ $0 }), known.generation == session.generation {
            return known.object
        }
        let object = try session.key(Self.query(id))
        guard try !session.isExtractable(object) else { throw .keyExtractable }
        located.withLock { $0 = Located(generation: session.generation, object: object) }
        return object
    }
}
