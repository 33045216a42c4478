internal import KMSDomain
internal import OpenSSLCrypto
internal import SecretMemory

/// Import tokens, version 1 (Formats/import-token-v1.md): the private half of the wrapping key is in
/// the token itself, sealed, so that no row is written and any server with the root can import.
///
///      0   4   magic "COFI"
///      4   1   version = 1
///      5   1   wrapping algorithm, 1 to 5
///      6   2   zero
///      8  16   key id
///     24   8   when it runs out, milliseconds since 1970
///     32   2   n
///     34   n   principal, UTF-8
///     34+n 32  salt, fresh for each token
///     66+n  …  AES-256-GCM(K, nonce 0, AAD = bytes 0 to 65 + n, PKCS#8 of the wrapping key) ‖ tag
///
///     K = HKDF-Expand(root, "coffer/v1 import" ‖ 00 ‖ salt, 32)
struct ImportTokens: Sendable {
    private static let magic = Array("COFI".utf8) + [1]
    private static let fixedByteCount = 34

    /// What a token says besides the key that it seals.
    struct Terms: Equatable, Sendable {
        let scheme: WrappingScheme
        let keyID: KeyID
        let principal: String
        let expiration: Timestamp
    }

    struct Opened: ~Copyable {
        let terms: Terms
        let privateKey: PrivateKey
    }

    private let sealing: RowSealing

    init(root: any RootOfTrust) {
        sealing = RowSealing(root: root, label: "coffer/v1 import")
    }

    func make(
        _ terms: Terms, sealing privateKey: borrowing PrivateKey
    ) throws(KeyBackendError) -> [UInt8] {
        let head = Self.head(terms)
        let salt = SystemRandom.bytes(count: RowSealing.saltByteCount)
        let pkcs8: SecretBytes
        do throws(CryptoError) { pkcs8 = try privateKey.pkcs8() } catch {
            throw .cryptographyFailed
        }
        return try head
            + pkcs8.withBytes { pkcs8 throws(KeyBackendError) in
                try sealing.seal(pkcs8, associatedData: head + salt, salt: salt)
            }
    }

    /// Nothing unless the token was made under this root. Whether it is for this key and this caller,
    /// and whether it has run out, is for the caller to see.
    func open(_ token: [UInt8]) throws(KeyBackendError) -> Opened? {
        guard let (terms, headByteCount) = Self.terms(token) else { return nil }
        let sealed = Array(token[headByteCount...])
        guard sealed.count > RowSealing.saltByteCount else { return nil }
        let head = Array(token[..<(headByteCount + RowSealing.saltByteCount)])
        guard let pkcs8 = try sealing.open(sealed, associatedData: head) else { return nil }
        do throws(CryptoError) {
            let key = try pkcs8.withBytes { pkcs8 throws(CryptoError) in
                try PrivateKey(pkcs8: pkcs8)
            }
            return Opened(terms: terms, privateKey: key)
        } catch { throw .cryptographyFailed }
    }

    private static func head(_ terms: Terms) -> [UInt8] {
        let principal = Array(terms.principal.utf8)
        precondition(principal.count <= Int(UInt16.max), "import token: principal too long")
        let time = UInt64(bitPattern: terms.expiration.millisecondsSince1970)
        return magic + [terms.scheme.code, 0, 0] + terms.keyID.bytes
            + stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: time >> $0) }
            + [UInt8(principal.count >> 8), UInt8(principal.count & 0xFF)] + principal
    }

    private static func terms(_ token: [UInt8]) -> (Terms, headByteCount: Int)? {
        guard token.count >= fixedByteCount, token.starts(with: magic), token[6] == 0,
            token[7] == 0, let scheme = WrappingScheme(code: token[5]),
            let keyID = KeyID(bytes: token[8..<24])
        else { return nil }
        let time = token[24..<32].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let end = fixedByteCount + (Int(token[32]) << 8 | Int(token[33]))
        guard token.count >= end,
            let principal = String(validating: token[fixedByteCount..<end], as: UTF8.self)
        else { return nil }
        let terms = Terms(
            scheme: scheme, keyID: keyID, principal: principal,
            expiration: Timestamp(millisecondsSince1970: Int64(bitPattern: time)))
        return (terms, end)
    }
}
