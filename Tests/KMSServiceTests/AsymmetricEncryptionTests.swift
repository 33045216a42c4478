import KMSDomain
import KMSModel
import KMSService
import KMSTestSupport
import Testing

/// Encrypt, Decrypt and ReEncrypt by keys that are not symmetric.
@Suite struct AsymmetricEncryptionTests {
    private static let schemes: [(KeySpec, EncryptionAlgorithm, limit: Int)] = [
        (.rsa2048, .rsaesOAEPSHA1, 214), (.rsa2048, .rsaesOAEPSHA256, 190),
        (.sm2, .sm2PKE, 1024),
    ]

    private let message = [UInt8]("a secret".utf8)

    @Test("What is encrypted comes back, up to the algorithm's limit and no byte more")
    func limits() throws {
        let fixture = try Fixture()
        for (spec, algorithm, limit) in Self.schemes {
            try checkLimit(fixture, fixture.makeKey(spec, .encryptDecrypt), spec, algorithm, limit)
        }
    }

    @Test("Keys of 3,072 and 4,096 bits encrypt more")
    func largeKeys() throws {
        let fixture = try Fixture()
        for (spec, sha1, sha256) in [(KeySpec.rsa3072, 342, 318), (.rsa4096, 470, 446)] {
            let key = try fixture.makeKey(spec, .encryptDecrypt)
            #expect(try fixture.metadata(key).keySpec == spec)
            try checkLimit(fixture, key, spec, .rsaesOAEPSHA1, sha1)
            try checkLimit(fixture, key, spec, .rsaesOAEPSHA256, sha256)
        }
    }

    private func checkLimit(
        _ fixture: Fixture, _ key: String, _ spec: KeySpec, _ algorithm: EncryptionAlgorithm,
        _ limit: Int
    ) throws {
        for count in [1, limit] {
            let secret = [UInt8](repeating: 7, count: count)
            let sealed = try fixture.encrypt(secret, under: key, by: algorithm)
            #expect(try fixture.decrypt(sealed, under: key, by: algorithm) == secret)
        }
        let long = [UInt8](repeating: 7, count: limit + 1)
        let expected = KMSError.validation(
            "Algorithm \(algorithm.rawValue) and key spec \(spec.rawValue) cannot encrypt data "
                + "larger than \(limit) bytes.")
        #expect(refusal { _ = try fixture.encrypt(long, under: key, by: algorithm) } == expected)
        // Nor by way of a symmetric key.
        let symmetric = try fixture.makeKey()
        let blob = try fixture.encrypt(long, under: symmetric, by: .symmetricDefault)
        let request = ReEncryptRequest(
            ciphertextBlob: blob, destinationKeyID: key,
            destinationEncryptionAlgorithm: algorithm)
        #expect(
            refusal { _ = try fixture.service.reEncrypt(request, caller: fixture.caller) }
                == expected)
    }

    @Test("A ciphertext that any byte was changed of, was cut or is another key's, is invalid")
    func malleability() throws {
        let fixture = try Fixture()
        for (spec, algorithm, _) in Self.schemes {
            let key = try fixture.makeKey(spec, .encryptDecrypt)
            let other = try fixture.makeKey(spec, .encryptDecrypt)
            let sealed = try fixture.encrypt(message, under: key, by: algorithm)
            func isInvalid(_ ciphertext: [UInt8], under key: String) -> Bool {
                refusal { _ = try fixture.decrypt(ciphertext, under: key, by: algorithm) }
                    == .invalidCiphertext
            }
            for index in sealed.indices {
                var changed = sealed
                changed[index] ^= 1 << UInt8(index % 8)
                #expect(isInvalid(changed, under: key), "\(algorithm), byte \(index)")
            }
            #expect(isInvalid(Array(sealed.dropLast()), under: key))
            #expect(isInvalid(sealed + [0], under: key))
            #expect(isInvalid([0], under: key))
            #expect(isInvalid([UInt8](repeating: 255, count: 6144), under: key))
            #expect(isInvalid(sealed, under: other))
            let event = try #require(fixture.audit.events.last)
            #expect(event.additional.contains { $0.name == "ciphertextProblem" })
        }
    }

    @Test("RSA's other algorithm opens nothing")
    func otherAlgorithm() throws {
        let fixture = try Fixture()
        let key = try fixture.makeKey(.rsa2048, .encryptDecrypt)
        let sealed = try fixture.encrypt(message, under: key, by: .rsaesOAEPSHA1)
        #expect(
            refusal { _ = try fixture.decrypt(sealed, under: key, by: .rsaesOAEPSHA256) }
                == .invalidCiphertext)
    }

    @Test("Every algorithm that is not the key's is an incompatible one")
    func algorithms() throws {
        let fixture = try Fixture()
        for spec in [KeySpec.symmetricDefault, .rsa2048, .sm2] {
            let key = try fixture.makeKey(spec, .encryptDecrypt)
            let own = try fixture.metadata(key).encryptionAlgorithms
            for algorithm in EncryptionAlgorithm.allCases where !own.contains(algorithm) {
                let expected = KMSError.invalidKeyUsage(
                    "Algorithm \(algorithm.rawValue) is incompatible with key spec "
                        + "\(spec.rawValue).")
                #expect(
                    refusal { _ = try fixture.encrypt(message, under: key, by: algorithm) }
                        == expected)
                // Without the algorithm a ciphertext is taken for a blob, and found to be none.
                #expect(
                    refusal { _ = try fixture.decrypt([1], under: key, by: algorithm) }
                        == (algorithm == .symmetricDefault ? .invalidCiphertext : expected))
            }
        }
    }

    @Test("A blob with the key id of an RSA key in it is refused, and so is one of another key")
    func blobs() throws {
        let fixture = try Fixture()
        let symmetric = try fixture.makeKey()
        let rsa = try fixture.makeKey(.rsa2048, .encryptDecrypt)
        var blob = try fixture.encrypt(message, under: symmetric, by: .symmetricDefault)
        #expect(
            refusal { _ = try fixture.decrypt(blob, under: rsa, by: .symmetricDefault) }
                == .incorrectKey(
                    "The key ID in the request does not identify a CMK that can perform this "
                        + "operation."))
        let id = try #require(KeyID(text: rsa.split(separator: "/")[1]))
        blob.replaceSubrange(8..<24, with: id.bytes)
        for key in [nil, rsa] {
            #expect(
                refusal { _ = try fixture.decrypt(blob, under: key, by: .symmetricDefault) }
                    == .invalidKeyUsage(
                        "Algorithm SYMMETRIC_DEFAULT is incompatible with key spec RSA_2048."))
        }
    }

    @Test("An asymmetric key has no encryption context, and has to be named to decrypt")
    func contextAndName() throws {
        let fixture = try Fixture()
        let key = try fixture.makeKey(.rsa2048, .encryptDecrypt)
        let context = try EncryptionContext(strings: ["a": "b"])
        let expected = KMSError.validation(
            "EncryptionContext is not supported when encrypting/decrypting with asymmetric CMKs.")
        let sealed = try fixture.encrypt(message, under: key, by: .rsaesOAEPSHA256)
        #expect(
            refusal {
                _ = try fixture.encrypt(
                    message, under: key, by: .rsaesOAEPSHA256, context: context)
            } == expected)
        #expect(
            refusal {
                _ = try fixture.decrypt(
                    sealed, under: key, by: .rsaesOAEPSHA256, context: context)
            } == expected)
        #expect(
            refusal { _ = try fixture.decrypt(sealed, under: nil, by: .rsaesOAEPSHA256) }
                == .validation("KeyId must not be null"))
        #expect(
            refusal {
                _ = try fixture.service.reEncrypt(
                    ReEncryptRequest(
                        ciphertextBlob: sealed, destinationKeyID: key,
                        sourceEncryptionAlgorithm: .rsaesOAEPSHA256), caller: fixture.caller)
            } == .validation("SourceKeyId must not be null"))
    }

    @Test("ReEncrypt leads from every kind of key to every other")
    func reEncrypt() throws {
        let fixture = try Fixture()
        let ends: [(String, EncryptionAlgorithm)] = [
            (try fixture.makeKey(), .symmetricDefault),
            (try fixture.makeKey(.rsa2048, .encryptDecrypt), .rsaesOAEPSHA256),
            (try fixture.makeKey(.rsa2048, .encryptDecrypt), .rsaesOAEPSHA1),
            (try fixture.makeKey(.sm2, .encryptDecrypt), .sm2PKE),
        ]
        for (source, sourceAlgorithm) in ends {
            let sealed = try fixture.encrypt(message, under: source, by: sourceAlgorithm)
            for (destination, algorithm) in ends {
                let response = try fixture.service.reEncrypt(
                    ReEncryptRequest(
                        ciphertextBlob: sealed, sourceKeyID: source,
                        destinationKeyID: destination,
                        sourceEncryptionAlgorithm: sourceAlgorithm,
                        destinationEncryptionAlgorithm: algorithm), caller: fixture.caller)
                #expect(response.sourceKeyID == source)
                #expect(response.keyID == destination)
                #expect(response.sourceEncryptionAlgorithm == sourceAlgorithm)
                #expect(response.destinationEncryptionAlgorithm == algorithm)
                let fromBlob = sourceAlgorithm == .symmetricDefault
                #expect((response.sourceKeyMaterialID != nil) == fromBlob)
                let toBlob = algorithm == .symmetricDefault
                #expect((response.destinationKeyMaterialID != nil) == toBlob)
                #expect(
                    try fixture.decrypt(
                        response.ciphertextBlob, under: destination, by: algorithm) == message)
            }
        }
    }

    @Test(
        "What somebody encrypts to the public key is decrypted here",
        .enabled(if: AsymmetricOracle.isThere, "\(AsymmetricOracle.missing)"))
    func oracle() throws {
        let fixture = try Fixture()
        let oracle = try AsymmetricOracle()
        let key = try fixture.makeKey(.rsa2048, .encryptDecrypt)
        let publicKey = try fixture.publicKey(key).publicKey
        for algorithm in [EncryptionAlgorithm.rsaesOAEPSHA1, .rsaesOAEPSHA256] {
            let sealed = try oracle.encrypt(message, by: algorithm.rawValue, to: publicKey)
            #expect(try fixture.decrypt(sealed, under: key, by: algorithm) == message)
        }
    }
}
