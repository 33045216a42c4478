/// A permission to use one key that lies beside the key's policy: for one principal, for some
/// operations, while it is there.
package struct Grant: Equatable, Sendable {
    /// What a grant may permit.
    package enum Operation: String, CaseIterable, Sendable {
        case createGrant = "CreateGrant"
        case decapsulate = "Decapsulate"
        case decrypt = "Decrypt"
        case deriveSharedSecret = "DeriveSharedSecret"
        case describeKey = "DescribeKey"
        case encapsulate = "Encapsulate"
        case encrypt = "Encrypt"
        case generateDataKey = "GenerateDataKey"
        case generateDataKeyPair = "GenerateDataKeyPair"
        case generateDataKeyPairWithoutPlaintext = "GenerateDataKeyPairWithoutPlaintext"
        case generateDataKeyWithoutPlaintext = "GenerateDataKeyWithoutPlaintext"
        case generateMAC = "GenerateMac"
        case getPublicKey = "GetPublicKey"
        case reEncryptFrom = "ReEncryptFrom"
        case reEncryptTo = "ReEncryptTo"
        case retireGrant = "RetireGrant"
        case sign = "Sign"
        case verify = "Verify"
        case verifyMAC = "VerifyMac"

        /// The operation that a policy calls `kms:NAME`, if grants have it.
        package init?(action: String) {
            guard action.utf8.starts(with: "kms:".utf8) else { return nil }
            self.init(rawValue: String(action.dropFirst("kms:".count)))
        }

        /// Whether requests for it have an encryption context, so that a constraint means something.
        package var hasEncryptionContext: Bool {
            switch self {
            case .decrypt, .encrypt, .generateDataKey, .generateDataKeyPair,
                .generateDataKeyPairWithoutPlaintext, .generateDataKeyWithoutPlaintext,
                .reEncryptFrom, .reEncryptTo:
                true
            case .createGrant, .decapsulate, .deriveSharedSecret, .describeKey, .encapsulate,
                .generateMAC, .getPublicKey, .retireGrant, .sign, .verify, .verifyMAC:
                false
            }
        }
    }

    package let id: GrantID
    package let keyID: KeyID
    /// What makes a second, equal CreateGrant the same grant.
    package let name: String?
    package let creationDate: Timestamp
    package let grantee: PrincipalPattern
    package let retiringPrincipal: PrincipalPattern?
    /// Who made it, in full.
    package let issuingPrincipal: String
    package let operations: Set<Operation>
    package let constraint: GrantConstraint?

    package init(
        id: GrantID, keyID: KeyID, name: String?, creationDate: Timestamp,
        grantee: PrincipalPattern, retiringPrincipal: PrincipalPattern?,
        issuingPrincipal: String, operations: Set<Operation>, constraint: GrantConstraint?
    ) {
        self.id = id
        self.keyID = keyID
        self.name = name
        self.creationDate = creationDate
        self.grantee = grantee
        self.retiringPrincipal = retiringPrincipal
        self.issuingPrincipal = issuingPrincipal
        self.operations = operations
        self.constraint = constraint
    }
}

/// Names a grant: 32 random bytes, written as 64 hexadecimal digits.
package struct GrantID: Hashable, Comparable, Sendable {
    package static let byteCount = 32

    package let bytes: [UInt8]

    /// Nothing unless there are 32 bytes.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = Array(bytes)
    }

    /// Nothing unless it is 64 digits in lower case.
    package init?(text: some StringProtocol) {
        var bytes: [UInt8] = []
        var high: UInt8?
        for byte in text.utf8 {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            default: return nil
            }
            if let first = high {
                bytes.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        guard high == nil else { return nil }
        self.init(bytes: bytes)
    }

    package var text: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self)
    }

    package static func < (left: GrantID, right: GrantID) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}
