import KMSDomain
import KMSService
import SecretMemory
import Testing

@Suite("Software key backend")
struct SoftwareKeyBackendTests {
    private let backend: SoftwareKeyBackend
    private let id: KeyID
    private let otherID: KeyID
    private let version: VersionID
    private let message = Array("What is signed, and what is not.".utf8)

    init() throws {
        backend = SoftwareKeyBackend(root: try Fixture.freshRoot())
        id = try #require(KeyID(bytes: SystemRandom.bytes(count: 16)))
        otherID = try #require(KeyID(bytes: SystemRandom.bytes(count: 16)))
        version = try #require(VersionID(bytes: SystemRandom.bytes(count: 16)))
    }

    private func handle(
        _ spec: Key.Spec, _ usage: Key.Usage = .signVerify
    ) throws -> any KeyHandle {
        let purpose = MaterialPurpose(spec: spec, usage: usage)
        let row = try backend.generateMaterial(for: id, version: version, purpose: purpose)
        return try backend.openMaterial(row, of: id, version: version, purpose: purpose)
    }

    @Test("Each key signs by each of its algorithms and no other", arguments: Key.Spec.allCases)
    func signing(spec: Key.Spec) throws {
        let handle = try handle(spec)
        let other = message + [0]
        for algorithm in Key.SigningAlgorithm.allCases {
            guard spec.signingAlgorithms.contains(algorithm) else {
                // An algorithm of the same family with another digest works all the same.
                if spec.signingAlgorithms.contains(where: {
                    $0.rawValue.prefix(5) == algorithm.rawValue.prefix(5)
                }) {
                    continue
                }
                #expect(throws: KeyBackendError.unsupported) {
                    _ = unsafe try handle.sign(message.span.bytes, .message, by: algorithm)
                }
                continue
            }
            let signature = unsafe try handle.sign(message.span.bytes, .message, by: algorithm)
            #expect(
                unsafe try handle.verify(signature, of: message.span.bytes, .message, by: algorithm)
            )
            #expect(
                unsafe try !handle.verify(signature, of: other.span.bytes, .message, by: algorithm))
            let digest = [UInt8](repeating: 7, count: algorithm.digestByteCount ?? 32)
            if algorithm.digestByteCount == nil {
                #expect(throws: KeyBackendError.unsupported) {
                    _ = unsafe try handle.sign(digest.span.bytes, .digest, by: algorithm)
                }
            } else {
                let signed = unsafe try handle.sign(digest.span.bytes, .digest, by: algorithm)
                #expect(
                    unsafe try handle.verify(signed, of: digest.span.bytes, .digest, by: algorithm))
                let short = Array(digest.dropLast())
                #expect(throws: KeyBackendError.unsupported) {
                    _ = unsafe try handle.sign(short.span.bytes, .digest, by: algorithm)
                }
            }
        }
    }

    @Test("Each key encrypts by each of its algorithms", arguments: Key.Spec.allCases)
    func encryption(spec: Key.Spec) throws {
        let handle = try handle(spec, .encryptDecrypt)
        for algorithm in Key.EncryptionAlgorithm.allCases {
            guard spec.encryptionAlgorithms.contains(algorithm) else {
                #expect(throws: KeyBackendError.unsupported) {
                    _ = unsafe try handle.encrypt(message.span.bytes, by: algorithm)
                }
                continue
            }
            var sealed = unsafe try handle.encrypt(message.span.bytes, by: algorithm)
            let opened = try handle.decrypt(sealed, by: algorithm)
            #expect(opened.copied == message)
            sealed[sealed.count / 2] ^= 1
            #expect(throws: KeyBackendError.notAuthentic) {
                _ = try handle.decrypt(sealed, by: algorithm)
            }
        }
    }

    @Test(
        "Two keys of a curve agree on a secret",
        arguments: [Key.Spec.p256, .p384, .p521])
    func agreement(spec: Key.Spec) throws {
        let (ours, theirs) = (try handle(spec, .keyAgreement), try handle(spec, .keyAgreement))
        let secret = try ours.sharedSecret(with: theirs.publicKey())
        let same = try theirs.sharedSecret(with: ours.publicKey())
        #expect(secret.copied == same.copied)
        let stranger = try handle(.secp256k1)
        #expect(throws: KeyBackendError.notAPublicKey) {
            _ = try ours.sharedSecret(with: stranger.publicKey())
        }
    }

    @Test("An HMAC key has the codes of its own digest", arguments: Key.Spec.allCases)
    func codes(spec: Key.Spec) throws {
        let handle = try handle(spec, .generateVerifyMAC)
        guard let algorithm = spec.macAlgorithm else {
            #expect(throws: KeyBackendError.unsupported) {
                _ = unsafe try handle.code(of: message.span.bytes)
            }
            return
        }
        let code = unsafe try handle.code(of: message.span.bytes)
        #expect(code.count * 8 == Int(algorithm.rawValue.suffix(3)))
        #expect(unsafe try handle.code(of: message.span.bytes) == code)
        let other = message + [0]
        #expect(unsafe try handle.code(of: other.span.bytes) != code)
    }

    @Test("ML-KEM's shared secret comes back", arguments: [Key.Spec.mlKEM768, .mlKEM1024])
    func encapsulation(spec: Key.Spec) throws {
        let handle = try handle(spec, .encapsulateDecapsulate)
        let made = try handle.encapsulate()
        let secret = try handle.decapsulate(made.encapsulation)
        #expect(secret.copied == made.sharedSecret.copied)
        #expect(throws: KeyBackendError.notAuthentic) { _ = try handle.decapsulate([1, 2, 3]) }
    }

    @Test("A row opens as nothing but what it is", arguments: Key.Spec.allCases)
    func rows(spec: Key.Spec) throws {
        let purpose = MaterialPurpose(spec: spec, usage: .signVerify)
        var row = try backend.generateMaterial(for: id, version: version, purpose: purpose)
        for (key, other) in [
            (otherID, purpose),
            (id, MaterialPurpose(spec: spec, usage: .encryptDecrypt)),
            (id, MaterialPurpose(spec: spec == .p256 ? .p384 : .p256, usage: .signVerify)),
        ] {
            #expect(throws: KeyBackendError.materialNotAuthentic) {
                try backend.openMaterial(row, of: key, version: version, purpose: other)
            }
        }
        row[row.count - 1] ^= 1
        #expect(throws: KeyBackendError.materialNotAuthentic) {
            try backend.openMaterial(row, of: id, version: version, purpose: purpose)
        }
    }
}

extension SecretBytes {
    /// A copy, as only tests may make one.
    fileprivate var copied: [UInt8] {
        withBytes { bytes in
            (0..<bytes.byteCount).map {
                unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self)
            }
        }
    }
}
