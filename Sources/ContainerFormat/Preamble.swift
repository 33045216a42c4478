/// The first 72 bytes of the payload: how the frames are made, and the commitment to the file key.
///
///      0   4  "COFP"
///      4   1  suite = 1: AES-256-GCM, HKDF and HMAC with SHA-256, zstd
///      5   1  log2 of the chunk size, 12…24
///      6   1  flags: bit 0 ZSTD allowed, bit 1 META present, bit 2 PAD
///      7   1  zero
///      8  32  salt
///     40  32  commitment
package struct Preamble: Equatable, Sendable {
    package static let byteCount = 72
    /// What every derived key is bound to: all but the commitment.
    package static let boundByteCount = 40
    package static let saltByteCount = 32
    package static let chunkSizeExponents: ClosedRange<UInt8> = 12...24
    private static let mark = Array("COFP".utf8)
    private static let suite: UInt8 = 1

    package struct Flags: OptionSet, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        package static let zstdAllowed = Flags(rawValue: 1)
        package static let metadata = Flags(rawValue: 2)
        package static let padding = Flags(rawValue: 4)
        static let all: Flags = [.zstdAllowed, .metadata, .padding]
    }

    package let chunkSizeExponent: UInt8
    package let flags: Flags
    package let salt: [UInt8]

    package var chunkByteCount: Int { 1 << Int(chunkSizeExponent) }

    package init(chunkSizeExponent: UInt8, flags: Flags, salt: [UInt8]) {
        precondition(Self.chunkSizeExponents.contains(chunkSizeExponent), "preamble: chunk size")
        precondition(salt.count == Self.saltByteCount, "preamble: salt length")
        self.chunkSizeExponent = chunkSizeExponent
        self.flags = flags
        self.salt = salt
    }

    /// Parses the 72 bytes and returns the commitment beside what it commits to.
    package static func parse(
        _ bytes: [UInt8]
    ) throws(ContainerError) -> (preamble: Preamble, commitment: [UInt8]) {
        guard bytes.count == byteCount else { throw .truncated(.preamble) }
        guard bytes.starts(with: mark) else { throw .preamble(.mark) }
        guard bytes[4] == suite else { throw .unsupported(.suite(bytes[4])) }
        guard chunkSizeExponents.contains(bytes[5]) else { throw .preamble(.chunkSize) }
        let flags = Flags(rawValue: bytes[6])
        guard Flags.all.isSuperset(of: flags) else { throw .preamble(.flags) }
        guard bytes[7] == 0 else { throw .preamble(.reservedByte) }
        let preamble = Preamble(
            chunkSizeExponent: bytes[5], flags: flags, salt: Array(bytes[8..<boundByteCount]))
        return (preamble, Array(bytes[boundByteCount...]))
    }

    /// The first 40 bytes.
    package var boundBytes: [UInt8] {
        Self.mark + [Self.suite, chunkSizeExponent, flags.rawValue, 0] + salt
    }

    /// min(2³² − 1, 2⁵² / chunk size): index and nonce never come near their end (R35).
    package var chunkCountLimit: UInt64 {
        min(0xFFFF_FFFF, 1 << (52 - UInt64(chunkSizeExponent)))
    }
}
