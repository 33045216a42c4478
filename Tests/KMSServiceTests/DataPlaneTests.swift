import KMSDomain
import KMSModel
import KMSService
import KMSTestSupport
import SecretMemory
import Testing

@Suite struct DataPlaneTests {
    @Test(
        "A data key comes in plain and sealed, and the sealed one opens to it",
        arguments: Assembly.allCases)
    func generateDataKey(assembly: Assembly) throws {
        let fixture = try Fixture(assembly)
        let arn = try fixture.makeKey()
        let context = try EncryptionContext(strings: ["a": "b"])
        let response = try fixture.service.generateDataKey(
            GenerateDataKeyRequest(keyID: arn, encryptionContext: context, keySpec: .aes256),
            caller: fixture.caller)
        #expect(response.keyID == arn)
        #expect(response.keyMaterialID?.count == 64)
        #expect(response.ciphertextBlob.count == 72 + 32 + 16)
        let opened = try fixture.service.decrypt(
            DecryptRequest(
                ciphertextBlob: response.ciphertextBlob, encryptionContext: context, keyID: arn),
            caller: fixture.caller)
        #expect(
            opened.plaintext.withBytes { $0.bytes } == response.plaintext.withBytes { $0.bytes })
        #expect(opened.keyMaterialID == response.keyMaterialID)
    }

    @Test(
        "Data keys have the asked length, and no two are the same",
        arguments: [1, 16, 32, 33, 1024])
    func lengths(byteCount: Int) throws {
        let fixture = try Fixture()
        let arn = try fixture.makeKey()
        let first = try fixture.service.generateDataKey(
            GenerateDataKeyRequest(keyID: arn, numberOfBytes: byteCount), caller: fixture.caller)
        #expect(first.plaintext.byteCount == byteCount)
        let second = try fixture.service.generateDataKeyWithoutPlaintext(
            GenerateDataKeyWithoutPlaintextRequest(keyID: arn, numberOfBytes: byteCount),
            caller: fixture.caller)
        #expect(second.ciphertextBlob.count == 88 + byteCount)
        #expect(second.ciphertextBlob != first.ciphertextBlob)
    }

    @Test("1 and 4,096 bytes are encrypted; none and 4,097 are refused with AWS's text")
    func plaintextLimits() throws {
        let fixture = try Fixture()
        let arn = try fixture.makeKey()
        for count in [1, 4096] {
            let text = String(repeating: "x", count: count)
            #expect(try fixture.decrypt(fixture.encrypt(text, under: arn)) == text)
        }
        #expect(
            refusal { _ = try fixture.encrypt("", under: arn) }
                == .validation(
                    "1 validation error detected: Value at 'plaintext' failed to satisfy "
                        + "constraint: Member must have length greater than or equal to 1"))
        #expect(
            refusal {
                _ = try fixture.encrypt(String(repeating: "x", count: 4097), under: arn)
            }
                == .validation(
                    "1 validation error detected: Value at 'plaintext' failed to satisfy "
                        + "constraint: Member must have length less than or equal to 4096"))
    }

    @Test(
        "Another context, more of it, less of it or none does not open a blob",
        arguments: Assembly.allCases)
    func wrongContext(assembly: Assembly) throws {
        let fixture = try Fixture(assembly)
        let context = try EncryptionContext(strings: ["a": "1", "b": "2"])
        let blob = try fixture.encrypt("text", under: fixture.makeKey(), context: context)
        #expect(try fixture.decrypt(blob, context: context) == "text")
        for other in [
            EncryptionContext.empty, try EncryptionContext(strings: ["a": "1"]),
            try EncryptionContext(strings: ["a": "1", "b": "3"]),
            try EncryptionContext(strings: ["a": "1", "b": "2", "c": ""]),
            try EncryptionContext(strings: ["a": "1", "B": "2"]),
        ] {
            #expect(
                refusal { _ = try fixture.decrypt(blob, context: other) } == .invalidCiphertext)
        }
    }

    @Test(
        "No bit of a blob can change: each flip is an invalid ciphertext",
        arguments: Assembly.allCases)
    func malleability(assembly: Assembly) throws {
        let fixture = try Fixture(assembly)
        let blob = try fixture.encrypt("secret", under: fixture.makeKey())
        for bit in 0..<blob.count * 8 {
            var changed = blob
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(
                refusal { _ = try fixture.decrypt(changed) } == .invalidCiphertext, "bit \(bit)")
        }
    }

    @Test("A cut or lengthened blob is an invalid ciphertext, at every length")
    func lengthChange() throws {
        let fixture = try Fixture()
        let blob = try fixture.encrypt("secret", under: fixture.makeKey())
        for count in 1..<blob.count {
            #expect(
                refusal { _ = try fixture.decrypt(Array(blob[..<count])) } == .invalidCiphertext)
        }
        #expect(refusal { _ = try fixture.decrypt(blob + [0]) } == .invalidCiphertext)
    }

    @Test("A blob of another keystore looks like a damaged one; the record tells them apart")
    func foreignBlob() throws {
        let fixture = try Fixture()
        let other = try Fixture()
        let foreign = try other.encrypt("secret", under: other.makeKey())
        #expect(refusal { _ = try fixture.decrypt(foreign) } == .invalidCiphertext)
        let event = try #require(fixture.audit.events.last)
        #expect(event.failure?.code == "InvalidCiphertextException")
        #expect(event.failure?.message == nil)
        #expect(event.additional.contains { $0.name == "ciphertextProblem" })
    }

    @Test("A KeyId that is not the blob's key is an incorrect key; the right one by any name opens")
    func keyIDGiven() throws {
        let fixture = try Fixture()
        let arn = try fixture.makeKey()
        let other = try fixture.makeKey()
        try fixture.service.createAlias(
            CreateAliasRequest(aliasName: "alias/a", targetKeyID: arn), caller: fixture.caller)
        let blob = try fixture.encrypt("secret", under: "alias/a")
        let id = try #require(arn.split(separator: "/").last.map(String.init))
        for name in [arn, id, "alias/a", Realm.local.arn(ofAlias: "alias/a")] {
            #expect(try fixture.decrypt(blob, keyID: name) == "secret")
        }
        #expect(
            refusal { _ = try fixture.decrypt(blob, keyID: other) }
                == .incorrectKey(
                    "The key ID in the request does not identify a CMK that can perform this "
                        + "operation."))
    }

    @Test(
        "ReEncrypt moves a secret to another key and context without showing it",
        arguments: Assembly.allCases)
    func reEncrypt(assembly: Assembly) throws {
        let fixture = try Fixture(assembly)
        let (old, new) = (try fixture.makeKey(), try fixture.makeKey())
        let context = try EncryptionContext(strings: ["k": "v"])
        let blob = try fixture.encrypt("secret", under: old)
        let response = try fixture.service.reEncrypt(
            ReEncryptRequest(
                ciphertextBlob: blob, destinationKeyID: new,
                destinationEncryptionContext: context), caller: fixture.caller)
        #expect(response.sourceKeyID == old)
        #expect(response.keyID == new)
        #expect(
            try fixture.decrypt(response.ciphertextBlob, context: context, keyID: new) == "secret")
    }

    @Test("Random bytes have the asked length, within 1…1024")
    func random() throws {
        let fixture = try Fixture()
        let response = try fixture.service.generateRandom(
            GenerateRandomRequest(numberOfBytes: 1024), caller: fixture.caller)
        #expect(response.plaintext.byteCount == 1024)
        for count in [0, 1025] {
            guard
                case .validation = refusal({
                    _ = try fixture.service.generateRandom(
                        GenerateRandomRequest(numberOfBytes: count), caller: fixture.caller)
                })
            else {
                Issue.record("\(count) bytes were not refused as invalid")
                continue
            }
        }
    }

    @Test("A dry run does everything but the deed")
    func dryRun() throws {
        let fixture = try Fixture()
        let arn = try fixture.makeKey()
        let expected = KMSError.dryRunOperation(
            "The request would have succeeded, but the DryRun option is set.")
        #expect(
            refusal {
                _ = try fixture.service.generateDataKey(
                    GenerateDataKeyRequest(keyID: arn, keySpec: .aes256, dryRun: true),
                    caller: fixture.caller)
            } == expected)
        let blob = try fixture.encrypt("x", under: arn)
        #expect(
            refusal {
                _ = try fixture.service.decrypt(
                    DecryptRequest(ciphertextBlob: blob, dryRun: true), caller: fixture.caller)
            } == expected)
    }

    @Test(
        "GenerateDataKey, Encrypt and Decrypt leave the store as it was",
        arguments: Assembly.allCases)
    func noRow(assembly: Assembly) throws {
        let fixture = try Fixture(assembly)
        let arn = try fixture.makeKey()
        let before = try fixture.store.changeCount()
        for _ in 0..<10 {
            _ = try fixture.service.generateDataKey(
                GenerateDataKeyRequest(keyID: arn, keySpec: .aes256), caller: fixture.caller)
        }
        _ = try fixture.decrypt(fixture.encrypt("x", under: arn))
        #expect(try fixture.store.changeCount() == before)
    }
}
