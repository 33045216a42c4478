import Foundation
import PostQuantumCrypto
import SecretMemory
import TestSupport
import Testing

@Suite("ML-DSA and ML-KEM")
struct PostQuantumTests {
    private let message = Array("What is signed, and what is not.".utf8)

    @Test(
        "The seeds of the known answers give their public keys",
        .enabled(if: PublishedVectors.areThere, Comment(rawValue: PublishedVectors.missing)),
        arguments: MLDSA.allCases)
    func signatureKeys(set: MLDSA) throws {
        let name = set == .mlDSA65 ? "65" : "87"
        let records = try PublishedVectors.records(
            "asymmetric/MLDSA/kat_MLDSA_\(name)_det_pure.rsp", first: "count")
        #expect(records.count >= 100)
        for record in records {
            let info = try set.publicKeyInfo(seed: secret(bytes(hex: record["xi"])))
            #expect(info.suffix(info.count - 22).elementsEqual(bytes(hex: record["pk"])))
            // These are made with a context, which is no part of ours.
            let signed = bytes(hex: record["sm"])
            let (signature, message) = (
                Array(signed.prefix(set.signatureByteCount)), bytes(hex: record["msg"])
            )
            let isValid = unsafe try set.isValid(
                signature, of: message.span.bytes, publicKeyInfo: info)
            #expect(isValid == bytes(hex: record["ctx"]).isEmpty)
        }
    }

    @Test(
        "ML-KEM's known answers come out, and what is not for the key gives another secret",
        .enabled(if: PublishedVectors.areThere, Comment(rawValue: PublishedVectors.missing)),
        arguments: MLKEM.allCases)
    func encapsulations(set: MLKEM) throws {
        let name = set == .mlKEM768 ? "768" : "1024"
        let records = try PublishedVectors.records(
            "asymmetric/MLKEM/kat_MLKEM_\(name).rsp", first: "count")
        #expect(records.count >= 100)
        for record in records {
            let seed = secret(bytes(hex: record["d"]) + bytes(hex: record["z"]))
            let info = try set.publicKeyInfo(seed: seed)
            #expect(info.suffix(info.count - 22).elementsEqual(bytes(hex: record["pk"])))
            let found = try set.decapsulate(bytes(hex: record["ct"]), seed: seed)
            #expect(copy(found) == bytes(hex: record["ss"]))
            let rejected = try set.decapsulate(bytes(hex: record["ct_n"]), seed: seed)
            #expect(copy(rejected) == bytes(hex: record["ss_n"]))
        }
    }

    @Test(
        "A signature that was changed, cut, of another message or key is refused",
        arguments: MLDSA.allCases)
    func refused(set: MLDSA) throws {
        let seed = SecretBytes(randomByteCount: MLDSA.seedByteCount)
        let info = try set.publicKeyInfo(seed: seed)
        let signature = unsafe try set.signature(of: message.span.bytes, seed: seed)
        #expect(signature.count == set.signatureByteCount)
        #expect(unsafe try set.isValid(signature, of: message.span.bytes, publicKeyInfo: info))
        var others = [[], Array(signature.dropLast()), signature + [0]]
        for index in stride(from: 0, to: signature.count, by: 97) {
            others.append(signature)
            others[others.count - 1][index] ^= 1
        }
        for other in others {
            let isValid = unsafe try set.isValid(
                other, of: message.span.bytes, publicKeyInfo: info)
            #expect(!isValid)
        }
        let otherMessage = message + [0]
        let isOther = unsafe try set.isValid(
            signature, of: otherMessage.span.bytes, publicKeyInfo: info)
        #expect(!isOther)
        let stranger = try set.publicKeyInfo(
            seed: SecretBytes(randomByteCount: MLDSA.seedByteCount))
        let isStrangers = unsafe try set.isValid(
            signature, of: message.span.bytes, publicKeyInfo: stranger)
        #expect(!isStrangers)
        let pkcs8 = copy(set.pkcs8(seed: seed))
        #expect(unsafe copy(try set.seed(pkcs8: pkcs8.span.bytes)) == copy(seed))
        for bytes in [[], Array(pkcs8.dropLast()), pkcs8 + [0], info] {
            #expect(throws: PostQuantumError.notAKey) {
                _ = unsafe try set.seed(pkcs8: bytes.span.bytes)
            }
        }
        for bytes in [[], Array(info.dropLast()), info + [0], pkcs8] {
            #expect(throws: PostQuantumError.notAKey) {
                unsafe try set.isValid(signature, of: message.span.bytes, publicKeyInfo: bytes)
            }
        }
    }

    @Test("An encapsulation of another length is none, and a key of another set is none")
    func wrongSets() throws {
        let seed = SecretBytes(randomByteCount: MLKEM.seedByteCount)
        let made = try MLKEM.mlKEM768.encapsulate(
            publicKeyInfo: MLKEM.mlKEM768.publicKeyInfo(seed: seed))
        #expect(
            copy(try MLKEM.mlKEM768.decapsulate(made.encapsulation, seed: seed))
                == copy(made.sharedSecret))
        for bytes in [[], Array(made.encapsulation.dropLast()), made.encapsulation + [0]] {
            #expect(throws: PostQuantumError.notAnEncapsulation) {
                _ = try MLKEM.mlKEM768.decapsulate(bytes, seed: seed)
            }
        }
        #expect(throws: PostQuantumError.notAKey) {
            _ = try MLKEM.mlKEM1024.encapsulate(
                publicKeyInfo: MLKEM.mlKEM768.publicKeyInfo(seed: seed))
        }
    }

    struct Given: Encodable {
        var set: String
        var pkcs8: String
        var publicKey: String
        var message = ""
        var signature = ""
        var encapsulation = ""
        var sharedSecret = ""
    }

    struct Judgement: Decodable {
        let problem: String?
        let signature: String
        let encapsulation: String
        let sharedSecret: String
    }

    @Test(
        "Another library reads our keys and takes what we made, and we take what it made",
        .enabled(if: Oracle.isThere, Comment(rawValue: Oracle.missing)))
    func oracle() throws {
        for set in MLDSA.allCases {
            let seed = SecretBytes(randomByteCount: MLDSA.seedByteCount)
            let info = try set.publicKeyInfo(seed: seed)
            let judgement = try Oracle.judge(
                Given(
                    set: "\(set)", pkcs8: hex(copy(set.pkcs8(seed: seed))), publicKey: hex(info),
                    message: hex(message),
                    signature: hex(unsafe try set.signature(of: message.span.bytes, seed: seed))),
                Judgement.self)
            #expect(judgement.problem == nil)
            #expect(
                unsafe try set.isValid(
                    bytes(hex: judgement.signature), of: message.span.bytes, publicKeyInfo: info))
        }
        for set in MLKEM.allCases {
            let seed = SecretBytes(randomByteCount: MLKEM.seedByteCount)
            let info = try set.publicKeyInfo(seed: seed)
            let made = try set.encapsulate(publicKeyInfo: info)
            let judgement = try Oracle.judge(
                Given(
                    set: "\(set)", pkcs8: hex(copy(set.pkcs8(seed: seed))), publicKey: hex(info),
                    encapsulation: hex(made.encapsulation),
                    sharedSecret: hex(copy(made.sharedSecret))),
                Judgement.self)
            #expect(judgement.problem == nil)
            let theirs = try set.decapsulate(bytes(hex: judgement.encapsulation), seed: seed)
            #expect(copy(theirs) == bytes(hex: judgement.sharedSecret))
        }
    }

    private func secret(_ bytes: [UInt8]) -> SecretBytes {
        unsafe SecretBytes(copying: bytes.span.bytes)
    }

    /// As only tests may make one.
    private func copy(_ secret: borrowing SecretBytes) -> [UInt8] {
        secret.withBytes { bytes in
            (0..<bytes.byteCount).map {
                unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self)
            }
        }
    }

    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
