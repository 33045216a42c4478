import KMSModel
import KMSService
import KMSTestSupport
import SecretMemory
import Testing

@Suite struct DataKeyPairTests {
    private static let specs = DataKeyPairSpec.allCases.filter {
        ![.rsa3072, .rsa4096, .mlKEM512].contains($0)
    }
    private let context: EncryptionContext

    init() throws { context = try EncryptionContext(strings: ["a": "b"]) }

    @Test(
        "The private half comes in plain and sealed, and the sealed one opens to it",
        arguments: Assembly.allCases)
    func pairs(assembly: Assembly) throws {
        let fixture = try Fixture(assembly)
        let key = try fixture.makeKey()
        for spec in Self.specs {
            let pair = try fixture.service.generateDataKeyPair(
                GenerateDataKeyPairRequest(
                    keyID: key, keyPairSpec: spec, encryptionContext: context),
                caller: fixture.caller)
            #expect(pair.keyID == key)
            #expect(pair.keyPairSpec == spec)
            #expect(pair.keyMaterialID?.count == 64)
            let blob = pair.privateKeyCiphertextBlob
            #expect(
                try fixture.decrypt(
                    blob, under: key, by: .symmetricDefault, context: context)
                    == pair.privateKeyPlaintext.withBytes { $0.bytes })
            #expect(
                refusal { _ = try fixture.decrypt(blob, under: key, by: .symmetricDefault) }
                    == .invalidCiphertext)
        }
    }

    @Test(
        "The halves belong together, with and without plaintext",
        .enabled(if: AsymmetricOracle.isThere, "\(AsymmetricOracle.missing)"))
    func halves() throws {
        let fixture = try Fixture()
        let oracle = try AsymmetricOracle()
        let key = try fixture.makeKey()
        var seen: Set<[UInt8]> = []
        // The oracle has no SM2.
        for spec in Self.specs + [.rsa3072] where spec != .sm2 {
            let pair = try fixture.service.generateDataKeyPair(
                GenerateDataKeyPairRequest(keyID: key, keyPairSpec: spec), caller: fixture.caller)
            let privateKey = pair.privateKeyPlaintext.withBytes { $0.bytes }
            #expect(try oracle.isPair(pair.publicKey, privateKey))
            let other = try fixture.service.generateDataKeyPairWithoutPlaintext(
                GenerateDataKeyPairWithoutPlaintextRequest(
                    keyID: key, keyPairSpec: spec, encryptionContext: context),
                caller: fixture.caller)
            let opened = try fixture.decrypt(
                other.privateKeyCiphertextBlob, under: key, by: .symmetricDefault,
                context: context)
            #expect(try oracle.isPair(other.publicKey, opened))
            #expect(try !oracle.isPair(other.publicKey, privateKey))
            #expect(seen.insert(pair.publicKey).inserted)
            #expect(seen.insert(other.publicKey).inserted)
        }
    }

    @Test("What no library here has is refused by name, and only symmetric keys seal data keys")
    func refused() throws {
        let fixture = try Fixture()
        let (service, caller) = (fixture.service, fixture.caller)
        let key = try fixture.makeKey()
        #expect(
            refusal {
                _ = try service.generateDataKeyPair(
                    GenerateDataKeyPairRequest(keyID: key, keyPairSpec: .mlKEM512),
                    caller: caller)
            }
                == .unsupportedOperation(
                    "KeyPairSpec ML_KEM_512 is not supported by this key service."))
        for (spec, usage) in [(KeySpec.rsa2048, KeyUsage.encryptDecrypt), (.sm2, .encryptDecrypt)] {
            let asymmetric = try fixture.makeKey(spec, usage)
            let acts: [(what: String, act: () throws -> Void)] = [
                (
                    "data key",
                    {
                        _ = try service.generateDataKey(
                            GenerateDataKeyRequest(keyID: asymmetric, keySpec: .aes256),
                            caller: caller)
                    }
                ),
                (
                    "data key",
                    {
                        _ = try service.generateDataKeyWithoutPlaintext(
                            GenerateDataKeyWithoutPlaintextRequest(
                                keyID: asymmetric, keySpec: .aes256), caller: caller)
                    }
                ),
                (
                    "data key pair",
                    {
                        _ = try service.generateDataKeyPair(
                            GenerateDataKeyPairRequest(
                                keyID: asymmetric, keyPairSpec: .eccNISTP256),
                            caller: caller)
                    }
                ),
                (
                    "data key pair",
                    {
                        _ = try service.generateDataKeyPairWithoutPlaintext(
                            GenerateDataKeyPairWithoutPlaintextRequest(
                                keyID: asymmetric, keyPairSpec: .eccNISTP256), caller: caller)
                    }
                ),
            ]
            for (what, act) in acts {
                #expect(
                    refusal(act)
                        == .invalidKeyUsage("You cannot generate a \(what) with an asymmetric CMK"))
            }
        }
    }
}
