/// How a message is signed. ECDSA's and SM2's signatures are DER, the others octets of a fixed length.
package enum SignatureScheme: Hashable, Sendable {
    /// With MGF1 of the same digest, and a salt as long as it.
    case rsaPSS(MessageDigest)
    case rsaPKCS1(MessageDigest)
    case ecdsa(MessageDigest)
    /// Of the message itself, which has no digest that could stand for it.
    case ed25519
    /// With SM3, and the standard's identity `1234567812345678`.
    case sm2

    /// That of the message that can be signed in its stead.
    package var digest: MessageDigest? {
        switch self {
        case .rsaPSS(let digest), .rsaPKCS1(let digest), .ecdsa(let digest): digest
        case .sm2: .sm3
        case .ed25519: nil
        }
    }

    /// Whether a key of this kind signs in this way.
    package func fits(_ kind: KeyKind) -> Bool {
        switch self {
        case .rsaPSS, .rsaPKCS1: kind.algorithm == "RSA"
        case .ecdsa: kind.algorithm == "EC"
        case .ed25519: kind == .ed25519
        case .sm2: kind == .sm2
        }
    }
}
