import OpenSSLCrypto
import SecretMemory
import TestSupport
import Testing

/// What NIST and others have published about signatures, key agreement, key wrapping and HMAC.
@Suite(.enabled(if: PublishedVectors.areThere, Comment(rawValue: PublishedVectors.missing)))
struct AsymmetricVectorTests {
    private static let digests: [String: MessageDigest] = [
        "SHA-256": .sha256, "SHA-384": .sha384, "SHA-512": .sha512, "SHA256": .sha256,
        "SHA384": .sha384, "SHA512": .sha512,
    ]
    private static let curves: [String: KeyKind] = [
        "P-256": .p256, "P-384": .p384, "P-521": .p521, "K-256": .secp256k1,
    ]

    @Test("ECDSA takes and refuses what NIST's vectors say")
    func ecdsa() throws {
        var counts: [Bool: Int] = [:]
        for record in try PublishedVectors.records(
            "asymmetric/ECDSA/FIPS_186-3/SigVer.rsp", first: "Msg")
        {
            guard let (kind, scheme) = Self.curve(record["section"]) else { continue }
            let isValid = record["Result"]?.hasPrefix("P") == true
            let signature = DER.signature(r: bytes(hex: record["R"]), s: bytes(hex: record["S"]))
            let message = bytes(hex: record["Msg"])
            let info = DER.publicKey(
                kind, x: bytes(hex: record["Qx"]), y: bytes(hex: record["Qy"]))
            do throws(CryptoError) {
                let key = try PublicKey(info: info)
                let found = unsafe try key.isValid(signature, of: message.span.bytes, scheme)
                #expect(found == isValid)
            } catch {
                // A changed point is mostly not on the curve.
                #expect(error == .notAKey && !isValid)
            }
            counts[isValid, default: 0] += 1
        }
        #expect(counts[true, default: 0] > 20 && counts[false, default: 0] > 50)
    }

    @Test("ECDSA on secp256k1 takes the published signatures, of the message and of its digest")
    func secp256k1() throws {
        var count = 0
        for record in try PublishedVectors.records(
            "asymmetric/ECDSA/SECP256K1/SigGen.txt", first: "Msg")
        {
            guard let (kind, scheme) = Self.curve(record["section"]), let digest = scheme.digest
            else { continue }
            count += 1
            let key = try PublicKey(
                info: DER.publicKey(
                    kind, x: bytes(hex: record["Qx"]), y: bytes(hex: record["Qy"])))
            let signature = DER.signature(r: bytes(hex: record["R"]), s: bytes(hex: record["S"]))
            let message = bytes(hex: record["Msg"])
            #expect(unsafe try key.isValid(signature, of: message.span.bytes, scheme))
            let hash = unsafe try digest.digest(message.span.bytes)
            #expect(try key.isValid(signature, ofDigest: hash, scheme))
        }
        #expect(count > 10)
    }

    @Test("RSA with PKCS #1 v1.5 takes and refuses what NIST's vectors say")
    func rsaPKCS1() throws {
        let counts = try rsa("SigVer15_186-3.rsp") {
            .rsaPKCS1($0)
        } expecting: {
            $0
        }
        #expect(counts.valid > 5 && counts.invalid > 20)
    }

    @Test("RSA-PSS refuses every signature whose salt is not as long as the digest")
    func rsaPSS() throws {
        // NIST's have salts of ten bytes.
        let counts = try rsa("SigVerPSS_186-3.rsp") {
            .rsaPSS($0)
        } expecting: { _ in
            false
        }
        #expect(counts.valid > 5)
    }

    private func rsa(
        _ file: String, _ scheme: (MessageDigest) -> SignatureScheme,
        expecting: (Bool) -> Bool
    ) throws -> (valid: Int, invalid: Int) {
        var (valid, invalid) = (0, 0)
        var modulus: [UInt8] = []
        for record in try PublishedVectors.records(
            "asymmetric/RSA/FIPS_186-2/" + file, first: "SHAAlg")
        {
            defer { if let next = record["n"] { modulus = bytes(hex: next) } }
            // A group's modulus stands behind the last record of the group before.
            guard let digest = Self.digests[record["SHAAlg"] ?? ""], modulus.count >= 256,
                record["S"] != nil
            else { continue }
            let isValid = record["Result"]?.hasPrefix("P") == true
            let message = bytes(hex: record["Msg"])
            if isValid { valid += 1 } else { invalid += 1 }
            do throws(CryptoError) {
                let key = try PublicKey(
                    info: DER.rsaPublicKey(modulus: modulus, exponent: bytes(hex: record["e"])))
                let found = unsafe try key.isValid(
                    bytes(hex: record["S"]), of: message.span.bytes, scheme(digest))
                #expect(found == expecting(isValid))
            } catch {
                #expect(error == .notAKey && !isValid)
            }
        }
        return (valid, invalid)
    }

    @Test("ECDH gives NIST's shared secrets, and takes no point that is not on the curve")
    func ecdh() throws {
        let kinds: [String: KeyKind] = [
            "EC - SHA256": .p256, "ED - SHA384": .p384, "EE - SHA512": .p521,
        ]
        var (equal, refused) = (0, 0)
        for record in try PublishedVectors.records(
            "asymmetric/ECDH/KASValidityTest_ECCStaticUnified_NOKC_ZZOnly_init.fax",
            first: "COUNT")
        {
            guard let kind = kinds[record["section"] ?? ""], let result = record["Result"] else {
                continue
            }
            let info = DER.publicKey(
                kind, x: bytes(hex: record["QsCAVSx"]), y: bytes(hex: record["QsCAVSy"]))
            let own = DER.privateKey(kind, number: bytes(hex: record["dsIUT"]))
            do throws(CryptoError) {
                let key = unsafe try PrivateKey(pkcs8: own.span.bytes)
                let secret = try key.sharedSecret(with: PublicKey(info: info))
                if result.hasPrefix("P") {
                    equal += 1
                    #expect(secret.copied.elementsEqual(bytes(hex: record["Z"])))
                } else if result.contains("Z changed") {
                    #expect(!secret.copied.elementsEqual(bytes(hex: record["Z"])))
                }
            } catch {
                refused += 1
                #expect(error == .notAKey && !result.hasPrefix("P"))
            }
        }
        #expect(equal > 20 && refused > 3)
    }

    @Test("Ed25519 gives the published signatures, and takes them")
    func ed25519() throws {
        let lines = try PublishedVectors.text("asymmetric/Ed25519/sign.input").split(
            separator: "\n")
        #expect(lines.count == 1024)
        for line in lines {
            let parts = line.split(separator: ":", omittingEmptySubsequences: false).map(
                String.init)
            let seed = Array(bytes(hex: parts[0]).prefix(32))
            let message = bytes(hex: parts[2])
            let signature = Array(bytes(hex: parts[3]).prefix(64))
            let pkcs8 = DER.ed25519PrivateKey(seed: seed)
            let key = unsafe try PrivateKey(pkcs8: pkcs8.span.bytes)
            #expect(unsafe try key.signature(of: message.span.bytes, .ed25519) == signature)
            let info = try key.publicKeyInfo()
            #expect(info.suffix(32).elementsEqual(bytes(hex: parts[1])))
            #expect(
                unsafe try PublicKey(info: info).isValid(
                    signature, of: message.span.bytes, .ed25519))
        }
    }

    @Test(
        "AES key wrap with padding gives NIST's wraps, and opens no other", arguments: [128, 256])
    func keyWrap(bitCount: Int) throws {
        let folder = "keywrap/kwtestvectors/KWP_"
        for record in try PublishedVectors.records("\(folder)AE_\(bitCount).txt", first: "COUNT") {
            let (key, secret) = (bytes(hex: record["K"]), bytes(hex: record["P"]))
            #expect(
                unsafe try AESKeyWrap.wrap(secret.span.bytes, under: key.span.bytes)
                    == bytes(hex: record["C"]))
        }
        var refused = 0
        for record in try PublishedVectors.records("\(folder)AD_\(bitCount).txt", first: "COUNT") {
            let (key, wrapped) = (bytes(hex: record["K"]), bytes(hex: record["C"]))
            do throws(CryptoError) {
                let secret = unsafe try AESKeyWrap.unwrap(wrapped, under: key.span.bytes)
                #expect(secret.copied == bytes(hex: record["P"]) && record["FAIL"] == nil)
            } catch {
                refused += 1
                #expect(error == .notAuthentic && record["FAIL"] != nil)
            }
        }
        #expect(refused > 50)
    }

    @Test(
        "HMAC gives RFC 4231's codes",
        arguments: [
            ("224", MessageDigest.sha224), ("256", .sha256), ("384", .sha384), ("512", .sha512),
        ])
    func hmac(name: String, digest: MessageDigest) throws {
        let records = try PublishedVectors.records("HMAC/rfc-4231-sha\(name).txt", first: "Len")
        #expect(records.count >= 6)
        for record in records {
            let (key, message) = (bytes(hex: record["Key"]), bytes(hex: record["Msg"]))
            #expect(
                unsafe try HMAC.code(digest, key: key.span.bytes, message: message.span.bytes)
                    == bytes(hex: record["MD"]))
        }
    }

    private static func curve(_ section: String?) -> (KeyKind, SignatureScheme)? {
        let parts = (section ?? "").split(separator: ",").map(String.init)
        guard parts.count == 2, let kind = curves[parts[0]], let digest = digests[parts[1]] else {
            return nil
        }
        return (kind, .ecdsa(digest))
    }
}

extension SecretBytes {
    /// A copy, as only tests may make one.
    var copied: [UInt8] {
        withBytes { bytes in
            (0..<bytes.byteCount).map {
                unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self)
            }
        }
    }
}
