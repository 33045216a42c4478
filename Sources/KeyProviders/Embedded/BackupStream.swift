internal import OpenSSLCrypto
internal import SecretMemory

/// The bytes of a backup. They hold the root key in the clear: they go into a sealed container and
/// nowhere else.
///
///      0   8   magic "COFFERKS"
///      8   2   version = 1, or 2 where a token holds the root
///     10   2   zero
///     12  32   root key; of version 2: 8, byte count of root.key, and that file
///      …   8   byte count of the database, n
///      …   n   keys.sqlite
///      …  32   SHA-256 of all before
///
/// Integers are big-endian. The digest finds a stream that was cut or damaged before it was sealed;
/// against an attacker it is the container that protects.
enum BackupStream {
    static let headerByteCount = 12
    static let rootByteCount = 32
    static let lengthByteCount = 8
    /// A keystore of 100,000 keys has under 100 MB.
    static let maximumDatabaseByteCount = 1 << 32

    private static let magic = Array("COFFERKS".utf8)
    /// What follows the header, by its version.
    enum Begin: Int {
        case rootKey = 1
        /// Without the token that it names nothing of the backup can be opened.
        case rootFile = 2
    }

    static func header(_ begin: Begin) -> [UInt8] { magic + [0, UInt8(begin.rawValue), 0, 0] }

    static func check(header: [UInt8]) throws(EmbeddedKeyServiceError) -> Begin {
        guard header.starts(with: magic) else { throw .notABackup }
        let found = Int(header[8]) << 8 | Int(header[9])
        guard let begin = Begin(rawValue: found) else { throw .backupVersionUnsupported(found) }
        guard header[10] == 0, header[11] == 0 else { throw .backupDamaged }
        return begin
    }

    static func bigEndian(_ number: Int) -> [UInt8] {
        (0..<lengthByteCount).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
    }

    static func number(_ bytes: [UInt8]) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}
