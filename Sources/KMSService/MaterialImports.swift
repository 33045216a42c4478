internal import KMSDomain
internal import KMSModel
internal import OpenSSLCrypto
internal import SecretMemory

/// Takes material that was made elsewhere: hands out keys to wrap it to, opens what comes back, and
/// has the backend seal it.
struct MaterialImports: Sendable {
    static let lifetimeInSeconds = 24 * 60 * 60

    private let tokens: ImportTokens
    private let backend: any MovableKeyBackend

    /// - Parameter backend: the one that the service opens material with.
    init(root: any RootOfTrust, backend: any MovableKeyBackend) {
        tokens = ImportTokens(root: root)
        self.backend = backend
    }

    /// A fresh wrapping key's public half, and the token with the other.
    func parameters(
        _ terms: ImportTokens.Terms, kind: KeyKind
    ) throws(KeyBackendError) -> (token: [UInt8], publicKey: [UInt8]) {
        let key = try Self.wrappingKey(kind)
        let publicKey: [UInt8]
        do throws(CryptoError) { publicKey = try key.publicKeyInfo() } catch {
            throw .cryptographyFailed
        }
        return (try tokens.make(terms, sealing: key), publicKey)
    }

    private static func wrappingKey(_ kind: KeyKind) throws(KeyBackendError) -> PrivateKey {
        do throws(CryptoError) { return try PrivateKey(generating: kind) } catch {
            throw .cryptographyFailed
        }
    }

    /// What `encrypted` brings, in its one form.
    func material(
        _ encrypted: [UInt8], for key: Key, token: [UInt8], principal: String, now: Timestamp
    ) throws -> ImportedMaterial {
        guard let opened = try tokens.open(token), opened.terms.keyID == key.id,
            opened.terms.principal == principal
        else { throw KMSError.invalidImportToken(Self.invalidToken) }
        guard now < opened.terms.expiration else {
            throw KMSError.expiredImportToken("The import token has expired.")
        }
        let sent: SecretBytes
        do throws(CryptoError) {
            sent = try opened.terms.scheme.unwrap(encrypted, with: opened.privateKey)
        } catch .notAuthentic {
            throw KMSError.invalidCiphertext
        } catch { throw KeyBackendError.cryptographyFailed }
        guard let material = try KeyMaterial(key.spec).imported(sent) else {
            throw KMSError.incorrectKeyMaterial(
                "The key material in the request is not valid for key spec \(key.spec.rawValue).")
        }
        return ImportedMaterial(
            version: try Self.version(of: key.name.id, material), material: material)
    }

    func seal(
        _ imported: borrowing ImportedMaterial, of key: Key
    ) throws -> [UInt8] {
        do throws(KeyBackendError) {
            return try backend.importMaterial(
                imported.material, for: key.name.id, version: imported.version,
                purpose: key.purpose)
        } catch .unsupported {
            // A token that holds all material holds symmetric keys only.
            throw KMSError.unsupportedOperation(
                "Imported key material of key spec \(key.spec.rawValue) is not supported by this "
                    + "key service.")
        }
    }

    private static let invalidToken =
        "The import token is invalid or is associated with a different KMS key."

    /// The same material of the same key is always the same version, so that what it sealed opens when
    /// it comes back, and other material is told from it without keeping any.
    ///
    ///     version id = first 16 bytes of HMAC-SHA-256("coffer/v1 material id" ‖ 00 ‖ key id, material)
    private static func version(
        of key: KeyID, _ material: borrowing SecretBytes
    ) throws(KeyBackendError) -> VersionID {
        let label = Array("coffer/v1 material id".utf8) + [0] + key.bytes
        let code: [UInt8]
        do throws(CryptoError) {
            code = try material.withBytes { material throws(CryptoError) in
                unsafe try HMAC.code(.sha256, key: label.span.bytes, message: material)
            }
        } catch { throw .cryptographyFailed }
        guard let id = VersionID(bytes: code.prefix(VersionID.byteCount)) else {
            preconditionFailure("import: 16 bytes are no id")
        }
        return id
    }
}

/// Material as it came, with the version that it is.
struct ImportedMaterial: ~Copyable {
    let version: VersionID
    let material: SecretBytes
}
