/// One recipient of a container: who can unwrap the file key, and the wrapped file key.
///
///     u8 type length, type [a-z0-9-]{1,32}, u16 key-id length, key-id, body (the rest)
package struct Stanza: Equatable, Sendable {
    package let type: String
    package let keyID: [UInt8]
    package let body: [UInt8]

    package init(type: StanzaType, keyID: [UInt8], body: [UInt8]) {
        self.type = type.rawValue
        self.keyID = keyID
        self.body = body
    }

    init?(encoded bytes: ArraySlice<UInt8>) {
        var reader = ByteReader(bytes)
        guard let length = reader.integer(UInt8.self), (1...32).contains(length),
            let type = reader.take(Int(length)), type.allSatisfy(Self.isTypeCharacter),
            let keyID = reader.takePrefixed(), let body = reader.take(reader.remaining)
        else { return nil }
        self.type = String(decoding: type, as: UTF8.self)
        self.keyID = Array(keyID)
        self.body = Array(body)
    }

    /// `count` stanzas, each behind its length, that fill `bytes` exactly: those inside another.
    package static func inner(_ bytes: ArraySlice<UInt8>, count: Int) -> [Stanza]? {
        var reader = ByteReader(bytes)
        var stanzas: [Stanza] = []
        for _ in 0..<count {
            guard let value = reader.takePrefixed(), let stanza = Stanza(encoded: value) else {
                return nil
            }
            stanzas.append(stanza)
        }
        return reader.remaining == 0 ? stanzas : nil
    }

    /// The types that this version knows. A stanza of another type belongs to somebody else.
    package var knownType: StanzaType? { StanzaType(rawValue: type) }

    package var encoded: [UInt8] {
        var bytes = [UInt8(type.utf8.count)]
        bytes += type.utf8
        bytes.append(bigEndian: UInt16(keyID.count))
        bytes += keyID
        bytes += body
        return bytes
    }

    private static func isTypeCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"):
            true
        default: false
        }
    }
}

/// The stanza types of the specification that this version opens.
package enum StanzaType: String, Sendable, CaseIterable {
    case awsKMS = "aws-kms"
    /// Transit of Vault and OpenBao.
    case vaultTransit = "vault-transit"
    /// A key of a token.
    case pkcs11
    case keyFile = "keyfile"
    case passphrase
    /// A recovery key: a public half to encrypt to, a secret half on paper.
    case recovery = "mlkem768x25519"
    /// Some of several others are enough.
    case threshold
    /// One wrap for many containers.
    case batch
}
