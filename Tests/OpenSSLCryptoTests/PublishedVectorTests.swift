import OpenSSLCrypto
import SecretMemory
import TestSupport
import Testing

/// What others have published about the primitives.
@Suite(.enabled(if: PublishedVectors.areThere, Comment(rawValue: PublishedVectors.missing)))
struct PublishedVectorTests {
    @Test(
        "AES-256-GCM opens and seals NIST's vectors with 96-bit IVs and 128-bit tags",
        arguments: ["Decrypt", "EncryptExtIV"])
    func gcm(file: String) throws {
        let records = try PublishedVectors.records(
            "ciphers/AES/GCM/gcm\(file)256.rsp", first: "Count"
        ).filter { $0["IVlen"] == "96" && $0["Taglen"] == "128" }
        #expect(records.count == 375)
        var refused = 0
        for record in records {
            let plaintext = bytes(hex: record["PT"])
            let sealed = bytes(hex: record["CT"]) + bytes(hex: record["Tag"])
            let (nonce, data) = (bytes(hex: record["IV"]), bytes(hex: record["AAD"]))
            let key = bytes(hex: record["Key"])
            let cipher = unsafe try AES256GCM(key: key.span.bytes)
            var output = [UInt8](repeating: 0xEE, count: sealed.count)
            var span = output.mutableSpan
            var room = unsafe span.mutableBytes
            if record["FAIL"] != nil {
                refused += 1
                #expect(throws: CryptoError.notAuthentic) {
                    unsafe try cipher.open(
                        sealed.span.bytes, nonce: nonce, associatedData: data, into: &room)
                }
                // Nothing that was decrypted stays behind.
                #expect(output.prefix(sealed.count - 16).allSatisfy { $0 == 0 })
                continue
            }
            unsafe try cipher.open(
                sealed.span.bytes, nonce: nonce, associatedData: data, into: &room)
            #expect(output.prefix(plaintext.count).elementsEqual(plaintext))
            var again = [UInt8](repeating: 0, count: sealed.count)
            var againSpan = again.mutableSpan
            var againRoom = unsafe againSpan.mutableBytes
            unsafe try cipher.seal(
                plaintext.span.bytes, nonce: nonce, associatedData: data, into: &againRoom)
            #expect(again == sealed)
        }
        #expect((refused > 0) == (file == "Decrypt"))
    }

    @Test(
        "HKDF-SHA-256 gives RFC 5869's keys, as far as one block goes",
        arguments: ["rfc-5869-HKDF-SHA256", "hkdf-generated"])
    func hkdf(file: String) throws {
        let records = try PublishedVectors.records("KDF/\(file).txt", first: "COUNT")
        #expect(!records.isEmpty)
        for record in records {
            let input = bytes(hex: record["IKM"])
            let pseudorandomKey = unsafe try HKDFSHA256.extract(
                salt: bytes(hex: record["salt"]), inputKeyMaterial: input.span.bytes)
            if let expected = record["PRK"] {
                let extracted = pseudorandomKey.withBytes(Self.copy)
                #expect(extracted == bytes(hex: expected))
            }
            let key = try pseudorandomKey.withBytes { key throws(CryptoError) in
                try HKDFSHA256.expand(pseudorandomKey: key, info: bytes(hex: record["info"]))
            }
            let expanded = key.withBytes(Self.copy)
            #expect(expanded == Array(bytes(hex: record["OKM"]).prefix(32)))
        }
    }

    @Test("HMAC-SHA-256 gives RFC 4231's codes")
    func hmac() throws {
        let records = try PublishedVectors.records("HMAC/rfc-4231-sha256.txt", first: "Len")
        #expect(records.count == 6)
        for record in records {
            let key = bytes(hex: record["Key"])
            let message = bytes(hex: record["Msg"])
            unsafe #expect(
                try HMACSHA256.code(key: key.span.bytes, message: message)
                    == bytes(hex: record["MD"]))
            let secret = unsafe try HMACSHA256.secret(
                key: key.span.bytes, message: message.span.bytes)
            let asSecret = secret.withBytes(Self.copy)
            #expect(asSecret == bytes(hex: record["MD"]))
        }
    }

    @Test("SHA-256 gives NIST's digests, in one piece and in many", arguments: ["Short", "Long"])
    func sha256(file: String) throws {
        let records = try PublishedVectors.records("hashes/SHA2/SHA256\(file)Msg.rsp", first: "Len")
        #expect(records.count > 60)
        for record in records {
            let count = (Int(record["Len"] ?? "") ?? -1) / 8
            let message = Array(bytes(hex: record["Msg"]).prefix(count))
            #expect(try SHA256.digest(message) == bytes(hex: record["MD"]))
            let running = try SHA256()
            for start in stride(from: 0, to: message.count, by: 77) {
                let piece = Array(message[start..<min(start + 77, message.count)])
                unsafe try running.update(piece.span.bytes)
            }
            let digest = try running.finalize()
            #expect(digest == bytes(hex: record["MD"]))
        }
    }

    @Test("scrypt gives RFC 7914's keys")
    func scrypt() throws {
        let records = try PublishedVectors.records("KDF/scrypt.txt", first: "COUNT")
        #expect(records.count == 4)
        for record in records {
            let passphrase = Array((record["PASSWORD"] ?? "").utf8)
            let n = try #require(UInt64(record["N"] ?? ""))
            // The last one takes a gigabyte, which not every machine has to spare.
            guard n < 1 << 20 else { continue }
            let key = unsafe try Scrypt.derive(
                passphrase: passphrase.span.bytes, salt: Array((record["SALT"] ?? "").utf8),
                cost: Scrypt.Cost(
                    log2N: UInt32(n.trailingZeroBitCount), r: UInt32(record["r"] ?? "") ?? 0,
                    p: UInt32(record["p"] ?? "") ?? 0),
                byteCount: 64)
            let derived = key.withBytes(Self.copy)
            #expect(derived == bytes(hex: record["DERIVED_KEY"]))
        }
    }

    private static func copy(_ span: RawSpan) -> [UInt8] {
        unsafe span.withUnsafeBytes { unsafe Array($0) }
    }
}
