/// Why bytes are not an intact container, or not one that this version may open.
///
/// Each case has one stable ``code``. Payloads say where; they never hold a secret or plaintext.
package enum ContainerError: Error, Equatable, Sendable {
    case notAContainer
    case unsupportedVersion(UInt16)
    case unsupported(Feature)
    case header(HeaderFault)
    case headerNotAuthentic
    case preamble(PreambleFault)
    case truncated(Place)
    case frame(FrameFault, at: Place)
    /// One case for every reason for which a tag fails.
    case notAuthentic(at: Place)
    case zstd(at: Place)
    case index
    case trailing
    case armor
    case limit(Limit)
    case contextMismatch
    case recipientNotAccepted
    case noKey
    case metadata

    /// What the container asks for and this version does not have.
    package enum Feature: Equatable, Sendable {
        case suite(UInt8)
        case headerField(tag: UInt16)
        case metadataField(tag: UInt16)
    }

    package enum HeaderFault: Equatable, Sendable {
        case length, reservedBytes, fieldLength, fieldOrder, context, stanza, stanzaCount
    }

    package enum PreambleFault: Equatable, Sendable {
        case mark, chunkSize, flags, reservedByte
    }

    package enum FrameFault: Equatable, Sendable {
        case kind, order, byteCount, chunkByteCount, padding, metadata
    }

    package enum Limit: Equatable, Sendable {
        case output(bytes: UInt64)
        case chunkCount
        case plaintextByteCount
        case passphraseCost
        case headerByteCount
    }

    /// Where in the container.
    package enum Place: Equatable, Sendable {
        case header, preamble, metadata, index, trailer, armor
        case chunk(UInt64)
    }

    /// The format's stable name for the failure.
    package var code: Code {
        switch self {
        case .notAContainer: .magic
        case .unsupportedVersion: .version
        case .unsupported: .unsupported
        case .header: .header
        case .headerNotAuthentic: .headerMAC
        case .preamble: .preamble
        case .truncated: .truncated
        case .frame: .frame
        case .notAuthentic: .auth
        case .zstd: .zstd
        case .index: .index
        case .trailing: .trailing
        case .armor: .armor
        case .limit: .limit
        case .contextMismatch, .recipientNotAccepted: .context
        case .noKey: .noKey
        case .metadata: .metadata
        }
    }

    package enum Code: String, Sendable, CaseIterable {
        case magic, version, unsupported, header
        case headerMAC = "header_mac"
        case preamble, truncated, frame, auth, zstd, index, trailing, armor, limit, context
        case noKey = "no_key"
        case metadata
    }
}
