import KMSDomain
import KMSModel
import KMSService
import KMSTestSupport
import Testing

/// Every use of a key against every kind of key and every state, in earnest and as a dry run.
@Suite struct CryptographicActTests {
    private static let dryRun = KMSError.dryRunOperation(
        "The request would have succeeded, but the DryRun option is set.")

    /// A key of each kind, and what the acts need.
    private struct Bed {
        let fixture: Fixture
        let keys: [KeySpec: String]
        let inputs: CryptographicInputs

        init() throws {
            let fixture = try Fixture()
            var keys: [KeySpec: String] = [:]
            for (spec, usage) in KeyKinds.oneOfEach {
                keys[spec] = try fixture.makeKey(spec, usage)
            }
            (self.fixture, self.keys) = (fixture, keys)
            inputs = try CryptographicInputs(fixture, keys: keys)
        }

        func key(_ act: CryptographicAct) throws -> String { try #require(keys[act.kind.0]) }

        func outcome(
            _ act: CryptographicAct, on key: String, dryRun: Bool = false,
            grantTokens: [String] = []
        ) -> KMSError? {
            do {
                try inputs.perform(
                    act, on: key, fixture, dryRun: dryRun, grantTokens: grantTokens)
                return nil
            } catch KMSServiceError.refused(let error) {
                return error
            } catch {
                Issue.record("\(act): \(error)")
                return nil
            }
        }
    }

    @Test("A key does what it is made for, and nothing else")
    func usages() throws {
        let bed = try Bed()
        for act in CryptographicAct.allCases where act != .decryptUnnamed {
            for (spec, usage) in KeyKinds.oneOfEach {
                let key = try #require(bed.keys[spec])
                let outcome = bed.outcome(act, on: key)
                if act.kind == (spec, usage) {
                    #expect(outcome == nil, "\(act)")
                } else if act.kind.1 != usage {
                    #expect(
                        outcome
                            == .invalidKeyUsage(
                                "\(key) key usage is \(usage.rawValue) which is not valid for "
                                    + "\(act.operation.rawValue)."), "\(act)")
                } else {
                    #expect(outcome != nil, "\(act) by \(spec)")
                }
            }
        }
    }

    @Test("No key works that is disabled, waits for its end, or is gone")
    func states() throws {
        let bed = try Bed()
        let (service, caller) = (bed.fixture.service, bed.fixture.caller)
        for act in CryptographicAct.allCases {
            let key = try bed.key(act)
            try service.disableKey(DisableKeyRequest(keyID: key), caller: caller)
            for dryRun in [false, true] {
                #expect(
                    bed.outcome(act, on: key, dryRun: dryRun) == .disabled("\(key) is disabled."),
                    "\(act)")
            }
            try service.enableKey(EnableKeyRequest(keyID: key), caller: caller)
        }
        for key in bed.keys.values {
            _ = try service.scheduleKeyDeletion(
                ScheduleKeyDeletionRequest(keyID: key, pendingWindowInDays: 7), caller: caller)
        }
        for act in CryptographicAct.allCases {
            let key = try bed.key(act)
            for dryRun in [false, true] {
                #expect(
                    bed.outcome(act, on: key, dryRun: dryRun)
                        == .kmsInvalidState("\(key) is pending deletion."), "\(act)")
            }
        }
        bed.fixture.clock.advance(days: 7)
        for act in CryptographicAct.allCases {
            let key = try bed.key(act)
            let expected: KMSError =
                act == .decryptUnnamed
                ? .invalidCiphertext : .notFound("Key '\(key)' does not exist")
            for dryRun in [false, true] {
                #expect(bed.outcome(act, on: key, dryRun: dryRun) == expected, "\(act)")
            }
        }
    }

    @Test("A dry run of what would succeed says so, does nothing, and is no use of the key")
    func dryRuns() throws {
        let bed = try Bed()
        for act in CryptographicAct.allCases {
            let key = try bed.key(act)
            let before = try bed.fixture.service.getKeyLastUsage(
                GetKeyLastUsageRequest(keyID: key), caller: bed.fixture.caller)
            bed.fixture.clock.advance(seconds: 1)
            #expect(bed.outcome(act, on: key, dryRun: true) == Self.dryRun, "\(act)")
            let event = try #require(bed.fixture.audit.events.last)
            #expect(event.failure?.code == "DryRunOperationException")
            #expect(event.parameters.contains { $0.name == "dryRun" })
            let after = try bed.fixture.service.getKeyLastUsage(
                GetKeyLastUsageRequest(keyID: key), caller: bed.fixture.caller)
            #expect(before == after)
        }
    }

    @Test("A dry run of what would fail fails as the deed would")
    func failingDryRuns() throws {
        let bed = try Bed()
        let (fixture, inputs) = (bed.fixture, bed.inputs)
        let (service, caller) = (fixture.service, fixture.caller)
        #expect(
            refusal {
                _ = try service.verify(
                    VerifyRequest(
                        keyID: bed.key(.verify), message: Fixture.secret([9]),
                        signature: inputs.signature, signingAlgorithm: .ecdsaSHA256,
                        dryRun: true), caller: caller)
            } == .kmsInvalidSignature)
        #expect(
            refusal {
                _ = try service.verifyMac(
                    VerifyMacRequest(
                        message: Fixture.secret([9]), keyID: bed.key(.verifyMac),
                        macAlgorithm: .hmacSHA256, mac: inputs.mac, dryRun: true),
                    caller: caller)
            } == .kmsInvalidMAC)
        var blob = inputs.blob
        blob[blob.count - 1] ^= 1
        #expect(
            refusal {
                _ = try service.decrypt(
                    DecryptRequest(ciphertextBlob: blob, dryRun: true), caller: caller)
            } == .invalidCiphertext)
        #expect(
            refusal {
                _ = try service.reEncrypt(
                    ReEncryptRequest(
                        ciphertextBlob: blob, destinationKeyID: inputs.other, dryRun: true),
                    caller: caller)
            } == .invalidCiphertext)
        for (act, spec) in [
            (CryptographicAct.sign, KeySpec.hmac256), (.encapsulate, .eccNISTP384),
            (.generateDataKey, .rsa2048),
        ] {
            let key = try #require(bed.keys[spec])
            let outcome = bed.outcome(act, on: key, dryRun: true)
            guard case .invalidKeyUsage? = outcome else {
                Issue.record("\(act): \(String(describing: outcome))")
                continue
            }
        }
    }

    @Test("A dry run that ignores the ciphertext needs none, but a key")
    func ignoredCiphertext() throws {
        let bed = try Bed()
        let (service, caller) = (bed.fixture.service, bed.fixture.caller)
        let key = try bed.key(.decrypt)
        func decrypt(_ keyID: String?, dryRun: Bool) -> KMSError? {
            refusal {
                _ = try service.decrypt(
                    DecryptRequest(
                        ciphertextBlob: [], keyID: keyID, dryRun: dryRun,
                        dryRunModifiers: [.ignoreCiphertext]), caller: caller)
            }
        }
        #expect(decrypt(key, dryRun: true) == Self.dryRun)
        #expect(decrypt(nil, dryRun: true) == .validation("KeyId must not be null"))
        #expect(
            decrypt(key, dryRun: false)
                == .validation("DryRunModifiers can only be specified when DryRun is true"))
        #expect(
            refusal { _ = try bed.fixture.decrypt([], under: key, by: .symmetricDefault) }
                == .validation(
                    "1 validation error detected: Value null at 'ciphertextBlob' failed to "
                        + "satisfy constraint: Member must not be null"))
        let rsa = try bed.key(.decryptAsymmetric)
        #expect(
            decrypt(rsa, dryRun: true)
                == .invalidKeyUsage(
                    "Algorithm SYMMETRIC_DEFAULT is incompatible with key spec RSA_2048."))
        #expect(
            refusal {
                _ = try service.reEncrypt(
                    ReEncryptRequest(
                        ciphertextBlob: [], sourceKeyID: key, destinationKeyID: rsa,
                        destinationEncryptionAlgorithm: .rsaesOAEPSHA1, dryRun: true,
                        dryRunModifiers: [.ignoreCiphertext]), caller: caller)
            } == Self.dryRun)
    }

    @Test("A dry run finds material that does not open")
    func lostMaterial() throws {
        let bed = try Bed()
        // Another root: no row opens any more.
        let root = try Fixture.freshRoot()
        let service = Fixture.service(
            bed.fixture.store, SoftwareKeyBackend(root: root), bed.fixture.audit,
            bed.fixture.clock, root)
        for dryRun in [false, true] {
            #expect(throws: KMSServiceError.backend(.materialNotAuthentic)) {
                _ = try service.sign(
                    SignRequest(
                        keyID: bed.key(.sign), message: Fixture.secret([1]),
                        signingAlgorithm: .ecdsaSHA256, dryRun: dryRun),
                    caller: bed.fixture.caller)
            }
            #expect(throws: KMSServiceError.backend(.materialNotAuthentic)) {
                _ = try service.encrypt(
                    EncryptRequest(
                        keyID: bed.key(.encrypt), plaintext: Fixture.secret([1]),
                        dryRun: dryRun), caller: bed.fixture.caller)
            }
        }
    }

    @Test("Grant tokens of ours are taken, up to ten; others are refused, in every operation")
    func grantTokens() throws {
        let bed = try Bed()
        let grant = try #require(GrantID(bytes: [UInt8](repeating: 7, count: 32)))
        for act in CryptographicAct.allCases {
            let key = try bed.key(act)
            let id = try #require(KeyID(text: key.split(separator: "/")[1]))
            let token = try GrantTokens(root: bed.fixture.root).token(grant, of: id)
            let tokens = [String](repeating: token, count: 10)
            #expect(bed.outcome(act, on: key, grantTokens: tokens) == nil, "\(act)")
            #expect(
                bed.outcome(act, on: key, grantTokens: tokens + [token])
                    == .validation(
                        "1 validation error detected: Value at 'grantTokens' failed to satisfy "
                            + "constraint: Member must have length less than or equal to 10"),
                "\(act)")
            let foreign = try GrantTokens(root: Fixture.freshRoot()).token(grant, of: id)
            for wrong in ["x", foreign] {
                #expect(
                    bed.outcome(act, on: key, grantTokens: [token, wrong])
                        == .invalidGrantToken("The grant token is not valid."), "\(act)")
            }
        }
        #expect(
            refusal {
                _ = try bed.fixture.service.getPublicKey(
                    GetPublicKeyRequest(keyID: bed.key(.sign), grantTokens: ["x"]),
                    caller: bed.fixture.caller)
            } == .invalidGrantToken("The grant token is not valid."))
    }

    @Test("An enclave gets nothing")
    func recipients() throws {
        let bed = try Bed()
        let (service, caller) = (bed.fixture.service, bed.fixture.caller)
        let recipient = RecipientInfo(
            keyEncryptionAlgorithm: .rsaesOAEPSHA256, attestationDocument: [1])
        let symmetric = try bed.key(.encrypt)
        let acts: [() throws -> Void] = [
            {
                _ = try service.decrypt(
                    DecryptRequest(ciphertextBlob: bed.inputs.blob, recipient: recipient),
                    caller: caller)
            },
            {
                _ = try service.generateDataKey(
                    GenerateDataKeyRequest(
                        keyID: symmetric, keySpec: .aes256, recipient: recipient),
                    caller: caller)
            },
            {
                _ = try service.generateDataKeyPair(
                    GenerateDataKeyPairRequest(
                        keyID: symmetric, keyPairSpec: .eccNISTP256, recipient: recipient),
                    caller: caller)
            },
            {
                _ = try service.deriveSharedSecret(
                    DeriveSharedSecretRequest(
                        keyID: bed.key(.deriveSharedSecret), keyAgreementAlgorithm: .ecdh,
                        publicKey: bed.inputs.publicKey, recipient: recipient), caller: caller)
            },
            {
                _ = try service.generateRandom(
                    GenerateRandomRequest(numberOfBytes: 1, recipient: recipient),
                    caller: caller)
            },
        ]
        for act in acts {
            #expect(
                refusal(act)
                    == .unsupportedOperation("Recipient is not supported by this key service."))
        }
    }
}
