import KMSModel
import KMSService
import SecretMemory
import Testing

/// DeriveSharedSecret, Encapsulate and Decapsulate.
@Suite struct KeyAgreementTests {
    private static let curves: [KeySpec] = [.eccNISTP256, .eccNISTP384, .eccNISTP521]
    private static let sets: [(KeySpec, byteCount: Int)] = [(.mlKEM768, 1088), (.mlKEM1024, 1568)]

    @Test("Two keys of a curve derive one secret; keys of other curves and no keys are refused")
    func agreement() throws {
        let fixture = try Fixture()
        for spec in Self.curves {
            let (ours, theirs) = (
                try fixture.makeKey(spec, .keyAgreement), try fixture.makeKey(spec, .keyAgreement)
            )
            let theirPublicKey = try fixture.publicKey(theirs).publicKey
            let secret = try fixture.agree(ours, with: theirPublicKey)
            #expect(try secret == fixture.agree(theirs, with: fixture.publicKey(ours).publicKey))
            let response = try fixture.service.deriveSharedSecret(
                DeriveSharedSecretRequest(
                    keyID: ours, keyAgreementAlgorithm: .ecdh, publicKey: theirPublicKey),
                caller: fixture.caller)
            #expect(response.keyID == ours)
            #expect(response.keyOrigin == .awsKMS)
            var strangers = try (Self.curves + [.eccSECGP256K1]).filter { $0 != spec }.map {
                try fixture.publicKey(fixture.makeKey($0, .signVerify)).publicKey
            }
            strangers.append(
                try fixture.publicKey(fixture.makeKey(.rsa2048, .signVerify)).publicKey)
            var offCurve = theirPublicKey
            offCurve[offCurve.count - 1] ^= 1
            strangers += [
                [1], Array(theirPublicKey.dropLast()), theirPublicKey + [0], offCurve,
            ]
            for stranger in strangers {
                #expect(
                    refusal { _ = try fixture.agree(ours, with: stranger) }
                        == .validation(
                            "The public key is not valid for key spec \(spec.rawValue)."))
            }
            guard
                case .validation? = refusal({ _ = try fixture.agree(ours, with: []) }),
                case .validation? = refusal({
                    _ = try fixture.agree(ours, with: [UInt8](repeating: 7, count: 8193))
                })
            else {
                Issue.record("a public key's length was not looked at")
                return
            }
        }
    }

    @Test("A shared secret is encapsulated and comes back; a changed one is another secret")
    func encapsulation() throws {
        let fixture = try Fixture()
        for (spec, byteCount) in Self.sets {
            let key = try fixture.makeKey(spec, .encapsulateDecapsulate)
            let other = try fixture.makeKey(spec, .encapsulateDecapsulate)
            let made = try fixture.service.encapsulate(
                EncapsulateRequest(keyID: key, encapsulationAlgorithm: .mlKEM),
                caller: fixture.caller)
            #expect(made.keyID == key)
            #expect(made.sharedSecret.byteCount == 32)
            let encapsulation = made.sharedSecretCiphertextBlob
            #expect(encapsulation.count == byteCount)
            let secret = made.sharedSecret.withBytes { $0.bytes }
            #expect(try fixture.decapsulate(encapsulation, by: key) == secret)
            #expect(try fixture.decapsulate(encapsulation, by: other) != secret)
            for index in stride(from: 0, to: byteCount, by: 37) {
                var changed = encapsulation
                changed[index] ^= 1
                #expect(try fixture.decapsulate(changed, by: key) != secret)
            }
            for wrong in [Array(encapsulation.dropLast()), encapsulation + [0], [1]] {
                #expect(
                    refusal { _ = try fixture.decapsulate(wrong, by: key) } == .invalidCiphertext)
            }
        }
    }

    @Test(
        "Somebody with the public key alone comes to the same secrets",
        .enabled(if: AsymmetricOracle.isThere, "\(AsymmetricOracle.missing)"))
    func oracle() throws {
        let fixture = try Fixture()
        let oracle = try AsymmetricOracle()
        for spec in Self.curves {
            let key = try fixture.makeKey(spec, .keyAgreement)
            let theirs = try oracle.agree(with: fixture.publicKey(key).publicKey)
            #expect(try fixture.agree(key, with: theirs.publicKey) == theirs.secret)
        }
        for (spec, _) in Self.sets {
            let key = try fixture.makeKey(spec, .encapsulateDecapsulate)
            let theirs = try oracle.encapsulate(to: fixture.publicKey(key).publicKey)
            #expect(try fixture.decapsulate(theirs.encapsulation, by: key) == theirs.secret)
        }
    }
}
