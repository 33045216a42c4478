import KMSDomain
import KMSModel
import KMSService

/// Each way to put a key to use, on keys that are made for it and on others.
enum CryptographicAct: CaseIterable {
    case encrypt, decrypt, decryptUnnamed, reEncryptFrom, reEncryptTo
    case encryptAsymmetric, decryptAsymmetric
    case generateDataKey, generateDataKeyWithoutPlaintext
    case generateDataKeyPair, generateDataKeyPairWithoutPlaintext
    case sign, verify, generateMac, verifyMac
    case deriveSharedSecret, encapsulate, decapsulate

    /// The key it is meant for.
    var kind: (KeySpec, KeyUsage) {
        switch self {
        case .encrypt, .decrypt, .decryptUnnamed, .reEncryptFrom, .reEncryptTo, .generateDataKey,
            .generateDataKeyWithoutPlaintext, .generateDataKeyPair,
            .generateDataKeyPairWithoutPlaintext:
            (.symmetricDefault, .encryptDecrypt)
        case .encryptAsymmetric, .decryptAsymmetric: (.rsa2048, .encryptDecrypt)
        case .sign, .verify: (.eccNISTP256, .signVerify)
        case .generateMac, .verifyMac: (.hmac256, .generateVerifyMAC)
        case .deriveSharedSecret: (.eccNISTP384, .keyAgreement)
        case .encapsulate, .decapsulate: (.mlKEM768, .encapsulateDecapsulate)
        }
    }

    /// As AWS names the operation.
    var operation: LastUsageOperation {
        switch self {
        case .encrypt, .encryptAsymmetric: .encrypt
        case .decrypt, .decryptUnnamed, .decryptAsymmetric: .decrypt
        case .reEncryptFrom, .reEncryptTo: .reEncrypt
        case .generateDataKey: .generateDataKey
        case .generateDataKeyWithoutPlaintext: .generateDataKeyWithoutPlaintext
        case .generateDataKeyPair: .generateDataKeyPair
        case .generateDataKeyPairWithoutPlaintext: .generateDataKeyPairWithoutPlaintext
        case .sign: .sign
        case .verify: .verify
        case .generateMac: .generateMac
        case .verifyMac: .verifyMac
        case .deriveSharedSecret: .deriveSharedSecret
        case .encapsulate: .encapsulate
        case .decapsulate: .decapsulate
        }
    }
}

/// What such acts need besides a key: made by the keys that are right for them.
struct CryptographicInputs {
    /// A symmetric key for the other end of ReEncrypt.
    let other: String
    let otherBlob: [UInt8]
    let blob: [UInt8]
    let asymmetricCiphertext: [UInt8]
    let signature: [UInt8]
    let mac: [UInt8]
    let publicKey: [UInt8]
    let encapsulation: [UInt8]
    private static let message: [UInt8] = [1, 2, 3]

    /// - Parameter keys: one for each kind of ``CryptographicAct/kind``.
    init(_ fixture: Fixture, keys: [KeySpec: String]) throws {
        func key(_ act: CryptographicAct) -> String { keys[act.kind.0] ?? "" }
        other = try fixture.makeKey()
        otherBlob = try fixture.encrypt(Self.message, under: other, by: .symmetricDefault)
        blob = try fixture.encrypt(Self.message, under: key(.encrypt), by: .symmetricDefault)
        asymmetricCiphertext = try fixture.encrypt(
            Self.message, under: key(.encryptAsymmetric), by: .rsaesOAEPSHA256)
        signature = try fixture.sign(Self.message, by: key(.sign), .ecdsaSHA256)
        mac = try fixture.mac(of: Self.message, by: key(.generateMac), .hmacSHA256)
        publicKey = try fixture.publicKey(key(.deriveSharedSecret)).publicKey
        encapsulation = try fixture.service.encapsulate(
            EncapsulateRequest(keyID: key(.encapsulate), encapsulationAlgorithm: .mlKEM),
            caller: fixture.caller
        ).sharedSecretCiphertextBlob
    }

    func perform(
        _ act: CryptographicAct, on key: String, _ fixture: Fixture, dryRun: Bool = false,
        grantTokens: [String] = []
    ) throws {
        let (service, caller) = (fixture.service, fixture.caller)
        switch act {
        case .encrypt, .encryptAsymmetric:
            _ = try service.encrypt(
                EncryptRequest(
                    keyID: key, plaintext: Fixture.secret(Self.message),
                    encryptionAlgorithm: act == .encrypt ? .symmetricDefault : .rsaesOAEPSHA256,
                    dryRun: dryRun, grantTokens: grantTokens), caller: caller)
        case .decrypt, .decryptUnnamed:
            _ = try service.decrypt(
                DecryptRequest(
                    ciphertextBlob: blob, keyID: act == .decrypt ? key : nil, dryRun: dryRun,
                    grantTokens: grantTokens), caller: caller)
        case .decryptAsymmetric:
            _ = try service.decrypt(
                DecryptRequest(
                    ciphertextBlob: asymmetricCiphertext, keyID: key,
                    encryptionAlgorithm: .rsaesOAEPSHA256, dryRun: dryRun,
                    grantTokens: grantTokens), caller: caller)
        case .reEncryptFrom:
            _ = try service.reEncrypt(
                ReEncryptRequest(
                    ciphertextBlob: blob, sourceKeyID: key, destinationKeyID: other,
                    dryRun: dryRun, grantTokens: grantTokens), caller: caller)
        case .reEncryptTo:
            _ = try service.reEncrypt(
                ReEncryptRequest(
                    ciphertextBlob: otherBlob, destinationKeyID: key, dryRun: dryRun,
                    grantTokens: grantTokens), caller: caller)
        case .generateDataKey, .generateDataKeyWithoutPlaintext, .generateDataKeyPair,
            .generateDataKeyPairWithoutPlaintext:
            try generate(act, under: key, fixture, dryRun, grantTokens)
        case .sign, .verify, .generateMac, .verifyMac:
            try authenticate(act, by: key, fixture, dryRun, grantTokens)
        case .deriveSharedSecret:
            _ = try service.deriveSharedSecret(
                DeriveSharedSecretRequest(
                    keyID: key, keyAgreementAlgorithm: .ecdh, publicKey: publicKey,
                    grantTokens: grantTokens, dryRun: dryRun), caller: caller)
        case .encapsulate:
            _ = try service.encapsulate(
                EncapsulateRequest(
                    keyID: key, encapsulationAlgorithm: .mlKEM, grantTokens: grantTokens,
                    dryRun: dryRun), caller: caller)
        case .decapsulate:
            _ = try service.decapsulate(
                DecapsulateRequest(
                    keyID: key, sharedSecretCiphertextBlob: encapsulation,
                    encapsulationAlgorithm: .mlKEM, grantTokens: grantTokens, dryRun: dryRun),
                caller: caller)
        }
    }

    private func generate(
        _ act: CryptographicAct, under key: String, _ fixture: Fixture, _ dryRun: Bool,
        _ grantTokens: [String]
    ) throws {
        let (service, caller) = (fixture.service, fixture.caller)
        switch act {
        case .generateDataKey:
            _ = try service.generateDataKey(
                GenerateDataKeyRequest(
                    keyID: key, keySpec: .aes256, dryRun: dryRun, grantTokens: grantTokens),
                caller: caller)
        case .generateDataKeyWithoutPlaintext:
            _ = try service.generateDataKeyWithoutPlaintext(
                GenerateDataKeyWithoutPlaintextRequest(
                    keyID: key, keySpec: .aes128, dryRun: dryRun, grantTokens: grantTokens),
                caller: caller)
        case .generateDataKeyPair:
            _ = try service.generateDataKeyPair(
                GenerateDataKeyPairRequest(
                    keyID: key, keyPairSpec: .eccNISTP256, grantTokens: grantTokens,
                    dryRun: dryRun), caller: caller)
        default:
            _ = try service.generateDataKeyPairWithoutPlaintext(
                GenerateDataKeyPairWithoutPlaintextRequest(
                    keyID: key, keyPairSpec: .eccNISTP256, grantTokens: grantTokens,
                    dryRun: dryRun), caller: caller)
        }
    }

    private func authenticate(
        _ act: CryptographicAct, by key: String, _ fixture: Fixture, _ dryRun: Bool,
        _ grantTokens: [String]
    ) throws {
        let (service, caller) = (fixture.service, fixture.caller)
        switch act {
        case .sign:
            _ = try service.sign(
                SignRequest(
                    keyID: key, message: Fixture.secret(Self.message),
                    signingAlgorithm: .ecdsaSHA256, grantTokens: grantTokens, dryRun: dryRun),
                caller: caller)
        case .verify:
            _ = try service.verify(
                VerifyRequest(
                    keyID: key, message: Fixture.secret(Self.message), signature: signature,
                    signingAlgorithm: .ecdsaSHA256, grantTokens: grantTokens, dryRun: dryRun),
                caller: caller)
        case .generateMac:
            _ = try service.generateMac(
                GenerateMacRequest(
                    message: Fixture.secret(Self.message), keyID: key,
                    macAlgorithm: .hmacSHA256, grantTokens: grantTokens, dryRun: dryRun),
                caller: caller)
        default:
            _ = try service.verifyMac(
                VerifyMacRequest(
                    message: Fixture.secret(Self.message), keyID: key,
                    macAlgorithm: .hmacSHA256, mac: mac, grantTokens: grantTokens,
                    dryRun: dryRun), caller: caller)
        }
    }
}
