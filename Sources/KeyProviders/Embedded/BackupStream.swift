internal import OpenSSLCrypto
internal import SecretMemory

/// The bytes of a backup. They hold the root key in the clear: they go into a sealed container and
/// nowhere else.
///
///      0   8   magic "COFFERKS"
///      8   2   version = 1
///     10   2   zero
///     12  32   root key
///     44   8   byte count of the database, n
///     52   n   keys.sqlite
///   52+n  32   SHA-256 of all before
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
    private static let version = 1

    static var header: [UInt8] { magic + [0, UInt8(version), 0, 0] }

    static func check(header: [UInt8]) throws(EmbeddedKeyServiceError) {
        guard header.starts(with: magic) else { throw .notABackup }
        let found = Int(header[8]) << 8 | Int(header[9])
        guard found == version else { throw .backupVersionUnsupported(found) }
        guard header[10] == 0, header[11] == 0 else { throw .backupDamaged }
    }

    static func bigEndian(_ number: Int) -> [UInt8] {
        (0..<lengthByteCount).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
    }

    static func number(_ bytes: [UInt8]) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}
