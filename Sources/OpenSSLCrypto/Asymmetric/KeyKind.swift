/// The asymmetric keys that this room makes and uses, with their parameters.
package enum KeyKind: CaseIterable, Hashable, Sendable {
    case rsa2048, rsa3072, rsa4096
    case p256, p384, p521, secp256k1
    case ed25519
    case sm2

    /// OpenSSL's name of the algorithm.
    var algorithm: String {
        switch self {
        case .rsa2048, .rsa3072, .rsa4096: "RSA"
        case .p256, .p384, .p521, .secp256k1: "EC"
        case .ed25519: "ED25519"
        case .sm2: "SM2"
        }
    }

    /// Of an RSA key.
    var modulusBitCount: Int32? {
        switch self {
        case .rsa2048: 2048
        case .rsa3072: 3072
        case .rsa4096: 4096
        case .p256, .p384, .p521, .secp256k1, .ed25519, .sm2: nil
        }
    }

    /// OpenSSL's name of the group of an elliptic curve that is a parameter.
    var groupName: String? {
        switch self {
        case .p256: "prime256v1"
        case .p384: "secp384r1"
        case .p521: "secp521r1"
        case .secp256k1: "secp256k1"
        case .rsa2048, .rsa3072, .rsa4096, .ed25519, .sm2: nil
        }
    }
}
