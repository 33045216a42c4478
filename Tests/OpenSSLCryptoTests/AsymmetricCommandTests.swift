import OpenSSLCrypto
import SecretMemory
import Testing

/// Against the `openssl` command, in both directions.
@Suite("Key pairs and the openssl command")
struct AsymmetricCommandTests {
    private let message = Array("What is signed, and what is not.".utf8)

    /// The options of `openssl dgst` or `pkeyutl` for each scheme of each kind.
    static let schemes: [(KeyKind, SignatureScheme)] = KeyKind.allCases.flatMap { kind in
        let digests: [MessageDigest] = [.sha256, .sha384, .sha512]
        let all: [SignatureScheme] =
            digests.map { .rsaPSS($0) } + digests.map { .rsaPKCS1($0) }
            + digests.map { .ecdsa($0) } + [.ed25519, .sm2]
        return all.filter { $0.fits(kind) }.map { (kind, $0) }
    }

    private func options(_ scheme: SignatureScheme) -> String {
        let digest = scheme.digest?.rawValue.replacing("SHA2-", with: "SHA") ?? ""
        return switch scheme {
        case .rsaPSS:
            "-rawin -digest \(digest) -pkeyopt rsa_padding_mode:pss -pkeyopt rsa_pss_saltlen:digest"
        case .rsaPKCS1, .ecdsa: "-rawin -digest \(digest)"
        case .ed25519: "-rawin"
        case .sm2: "-rawin -digest sm3 -pkeyopt distid:1234567812345678"
        }
    }

    @Test("What we sign the command verifies, and what it signs we verify", arguments: schemes)
    func signatures(kind: KeyKind, scheme: SignatureScheme) throws {
        let openssl = try OpenSSLCommand()
        let key = try PrivateKey(generating: kind)
        try openssl.write(key.pkcs8().copied, to: "key.der")
        try openssl.write(key.publicKeyInfo(), to: "public.der")
        try openssl.write(message, to: "message")

        let signature = unsafe try key.signature(of: message.span.bytes, scheme)
        try openssl.write(signature, to: "ours")
        try openssl(
            "pkeyutl -verify -pubin -keyform DER -inkey public.der -in message -sigfile ours "
                + options(scheme))
        try openssl(
            "pkeyutl -sign -keyform DER -inkey key.der -in message -out theirs " + options(scheme))
        let theirs = try openssl.read("theirs")
        let publicKey = try PublicKey(info: key.publicKeyInfo())
        #expect(publicKey.kind == kind)
        #expect(unsafe try publicKey.isValid(theirs, of: message.span.bytes, scheme))

        if let digest = scheme.digest, scheme != .sm2 {
            let hash = unsafe try digest.digest(message.span.bytes)
            #expect(try publicKey.isValid(theirs, ofDigest: hash, scheme))
            let signed = try key.signature(ofDigest: hash, scheme)
            #expect(unsafe try publicKey.isValid(signed, of: message.span.bytes, scheme))
        }
    }

    @Test(
        "A signature that was changed anywhere, and one of another message, are refused",
        arguments: schemes.filter { $0.0 != .rsa3072 && $0.0 != .rsa4096 })
    func refused(kind: KeyKind, scheme: SignatureScheme) throws {
        let key = try PrivateKey(generating: kind)
        let signature = unsafe try key.signature(of: message.span.bytes, scheme)
        let publicKey = try PublicKey(info: key.publicKeyInfo())
        for index in signature.indices {
            var changed = signature
            changed[index] ^= 1
            let isValid = unsafe try publicKey.isValid(changed, of: message.span.bytes, scheme)
            #expect(!isValid, "byte \(index)")
        }
        for other in [[], Array(signature.dropLast()), signature + [0]] {
            let isValid = unsafe try publicKey.isValid(other, of: message.span.bytes, scheme)
            #expect(!isValid)
        }
        let other = message + [0]
        let isValid = unsafe try publicKey.isValid(signature, of: other.span.bytes, scheme)
        #expect(!isValid)
        let stranger = try PublicKey(info: PrivateKey(generating: kind).publicKeyInfo())
        let isStrangers = unsafe try stranger.isValid(signature, of: message.span.bytes, scheme)
        #expect(!isStrangers)
    }

    @Test(
        "Keys that the command makes are read, and ours pass its check", arguments: KeyKind.allCases
    )
    func keys(kind: KeyKind) throws {
        let openssl = try OpenSSLCommand()
        let options =
            switch kind {
            case .rsa2048: "RSA -pkeyopt rsa_keygen_bits:2048"
            case .rsa3072: "RSA -pkeyopt rsa_keygen_bits:3072"
            case .rsa4096: "RSA -pkeyopt rsa_keygen_bits:4096"
            case .p256: "EC -pkeyopt ec_paramgen_curve:P-256"
            case .p384: "EC -pkeyopt ec_paramgen_curve:P-384"
            case .p521: "EC -pkeyopt ec_paramgen_curve:P-521"
            case .secp256k1: "EC -pkeyopt ec_paramgen_curve:secp256k1"
            case .ed25519: "ED25519"
            case .sm2: "SM2"
            }
        try openssl("genpkey -out theirs.pem -algorithm " + options)
        try openssl("pkcs8 -topk8 -nocrypt -in theirs.pem -outform DER -out theirs.der")
        try openssl("pkey -inform DER -in theirs.der -pubout -outform DER -out public.der")
        let pkcs8 = try openssl.read("theirs.der")
        let theirs = unsafe try PrivateKey(pkcs8: pkcs8.span.bytes)
        #expect(theirs.kind == kind)
        #expect(try theirs.isSound())
        #expect(try theirs.publicKeyInfo() == openssl.read("public.der"))
        #expect(try theirs.pkcs8().copied == pkcs8)

        let ours = try PrivateKey(generating: kind)
        try openssl.write(ours.pkcs8().copied, to: "ours.der")
        #expect(try openssl("pkey -inform DER -in ours.der -check -noout").contains("Key is valid"))
    }

    @Test("A private key that is cut or has something behind it is none")
    func cutKeys() throws {
        let pkcs8 = try PrivateKey(generating: .p256).pkcs8().copied
        let info = try PrivateKey(generating: .p256).publicKeyInfo()
        for bytes in [[], Array(pkcs8.dropLast()), pkcs8 + [0], info, Array(pkcs8.dropFirst())] {
            let error = #expect(throws: CryptoError.self) {
                _ = unsafe try PrivateKey(pkcs8: bytes.span.bytes)
            }
            #expect(error == .notAKey)
        }
        for bytes in [[], Array(info.dropLast()), info + [0], pkcs8] {
            let error = #expect(throws: CryptoError.self) { _ = try PublicKey(info: bytes) }
            #expect(error == .notAKey)
        }
    }

    @Test(
        "A key of a kind or size that is not known is none",
        arguments: [
            "RSA -pkeyopt rsa_keygen_bits:1024", "EC -pkeyopt ec_paramgen_curve:P-224", "X25519",
            "ED448",
        ])
    func unknownKinds(options: String) throws {
        let openssl = try OpenSSLCommand()
        try openssl("genpkey -out key.pem -algorithm " + options)
        try openssl("pkcs8 -topk8 -nocrypt -in key.pem -outform DER -out key.der")
        let pkcs8 = try openssl.read("key.der")
        let error = #expect(throws: CryptoError.self) {
            _ = unsafe try PrivateKey(pkcs8: pkcs8.span.bytes)
        }
        #expect(error == .notAKey)
    }

    @Test(
        "What is encrypted by us the command decrypts, and the other way round",
        arguments: [
            (KeyKind.rsa2048, MessageDigest.sha1), (.rsa2048, .sha256), (.rsa3072, .sha256),
            (.rsa4096, .sha1),
        ])
    func oaep(kind: KeyKind, digest: MessageDigest) throws {
        let scheme = EncryptionScheme.rsaOAEP(digest)
        let name = digest == .sha1 ? "sha1" : "sha256"
        try encryption(
            kind, scheme,
            "-pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:\(name) -pkeyopt rsa_mgf1_md:\(name)"
        )
        let key = try PrivateKey(generating: kind)
        let publicKey = try PublicKey(info: key.publicKeyInfo())
        // Modulus − 2 digests − 2 bytes fit, and one more does not.
        let most =
            (kind == .rsa2048 ? 256 : kind == .rsa3072 ? 384 : 512) - 2 * digest.byteCount - 2
        let longest = [UInt8](repeating: 5, count: most)
        let sealed = unsafe try publicKey.encrypt(longest.span.bytes, scheme)
        #expect(try key.decrypt(sealed, scheme).copied == longest)
        let longer = longest + [5]
        #expect(throws: CryptoError.self) {
            _ = unsafe try publicKey.encrypt(longer.span.bytes, scheme)
        }
    }

    @Test("SM2's ciphertexts are the command's, both ways")
    func sm2Encryption() throws { try encryption(.sm2, .sm2, "") }

    private func encryption(_ kind: KeyKind, _ scheme: EncryptionScheme, _ options: String) throws {
        let openssl = try OpenSSLCommand()
        let key = try PrivateKey(generating: kind)
        let publicKey = try PublicKey(info: key.publicKeyInfo())
        try openssl.write(key.pkcs8().copied, to: "key.der")
        try openssl.write(key.publicKeyInfo(), to: "public.der")
        try openssl.write(message, to: "message")
        let sealed = unsafe try publicKey.encrypt(message.span.bytes, scheme)
        try openssl.write(sealed, to: "ours")
        try openssl("pkeyutl -decrypt -keyform DER -inkey key.der -in ours -out plain " + options)
        #expect(try openssl.read("plain") == message)
        try openssl(
            "pkeyutl -encrypt -pubin -keyform DER -inkey public.der -in message -out theirs "
                + options)
        let theirs = try openssl.read("theirs")
        #expect(try key.decrypt(theirs, scheme).copied == message)

        for index in stride(from: 0, to: theirs.count, by: 7) {
            var changed = theirs
            changed[index] ^= 1
            let error = #expect(throws: CryptoError.self) { _ = try key.decrypt(changed, scheme) }
            #expect(error == .notAuthentic)
        }
        for other in [[], Array(theirs.dropLast()), theirs + [0]] {
            let error = #expect(throws: CryptoError.self) { _ = try key.decrypt(other, scheme) }
            #expect(error == .notAuthentic)
        }
    }

    @Test(
        "Both sides of an ECDH get the command's secret",
        arguments: [KeyKind.p256, .p384, .p521, .secp256k1])
    func agreement(kind: KeyKind) throws {
        let openssl = try OpenSSLCommand()
        let ours = try PrivateKey(generating: kind)
        let theirs = try PrivateKey(generating: kind)
        try openssl.write(ours.pkcs8().copied, to: "ours.der")
        try openssl.write(theirs.publicKeyInfo(), to: "theirs.der")
        try openssl(
            "pkeyutl -derive -keyform DER -inkey ours.der -peerform DER -peerkey theirs.der -out z")
        let secret = try ours.sharedSecret(with: PublicKey(info: theirs.publicKeyInfo()))
        #expect(try secret.copied == openssl.read("z"))
        let same = try theirs.sharedSecret(with: PublicKey(info: ours.publicKeyInfo()))
        #expect(same.copied == secret.copied)
        let stranger = try PrivateKey(generating: kind == .p256 ? .secp256k1 : .p256)
        let error = #expect(throws: CryptoError.self) {
            _ = try ours.sharedSecret(with: PublicKey(info: stranger.publicKeyInfo()))
        }
        #expect(error == .notAKey)
    }
}
