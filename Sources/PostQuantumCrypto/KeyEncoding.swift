internal import SecretMemory

/// How keys of ML-DSA (RFC 9881) and ML-KEM (RFC 9935) are written in DER: the algorithm is one object
/// identifier without parameters, the private key is its seed.
struct KeyEncoding {
    /// Below NIST's arc of algorithms, 2.16.840.1.101.3.4.
    private static let arc: [UInt8] = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04]

    private let algorithm: [UInt8]
    let publicKeyByteCount: Int
    let seedByteCount: Int

    init(arc: [UInt8], publicKeyByteCount: Int, seedByteCount: Int) {
        algorithm = Self.element(0x30, Self.element(0x06, Self.arc + arc))
        self.publicKeyByteCount = publicKeyByteCount
        self.seedByteCount = seedByteCount
    }

    /// X.509's SubjectPublicKeyInfo.
    func publicKeyInfo(_ publicKey: [UInt8]) -> [UInt8] {
        publicKeyPrefix + publicKey
    }

    /// The public key in a SubjectPublicKeyInfo, which has but one encoding.
    func publicKey(info: [UInt8]) throws(PostQuantumError) -> [UInt8] {
        let prefix = publicKeyPrefix
        guard info.count == prefix.count + publicKeyByteCount, info.starts(with: prefix) else {
            throw .notAKey
        }
        return Array(info.dropFirst(prefix.count))
    }

    /// PKCS#8's PrivateKeyInfo, with the seed only.
    func privateKeyInfo(seed: borrowing SecretBytes) -> SecretBytes {
        let prefix = privateKeyPrefix
        return seed.withBytes { seed in
            SecretBytes(byteCount: prefix.count + seed.byteCount) { output in
                for (offset, byte) in prefix.enumerated() {
                    output.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
                }
                for offset in 0..<seed.byteCount {
                    output.storeBytes(
                        of: unsafe seed.unsafeLoad(fromByteOffset: offset, as: UInt8.self),
                        toByteOffset: prefix.count + offset, as: UInt8.self)
                }
            }
        }
    }

    /// The seed in a PrivateKeyInfo that has the seed only.
    func seed(privateKeyInfo info: RawSpan) throws(PostQuantumError) -> SecretBytes {
        let prefix = privateKeyPrefix
        guard info.byteCount == prefix.count + seedByteCount,
            prefix.indices.allSatisfy({
                unsafe info.unsafeLoad(fromByteOffset: $0, as: UInt8.self) == prefix[$0]
            })
        else { throw .notAKey }
        return SecretBytes(copying: info.extracting(droppingFirst: prefix.count))
    }

    /// `SEQUENCE { algorithm, BIT STRING { 0 unused bits, …`
    private var publicKeyPrefix: [UInt8] {
        let string = Self.head(0x03, 1 + publicKeyByteCount) + [0]
        return Self.head(0x30, algorithm.count + string.count + publicKeyByteCount) + algorithm
            + string
    }

    /// `SEQUENCE { INTEGER 0, algorithm, OCTET STRING { [0] { …`
    private var privateKeyPrefix: [UInt8] {
        let seed = Self.head(0x80, seedByteCount)
        let string = Self.head(0x04, seed.count + seedByteCount) + seed
        let version: [UInt8] = [0x02, 0x01, 0x00]
        return Self.head(0x30, version.count + algorithm.count + string.count + seedByteCount)
            + version + algorithm + string
    }

    private static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        head(tag, content.count) + content
    }

    private static func head(_ tag: UInt8, _ count: Int) -> [UInt8] {
        switch count {
        case 0..<0x80: [tag, UInt8(count)]
        case 0x80..<0x100: [tag, 0x81, UInt8(count)]
        default: [tag, 0x82, UInt8(count >> 8), UInt8(count & 0xFF)]
        }
    }
}
