import KMSDomain
import KMSModel
import KMSService
import OpenSSLCrypto
import Testing

@Suite struct SigningTests {
    private static let specs = KeyKinds.quick.filter { $0.1 == .signVerify }.map(\.0)
    private let message = [UInt8]("what is signed".utf8)

    private static func digest(
        _ message: [UInt8], _ algorithm: SigningAlgorithm
    ) throws -> [UInt8]? {
        let digest: MessageDigest
        switch algorithm.rawValue.suffix(3) {
        case "256" where algorithm != .mlDSASHAKE256: digest = .sha256
        case "384": digest = .sha384
        case "512" where algorithm != .ed25519SHA512 && algorithm != .ed25519PHSHA512:
            digest = .sha512
        default: return nil
        }
        return unsafe try digest.digest(message.span.bytes)
    }

    @Test("Each key signs by each of its algorithms; what is changed is no signature of it")
    func roundTrips() throws {
        let fixture = try Fixture()
        for spec in Self.specs {
            let key = try fixture.makeKey(spec, .signVerify)
            let other = try fixture.makeKey(spec, .signVerify)
            for algorithm in try fixture.metadata(key).signingAlgorithms {
                var signature = try fixture.sign(message, by: key, algorithm)
                try fixture.verify(signature, of: message, by: key, algorithm)
                func isRefused(_ body: () throws -> Void) -> Bool {
                    refusal(body) == .kmsInvalidSignature
                }
                #expect(
                    isRefused {
                        try fixture.verify(signature, of: message + [0], by: key, algorithm)
                    })
                #expect(
                    isRefused { try fixture.verify(signature, of: message, by: other, algorithm) })
                #expect(
                    isRefused {
                        try fixture.verify(
                            signature + [0], of: message, by: key, algorithm)
                    })
                #expect(
                    isRefused { try fixture.verify([1], of: message, by: key, algorithm) })
                signature[signature.count / 2] ^= 1
                #expect(
                    isRefused { try fixture.verify(signature, of: message, by: key, algorithm) })
            }
        }
    }

    @Test("No byte of a signature can be changed")
    func malleability() throws {
        let fixture = try Fixture()
        for spec in Self.specs {
            let key = try fixture.makeKey(spec, .signVerify)
            let algorithm = try #require(fixture.metadata(key).signingAlgorithms.first)
            let signature = try fixture.sign(message, by: key, algorithm)
            // All bytes of the short ones.
            for index in stride(from: 0, to: signature.count, by: max(1, signature.count / 256)) {
                var changed = signature
                changed[index] ^= 1 << UInt8(index % 8)
                #expect(
                    refusal { try fixture.verify(changed, of: message, by: key, algorithm) }
                        == .kmsInvalidSignature, "\(algorithm), byte \(index)")
            }
        }
    }

    @Test("A digest is signed in its message's stead, and only one of the right length")
    func digests() throws {
        let fixture = try Fixture()
        for spec in Self.specs {
            let key = try fixture.makeKey(spec, .signVerify)
            for algorithm in try fixture.metadata(key).signingAlgorithms where algorithm != .sm2DSA
            {
                guard let digest = try Self.digest(message, algorithm) else { continue }
                let raw = try fixture.sign(message, by: key, algorithm)
                try fixture.verify(raw, of: digest, by: key, algorithm, .digest)
                let signed = try fixture.sign(digest, by: key, algorithm, .digest)
                try fixture.verify(signed, of: message, by: key, algorithm)
                for wrong in [Array(digest.dropLast()), digest + [0], [1]] {
                    let expected = KMSError.validation(
                        "Digest is invalid length for algorithm \(algorithm.rawValue).")
                    #expect(
                        refusal { _ = try fixture.sign(wrong, by: key, algorithm, .digest) }
                            == expected)
                    #expect(
                        refusal { try fixture.verify(raw, of: wrong, by: key, algorithm, .digest) }
                            == expected)
                }
            }
        }
    }

    @Test("SM2 takes a digest of 32 bytes")
    func sm2() throws {
        let fixture = try Fixture()
        let key = try fixture.makeKey(.sm2, .signVerify)
        let digest = [UInt8](repeating: 7, count: 32)
        let signature = try fixture.sign(digest, by: key, .sm2DSA, .digest)
        try fixture.verify(signature, of: digest, by: key, .sm2DSA, .digest)
        #expect(
            refusal { try fixture.verify(signature, of: digest, by: key, .sm2DSA) }
                == .kmsInvalidSignature)
    }

    @Test("Every algorithm that is not the key's is an incompatible one")
    func algorithms() throws {
        let fixture = try Fixture()
        for spec in Self.specs {
            let key = try fixture.makeKey(spec, .signVerify)
            let own = try fixture.metadata(key).signingAlgorithms
            for algorithm in SigningAlgorithm.allCases where !own.contains(algorithm) {
                let expected: KMSError =
                    if spec == .eccNISTEdwards25519, algorithm == .ed25519PHSHA512 {
                        .unsupportedOperation(
                            "Algorithm ED25519_PH_SHA_512 is not supported by this key service.")
                    } else {
                        .invalidKeyUsage(
                            "Algorithm \(algorithm.rawValue) is incompatible with key spec "
                                + "\(spec.rawValue).")
                    }
                #expect(
                    refusal { _ = try fixture.sign(message, by: key, algorithm) } == expected)
                #expect(
                    refusal { try fixture.verify([1], of: message, by: key, algorithm) }
                        == expected)
            }
        }
    }

    @Test("A message type that an algorithm has not is refused")
    func messageTypes() throws {
        let fixture = try Fixture()
        let bytes = [UInt8](repeating: 7, count: 64)
        for (spec, algorithm, type) in [
            (KeySpec.eccNISTEdwards25519, SigningAlgorithm.ed25519SHA512, MessageType.digest),
            (.eccNISTEdwards25519, .ed25519SHA512, .externalMU),
            (.mlDSA65, .mlDSASHAKE256, .digest), (.eccNISTP256, .ecdsaSHA256, .externalMU),
            (.rsa2048, .rsassaPSSSHA512, .externalMU), (.sm2, .sm2DSA, .externalMU),
        ] {
            let key = try fixture.makeKey(spec, .signVerify)
            #expect(
                refusal { _ = try fixture.sign(bytes, by: key, algorithm, type) }
                    == .validation(
                        "MessageType \(type.rawValue) is incompatible with algorithm "
                            + "\(algorithm.rawValue)."))
        }
        let key = try fixture.makeKey(.mlDSA87, .signVerify)
        #expect(
            refusal { _ = try fixture.sign(bytes, by: key, .mlDSASHAKE256, .externalMU) }
                == .unsupportedOperation(
                    "MessageType EXTERNAL_MU is not supported by this key service."))
        #expect(
            refusal { _ = try fixture.sign([1], by: key, .mlDSASHAKE256, .externalMU) }
                == .validation("Digest is invalid length for algorithm ML_DSA_SHAKE_256."))
    }

    @Test("Messages have 1…4,096 bytes, signatures 1…6,144")
    func lengths() throws {
        let fixture = try Fixture()
        let key = try fixture.makeKey(.eccNISTP256, .signVerify)
        for count in [1, 4096] {
            let message = [UInt8](repeating: 7, count: count)
            let signature = try fixture.sign(message, by: key, .ecdsaSHA256)
            try fixture.verify(signature, of: message, by: key, .ecdsaSHA256)
        }
        func violation(_ member: String, _ constraint: String) -> KMSError {
            .validation(
                "1 validation error detected: Value at '\(member)' failed to satisfy constraint: "
                    + "Member must have length \(constraint)")
        }
        let long = [UInt8](repeating: 7, count: 6145)
        #expect(
            refusal { _ = try fixture.sign([], by: key, .ecdsaSHA256) }
                == violation("message", "greater than or equal to 1"))
        #expect(
            refusal { _ = try fixture.sign(Array(long.prefix(4097)), by: key, .ecdsaSHA256) }
                == violation("message", "less than or equal to 4096"))
        #expect(
            refusal { try fixture.verify([], of: [1], by: key, .ecdsaSHA256) }
                == violation("signature", "greater than or equal to 1"))
        #expect(
            refusal { try fixture.verify(long, of: [1], by: key, .ecdsaSHA256) }
                == violation("signature", "less than or equal to 6144"))
    }

    @Test(
        "Somebody with the public key alone finds the signatures good",
        .enabled(if: AsymmetricOracle.isThere, "\(AsymmetricOracle.missing)"))
    func oracle() throws {
        let fixture = try Fixture()
        let oracle = try AsymmetricOracle()
        // The oracle has no SM2; OpenSSL's command has, in the tests of the library's wall.
        for spec in Self.specs where spec != .sm2 {
            let key = try fixture.makeKey(spec, .signVerify)
            let publicKey = try fixture.publicKey(key).publicKey
            for algorithm in try fixture.metadata(key).signingAlgorithms {
                let signature = try fixture.sign(message, by: key, algorithm)
                #expect(
                    try oracle.isValid(signature, of: message, by: algorithm.rawValue, publicKey))
                #expect(
                    try !oracle.isValid(
                        signature, of: message + [0], by: algorithm.rawValue, publicKey))
                guard let digest = try Self.digest(message, algorithm) else { continue }
                let signed = try fixture.sign(digest, by: key, algorithm, .digest)
                #expect(
                    try oracle.isValid(signed, of: message, by: algorithm.rawValue, publicKey))
            }
        }
    }
}
