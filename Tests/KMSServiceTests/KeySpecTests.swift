import KMSDomain
import KMSModel
import KMSService
import Testing

/// Which keys can be made, and what DescribeKey and GetPublicKey say of them.
@Suite struct KeySpecTests {
    private static let pss: [SigningAlgorithm] = [
        .rsassaPSSSHA256, .rsassaPSSSHA384, .rsassaPSSSHA512, .rsassaPKCS1V15SHA256,
        .rsassaPKCS1V15SHA384, .rsassaPKCS1V15SHA512,
    ]

    /// AWS's "Key spec reference".
    private static func signing(_ spec: KeySpec) -> [SigningAlgorithm] {
        switch spec {
        case .rsa2048, .rsa3072, .rsa4096: pss
        case .eccNISTP256, .eccSECGP256K1: [.ecdsaSHA256]
        case .eccNISTP384: [.ecdsaSHA384]
        case .eccNISTP521: [.ecdsaSHA512]
        case .eccNISTEdwards25519: [.ed25519SHA512]
        case .sm2: [.sm2DSA]
        default: [.mlDSASHAKE256]
        }
    }

    private static func encryption(_ spec: KeySpec) -> [EncryptionAlgorithm] {
        switch spec {
        case .symmetricDefault: [.symmetricDefault]
        case .sm2: [.sm2PKE]
        default: [.rsaesOAEPSHA1, .rsaesOAEPSHA256]
        }
    }

    @Test("A key of every spec and usage is what it says, or is refused by name")
    func everyKind() throws {
        let fixture = try Fixture()
        // One of 4,096 bits takes seconds; the table of encryption makes it.
        for (spec, usage) in KeyKinds.all where spec != .rsa4096 {
            guard !KeyKinds.isMissing(spec, usage) else {
                guard
                    case .unsupportedOperation(let text)? = refusal({
                        _ = try fixture.makeKey(spec, usage)
                    })
                else {
                    Issue.record("\(spec) for \(usage) was not refused")
                    continue
                }
                #expect(text.contains(spec.rawValue))
                continue
            }
            let arn = try fixture.makeKey(spec, usage)
            let key = try fixture.metadata(arn)
            #expect(key.keySpec == spec)
            #expect(key.keyUsage == usage)
            #expect(key.keyState == .enabled)
            #expect(key.origin == .awsKMS)
            let algorithms = usage == .encryptDecrypt ? Self.encryption(spec) : []
            #expect(key.encryptionAlgorithms == algorithms)
            let signing = usage == .signVerify ? Self.signing(spec) : []
            #expect(key.signingAlgorithms == signing)
            let digits = spec.rawValue.suffix(3)
            #expect(
                key.macAlgorithms.map(\.rawValue)
                    == (usage == .generateVerifyMAC ? ["HMAC_SHA_" + digits] : []))
            #expect(key.keyAgreementAlgorithms == (usage == .keyAgreement ? [.ecdh] : []))
            let isKEM = usage == .encapsulateDecapsulate
            #expect(key.encapsulationAlgorithms == (isKEM ? [.mlKEM] : []))
            #expect((key.currentKeyMaterialID != nil) == (spec == .symmetricDefault))
            if spec == .symmetricDefault || usage == .generateVerifyMAC {
                #expect(
                    refusal { _ = try fixture.publicKey(arn) }
                        == .unsupportedOperation(
                            "\(arn) key spec is \(spec.rawValue) which is not valid for this "
                                + "operation."))
                continue
            }
            let publicKey = try fixture.publicKey(arn)
            #expect(publicKey.keyID == arn)
            #expect(publicKey.keySpec == spec)
            #expect(publicKey.keyUsage == usage)
            #expect(publicKey.encryptionAlgorithms == algorithms)
            #expect(publicKey.signingAlgorithms == signing)
            #expect(publicKey.keyAgreementAlgorithms == key.keyAgreementAlgorithms)
            #expect(publicKey.encapsulationAlgorithms == key.encapsulationAlgorithms)
            #expect(try publicKey.publicKey == fixture.publicKey(arn).publicKey)
        }
    }

    @Test("No other spec and usage go together")
    func incompatible() throws {
        let fixture = try Fixture()
        for spec in KeySpec.allCases {
            for usage in KeyUsage.allCases
            where !KeyKinds.all.contains(where: { $0 == (spec, usage) }) {
                #expect(
                    refusal { _ = try fixture.makeKey(spec, usage) }
                        == .validation(
                            "KeyUsage \(usage.rawValue) is not compatible with KeySpec "
                                + spec.rawValue))
            }
        }
    }

    @Test(
        "A backend that makes symmetric keys only says so of the others",
        arguments: [Assembly.vaultOverMemory, .tokenOverMemory])
    func poorBackend(assembly: Assembly) throws {
        let fixture = try Fixture(assembly)
        for (spec, usage) in KeyKinds.quick where spec != .symmetricDefault {
            #expect(
                refusal { _ = try fixture.makeKey(spec, usage) }
                    == .unsupportedOperation(
                        "KeySpec \(spec.rawValue) is not supported by this key service."))
        }
        #expect(
            try fixture.service.listKeys(ListKeysRequest(), caller: fixture.caller).keys.isEmpty)
    }

    @Test("Keys that are not symmetric do not rotate, and have no rotations")
    func rotation() throws {
        let fixture = try Fixture()
        let (service, caller) = (fixture.service, fixture.caller)
        for (spec, usage) in KeyKinds.oneOfEach where spec != .symmetricDefault {
            let key = try fixture.makeKey(spec, usage)
            let expected = KMSError.unsupportedOperation(
                "\(key) key spec is \(spec.rawValue) which is not valid for this operation.")
            let acts: [() throws -> Void] = [
                {
                    try service.enableKeyRotation(
                        EnableKeyRotationRequest(keyID: key), caller: caller)
                },
                {
                    try service.disableKeyRotation(
                        DisableKeyRotationRequest(keyID: key), caller: caller)
                },
                {
                    _ = try service.rotateKeyOnDemand(
                        RotateKeyOnDemandRequest(keyID: key), caller: caller)
                },
                {
                    _ = try service.getKeyRotationStatus(
                        GetKeyRotationStatusRequest(keyID: key), caller: caller)
                },
                {
                    _ = try service.listKeyRotations(
                        ListKeyRotationsRequest(keyID: key), caller: caller)
                },
            ]
            for act in acts { #expect(refusal(act) == expected) }
        }
    }

    @Test(
        "A key of every kind works for another service over the same store",
        arguments: [Assembly.softwareOverMemory, .softwareOverSQLite])
    func kept(assembly: Assembly) throws {
        let fixture = try Fixture(assembly)
        for (spec, usage) in KeyKinds.quick where usage != .generateVerifyMAC {
            guard spec != .symmetricDefault else { continue }
            let key = try fixture.makeKey(spec, usage)
            let other = try fixture.secondService().getPublicKey(
                GetPublicKeyRequest(keyID: key), caller: fixture.caller)
            #expect(try other == fixture.publicKey(key))
        }
    }
}
