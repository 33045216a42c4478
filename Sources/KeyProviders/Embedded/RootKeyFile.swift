internal import KMSService
internal import OpenSSLCrypto
internal import SecretMemory

/// The file `root.key`: the 32 bytes as they are, or sealed with a passphrase, or where a token has
/// or seals them (RootTokenFile).
///
///      0   4   magic "COFR"
///      4   1   version = 1
///      5   1   log2 N   6   1   r   7   1   p      scrypt
///      8  32   salt
///     40  48   AES-256-GCM(scrypt(passphrase, salt, N, r, p, 32), nonce 0, AAD = bytes 0…39, root)
///
/// 32 bytes are a root; other lengths begin with the magic. Specification: keystore.
enum RootKeyFile {
    /// What the file says before anybody is asked for anything.
    enum Content: ~Copyable {
        case plain(SoftwareRootOfTrust)
        case sealed(SecretBytes)
        case token(RootTokenFile)
    }

    static let name = "root.key"

    private static let magic = Array("COFR".utf8) + [1]
    private static let headerByteCount = 40
    private static let sealedByteCount = headerByteCount + SoftwareRootOfTrust.byteCount + 16
    /// 128 MiB and a third of a second on a small machine.
    private static let cost = Scrypt.Cost(log2N: 17, r: 8, p: 1)
    /// A file that asks for more than 1 GiB is not ours.
    private static let maximumLog2N: UInt8 = 20

    static func read(
        from directory: borrowing KeystoreDirectory, name: String = RootKeyFile.name
    ) throws(EmbeddedKeyServiceError) -> Content {
        let content = try bytes(of: name, in: directory)
        if content.byteCount == SoftwareRootOfTrust.byteCount {
            guard let root = SoftwareRootOfTrust(key: content) else { throw .rootKeyDamaged }
            return .plain(root)
        }
        // What is sealed stays so in an array.
        let copy = content.withBytes { bytes in
            bytes.byteOffsets.map { unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
        }
        if copy.starts(with: RootTokenFile.magic) {
            guard let file = RootTokenFile(copy) else { throw .rootKeyDamaged }
            return .token(file)
        }
        guard content.byteCount == sealedByteCount, copy.starts(with: magic) else {
            throw .rootKeyDamaged
        }
        return .sealed(content)
    }

    /// SHA-256 of the file: with the root check it says which of two belongs to a database.
    static func digest(
        of name: String, in directory: borrowing KeystoreDirectory
    ) throws(EmbeddedKeyServiceError) -> [UInt8] {
        let content = try bytes(of: name, in: directory)
        do throws(CryptoError) {
            return try content.withBytes { bytes throws(CryptoError) in
                try SHA256.digest(bytes)
            }
        } catch { throw .cryptographyFailed }
    }

    private static func bytes(
        of name: String, in directory: borrowing KeystoreDirectory
    ) throws(EmbeddedKeyServiceError) -> SecretBytes {
        try directory.read(name) { (file, byteCount) throws(EmbeddedKeyServiceError) in
            guard byteCount >= SoftwareRootOfTrust.byteCount,
                byteCount <= RootTokenFile.maximumByteCount
            else { throw .rootKeyDamaged }
            return try SecretBytes(byteCount: byteCount) {
                bytes throws(EmbeddedKeyServiceError) in
                guard try DescriptorIO.read(from: file, into: &bytes, file: name) == byteCount
                else { throw .rootKeyDamaged }
            }
        }
    }

    static func write(
        _ file: RootTokenFile, to directory: borrowing KeystoreDirectory, name: String
    ) throws(EmbeddedKeyServiceError) {
        try directory.write(name) { descriptor throws(EmbeddedKeyServiceError) in
            unsafe try DescriptorIO.write(
                file.bytes.span.bytes, to: descriptor, file: name)
        }
    }

    /// Writes a new file, sealed if there is a passphrase.
    static func write(
        _ root: SoftwareRootOfTrust, passphrase: borrowing SecretBytes?,
        to directory: borrowing KeystoreDirectory, name: String
    ) throws(EmbeddedKeyServiceError) {
        let sealed: [UInt8]? =
            switch passphrase {
            case .some(let passphrase): try seal(root, passphrase: passphrase)
            case .none: nil
            }
        try directory.write(name) { file throws(EmbeddedKeyServiceError) in
            if let sealed {
                unsafe try DescriptorIO.write(sealed.span.bytes, to: file, file: name)
            } else {
                try root.withDangerousKeyBytes { key throws(EmbeddedKeyServiceError) in
                    try DescriptorIO.write(key, to: file, file: name)
                }
            }
        }
    }

    private static func seal(
        _ root: SoftwareRootOfTrust, passphrase: borrowing SecretBytes
    ) throws(EmbeddedKeyServiceError) -> [UInt8] {
        let salt = SystemRandom.bytes(count: 32)
        let header = magic + [UInt8(cost.log2N), UInt8(cost.r), UInt8(cost.p)] + salt
        do throws(CryptoError) {
            let key = try passphrase.withBytes { passphrase throws(CryptoError) in
                try Scrypt.derive(passphrase: passphrase, salt: salt, cost: cost, byteCount: 32)
            }
            return try key.withBytes { key throws(CryptoError) in
                try root.withDangerousKeyBytes { root throws(CryptoError) in
                    try header
                        + AES256GCM.seal(root, underOneTimeKey: key, associatedData: header)
                }
            }
        } catch {
            throw .cryptographyFailed
        }
    }

    /// - Parameter passphrase: nothing if there is none to give.
    static func open(
        _ content: borrowing SecretBytes,
        passphrase: () throws(EmbeddedKeyServiceError) -> SecretBytes?
    ) throws(EmbeddedKeyServiceError) -> SoftwareRootOfTrust {
        // The header is public; what follows is sealed.
        let header = content.withBytes { bytes in
            (0..<headerByteCount).map {
                unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self)
            }
        }
        guard header.starts(with: magic), (10...maximumLog2N).contains(header[5]),
            (1...8).contains(header[6]), header[7] == 1
        else { throw .rootKeyDamaged }
        let cost = Scrypt.Cost(
            log2N: UInt32(header[5]), r: UInt32(header[6]), p: UInt32(header[7]))
        guard let passphrase = try passphrase() else { throw .passphraseRequired }
        do throws(CryptoError) {
            let key = try passphrase.withBytes { passphrase throws(CryptoError) in
                try Scrypt.derive(
                    passphrase: passphrase, salt: Array(header[8...]), cost: cost, byteCount: 32)
            }
            let opened = try key.withBytes { key throws(CryptoError) in
                try content.withBytes { content throws(CryptoError) in
                    try AES256GCM.open(
                        content.extracting(droppingFirst: headerByteCount), underOneTimeKey: key,
                        associatedData: header)
                }
            }
            guard let root = SoftwareRootOfTrust(key: opened) else {
                throw CryptoError.notAuthentic
            }
            return root
        } catch .notAuthentic {
            throw .wrongPassphrase
        } catch {
            throw .cryptographyFailed
        }
    }
}
