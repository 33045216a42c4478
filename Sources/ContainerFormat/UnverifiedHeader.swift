/// A header as parsed: well formed, but nobody has vouched for it yet.
///
///      0   8  magic 89 43 4F 46 0D 0A 1A 0A
///      8   2  version = 1
///     10   2  zero
///     12   4  header length, 48…65536: where the payload begins
///     16   …  fields (u16 tag, u16 length, value)*, tags not descending
///     −32 32  HMAC-SHA-256 over everything before it
package struct UnverifiedHeader: Equatable, Sendable {
    package static let magic: [UInt8] = [0x89, 0x43, 0x4F, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
    package static let version: UInt16 = 1
    /// Magic to header length: what must be read to know how much more there is.
    package static let prefixByteCount = 16
    package static let authenticationCodeByteCount = 32
    package static let byteCounts = 48...65536
    package static let stanzaCounts = 1...32

    /// The bytes as read. The MAC is over these, never over a re-encoding.
    package let bytes: [UInt8]
    package let context: ContainerContext
    package let stanzas: [Stanza]
    /// Fields that say something which a decoder may leave unread, PAD apart. Rewrapping keeps them.
    package let extras: [HeaderExtra]

    package var byteCount: Int { bytes.count }
    package var authenticatedBytes: ArraySlice<UInt8> {
        bytes.dropLast(Self.authenticationCodeByteCount)
    }
    package var authenticationCode: ArraySlice<UInt8> {
        bytes.suffix(Self.authenticationCodeByteCount)
    }

    /// The header's whole length, from its first 16 bytes.
    ///
    /// Fewer bytes mean that the input ended there.
    package static func byteCount(prefix: [UInt8]) throws(ContainerError) -> Int {
        let seen = min(prefix.count, magic.count)
        guard prefix.prefix(seen).elementsEqual(magic.prefix(seen)) else { throw .notAContainer }
        guard prefix.count >= magic.count + 2 else { throw .truncated(.header) }
        var reader = ByteReader(prefix[8...])
        guard let version = reader.integer(UInt16.self) else { throw .truncated(.header) }
        guard version == Self.version else { throw .unsupportedVersion(version) }
        guard prefix.count >= prefixByteCount, let reserved = reader.integer(UInt16.self),
            let byteCount = reader.integer(UInt32.self)
        else { throw .truncated(.header) }
        guard reserved == 0 else { throw .header(.reservedBytes) }
        guard byteCounts.contains(Int(byteCount)) else { throw .header(.length) }
        return Int(byteCount)
    }

    /// Parses a header of exactly the length that its prefix tells.
    package init(bytes: [UInt8]) throws(ContainerError) {
        guard try Self.byteCount(prefix: Array(bytes.prefix(Self.prefixByteCount))) == bytes.count
        else { throw .header(.length) }
        var reader = ByteReader(
            bytes[Self.prefixByteCount..<bytes.count - Self.authenticationCodeByteCount])
        var context = ContainerContext.empty
        var stanzas: [Stanza] = []
        var extras: [HeaderExtra] = []
        var lastTag: UInt16 = 0
        while reader.remaining > 0 {
            guard let tag = reader.integer(UInt16.self), let value = reader.takePrefixed() else {
                throw .header(.fieldLength)
            }
            guard tag >= lastTag else { throw .header(.fieldOrder) }
            switch HeaderField(rawValue: tag) {
            case .context:
                guard lastTag < tag, let parsed = ContainerContext(encoded: value) else {
                    throw .header(.context)
                }
                context = parsed
            case .stanza:
                guard stanzas.count < Self.stanzaCounts.upperBound else {
                    throw .header(.stanzaCount)
                }
                guard let stanza = Stanza(encoded: value) else { throw .header(.stanza) }
                stanzas.append(stanza)
            case .padding: break
            case nil:
                guard tag >= HeaderField.firstIgnorable else {
                    throw .unsupported(.headerField(tag: tag))
                }
                extras.append(HeaderExtra(tag: tag, value: Array(value)))
            }
            lastTag = tag
        }
        guard !stanzas.isEmpty else { throw .header(.stanzaCount) }
        self.bytes = bytes
        self.context = context
        self.stanzas = stanzas
        self.extras = extras
    }
}

/// A header field with an ignorable tag that this version does not know.
package struct HeaderExtra: Equatable, Sendable {
    let tag: UInt16
    let value: [UInt8]
}

/// The header's field tags.
enum HeaderField: UInt16 {
    case context = 0x0001
    case stanza = 0x0010
    case padding = 0x8001

    /// From here on an unknown tag says something that a decoder may leave unread.
    static let firstIgnorable: UInt16 = 0x8000
}
