internal import ContainerFormat
internal import OpenSSLCrypto
internal import SecretMemory

/// A stanza whose secret is split among others, of which some are enough.
///
///     body = u8 k ‖ u8 n ‖ salt[16] ‖ n × (u16 length ‖ stanza)
struct ThresholdStanza {
    let needed: Int
    /// The inner stanzas with the position of their share, 1…n.
    let inner: [(x: UInt8, stanza: Stanza)]
    /// All of the share's binder but its position and the wrap's own binder.
    private let salt: [UInt8]

    /// Nothing where the form is not that of container-v1, 6.3.
    init?(_ stanza: Stanza) {
        let body = stanza.body
        guard stanza.keyID.isEmpty, body.count >= 18, (2...16).contains(body[1]),
            (2...body[1]).contains(body[0]),
            let inner = Stanza.inner(body[18...], count: Int(body[1])),
            !inner.contains(where: { $0.knownType == .threshold || $0.knownType == .batch })
        else { return nil }
        needed = Int(body[0])
        salt = Array(body[2..<18]) + [body[0], body[1]]
        self.inner = inner.enumerated().map { (UInt8($0 + 1), $1) }
    }

    func binding(ofShare x: UInt8, _ binding: WrapBinding) throws(CryptoError) -> WrapBinding {
        WrapBinding(
            binder: try SHA256.digest(Label.share + binding.binder + salt + [x]),
            context: binding.context)
    }
}

/// A stanza whose key was wrapped once for many containers.
///
///     body = salt[32] ‖ u16 length ‖ stanza ‖ SEAL(batch key, "batch", file key)
struct BatchStanza {
    let inner: Stanza
    let innerBinding: WrapBinding
    private let sealed: [UInt8]

    /// The stanza that wraps the key of the batch; nothing where the form is not that of
    /// container-v1, 6.3.
    static func inner(of stanza: Stanza) -> Stanza? {
        let body = stanza.body
        guard stanza.keyID.isEmpty, body.count >= 32 + 2 + StanzaSeal.byteCount,
            let inner = Stanza.inner(
                body[32..<body.count - StanzaSeal.byteCount], count: 1)?.first,
            ["aws-kms", "vault-transit", "pkcs11"].contains(inner.type)
        else { return nil }
        return inner
    }

    init?(_ stanza: Stanza, context: ContainerContext) throws(CryptoError) {
        guard let inner = Self.inner(of: stanza) else { return nil }
        let body = stanza.body
        self.inner = inner
        let contextDigest = try SHA256.digest(context.encoded)
        innerBinding = WrapBinding(
            binder: try SHA256.digest(Label.batch + body.prefix(32) + contextDigest),
            context: context)
        sealed = Array(body.suffix(StanzaSeal.byteCount))
    }

    /// The file key, if `batchKey` is the key of the batch.
    func open(
        _ batchKey: borrowing SecretBytes, _ binding: WrapBinding
    ) throws -> SecretBytes? {
        guard batchKey.byteCount == FileKey.byteCount else { return nil }
        do throws(CryptoError) {
            return try batchKey.withBytes { key throws(CryptoError) in
                try StanzaSeal.open(
                    sealed, under: key, label: Label.batch, binder: binding.binder)
            }
        } catch {
            guard error == .notAuthentic else { throw error }
            return nil
        }
    }
}

/// One share of a secret that was split bytewise by Shamir's scheme over GF(2⁸) with
/// x⁸ + x⁴ + x³ + x + 1.
final class SecretShare {
    private let x: UInt8
    private let bytes: SecretBytes

    init?(x: UInt8, _ bytes: consuming SecretBytes) {
        guard bytes.byteCount == FileKey.byteCount else { return nil }
        self.x = x
        self.bytes = bytes
    }

    /// The polynomial's value at 0. The shares have different positions, none of them 0.
    static func join(_ shares: [SecretShare]) -> SecretBytes {
        SecretBytes(byteCount: FileKey.byteCount) { output in
            for share in shares {
                var weight: UInt8 = 1
                for other in shares where other.x != share.x {
                    weight = multiply(weight, multiply(other.x, inverse(other.x ^ share.x)))
                }
                share.bytes.withBytes { bytes in
                    for offset in 0..<FileKey.byteCount {
                        let byte = unsafe bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
                        let sum = unsafe output.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
                        output.storeBytes(
                            of: sum ^ multiply(weight, byte), toByteOffset: offset,
                            as: UInt8.self)
                    }
                }
            }
        }
    }

    /// Without a branch or a table that a secret byte would choose.
    static func multiply(_ left: UInt8, _ right: UInt8) -> UInt8 {
        var (left, product) = (left, UInt8(0))
        for bit in 0..<UInt8(8) {
            product ^= left & (0 &- (right >> bit & 1))
            left = left << 1 ^ (0x1B & (0 &- (left >> 7)))
        }
        return product
    }

    /// a²⁵⁴, which is 1/a for every a but 0.
    static func inverse(_ value: UInt8) -> UInt8 {
        var result: UInt8 = 1
        for _ in 0..<254 { result = multiply(result, value) }
        return result
    }
}
