import OpenSSLCrypto

/// Keys in DER, put together from the numbers of published vectors.
enum DER {
    static func rsaPublicKey(modulus: [UInt8], exponent: [UInt8]) -> [UInt8] {
        sequence(
            sequence(
                objectIdentifier([0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01]), null),
            bitString(sequence(integer(modulus), integer(exponent))))
    }

    /// Coordinates may lack zeros in front.
    static func publicKey(_ kind: KeyKind, x: [UInt8], y: [UInt8]) -> [UInt8] {
        sequence(algorithm(kind), bitString([4] + padded(x, kind) + padded(y, kind)))
    }

    /// Without the public key, which follows from the number.
    static func privateKey(_ kind: KeyKind, number: [UInt8]) -> [UInt8] {
        sequence(
            integer([0]), algorithm(kind),
            element(0x04, sequence(integer([1]), element(0x04, padded(number, kind)))))
    }

    static func ed25519PrivateKey(seed: [UInt8]) -> [UInt8] {
        sequence(
            integer([0]), sequence(objectIdentifier([0x2B, 0x65, 0x70])),
            element(0x04, element(0x04, seed)))
    }

    static func signature(r: [UInt8], s: [UInt8]) -> [UInt8] { sequence(integer(r), integer(s)) }

    private static let null: [UInt8] = [0x05, 0x00]

    private static func algorithm(_ kind: KeyKind) -> [UInt8] {
        let curve: [UInt8] =
            switch kind {
            case .p256: [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]
            case .p384: [0x2B, 0x81, 0x04, 0x00, 0x22]
            case .p521: [0x2B, 0x81, 0x04, 0x00, 0x23]
            case .secp256k1: [0x2B, 0x81, 0x04, 0x00, 0x0A]
            default: []
            }
        return sequence(
            objectIdentifier([0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01]), objectIdentifier(curve))
    }

    private static func padded(_ number: [UInt8], _ kind: KeyKind) -> [UInt8] {
        let count = kind == .p384 ? 48 : kind == .p521 ? 66 : 32
        let bare = number.drop { $0 == 0 }
        return [UInt8](repeating: 0, count: max(0, count - bare.count)) + bare
    }

    private static func sequence(_ parts: [UInt8]...) -> [UInt8] {
        element(0x30, parts.flatMap(\.self))
    }

    private static func objectIdentifier(_ bytes: [UInt8]) -> [UInt8] { element(0x06, bytes) }

    private static func bitString(_ bytes: [UInt8]) -> [UInt8] { element(0x03, [0] + bytes) }

    private static func integer(_ bytes: [UInt8]) -> [UInt8] {
        let bare = Array(bytes.drop { $0 == 0 })
        let isHigh = bare.first.map { $0 >= 0x80 } ?? true
        return element(0x02, (isHigh ? [0] : []) + bare)
    }

    private static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        let count = content.count
        let length: [UInt8] =
            count < 0x80
            ? [UInt8(count)]
            : count < 0x100
                ? [0x81, UInt8(count)] : [0x82, UInt8(count >> 8), UInt8(count & 0xFF)]
        return [tag] + length + content
    }
}
