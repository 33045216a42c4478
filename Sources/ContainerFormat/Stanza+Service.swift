extension Stanza {
    /// Whether key-id and body have the form of a type whose keys a service or a token holds
    /// (container-v1, 6.3). What the body holds nobody but that service can tell.
    package var hasServiceForm: Bool {
        switch knownType {
        case .awsKMS: isKeyARN && !body.isEmpty
        case .vaultTransit: isMountAndKey && isTransitCiphertext
        case .pkcs11: isTokenKey && isTokenWrap
        case .keyFile, .passphrase, .recovery, .threshold, .batch, nil: false
        }
    }

    /// `arn:PARTITION:kms:REGION:ACCOUNT:key/ID`
    private var isKeyARN: Bool {
        let parts = keyID.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        return parts.count == 6 && parts[0].elementsEqual("arn".utf8)
            && parts[2].elementsEqual("kms".utf8) && parts[5].starts(with: "key/".utf8)
            && parts[5].count > 4 && keyID.allSatisfy { 0x21...0x7E ~= $0 }
    }

    private var isMountAndKey: Bool {
        let parts = keyID.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return parts.count > 1 && parts.allSatisfy { !$0.isEmpty }
            && keyID.allSatisfy { 0x21...0x7E ~= $0 }
    }

    /// `vault:vN:…`
    private var isTransitCiphertext: Bool {
        let parts = body.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        return parts.count == 3 && parts[0].elementsEqual("vault".utf8)
            && parts[1].first == UInt8(ascii: "v") && parts[1].count > 1
            && parts[1].dropFirst().allSatisfy { 0x30...0x39 ~= $0 } && !parts[2].isEmpty
            && body.allSatisfy { 0x21...0x7E ~= $0 }
    }

    /// `SERIAL:HEX`
    private var isTokenKey: Bool {
        guard let colon = keyID.lastIndex(of: UInt8(ascii: ":")) else { return false }
        let digits = keyID[(colon + 1)...]
        return !digits.isEmpty && digits.count.isMultiple(of: 2)
            && digits.allSatisfy { 0x30...0x39 ~= $0 || 0x61...0x66 ~= $0 }
    }

    /// A mechanism, and what it gives of 32 bytes.
    private var isTokenWrap: Bool {
        switch body.first {
        case 1, 2: body.count == 41
        case 3: body.count == 61
        case 4, 5: body.count > 1
        default: false
        }
    }
}
