/// The four bytes before each frame: `flags << 28 | n`, n being the ciphertext's length without tag.
///
///     frame = u32 word ‖ ciphertext[n] ‖ tag[16]
package struct FrameWord: Equatable, Sendable {
    package static let byteCount = 4
    package static let tagByteCount = 16

    package let kind: FrameKind
    package let ciphertextByteCount: Int

    package init(kind: FrameKind, ciphertextByteCount: Int) {
        precondition((0..<1 << 28).contains(ciphertextByteCount), "frame: length")
        self.kind = kind
        self.ciphertextByteCount = ciphertextByteCount
    }

    /// Nothing where the flags are not one of the seven that are legal.
    package init?(rawValue: UInt32) {
        guard let kind = FrameKind(rawValue: UInt8(rawValue >> 28)) else { return nil }
        self.kind = kind
        ciphertextByteCount = Int(rawValue & 0x0FFF_FFFF)
    }

    package var rawValue: UInt32 { kind.nonceWord | UInt32(ciphertextByteCount) }

    /// The associated data of the frame.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: rawValue)
        return bytes
    }

    /// Word, ciphertext and tag.
    package var frameByteCount: Int { Self.byteCount + bodyByteCount }
    /// Ciphertext and tag.
    package var bodyByteCount: Int { ciphertextByteCount + Self.tagByteCount }
}

/// What a frame is: the flags in its word, and the first bytes of its nonce.
package enum FrameKind: UInt8, Sendable, CaseIterable {
    case data = 0
    case metadata = 1
    case index = 2
    case zstdData = 4
    case finalData = 8
    case trailer = 10
    case finalZstdData = 12

    package static func data(isFinal: Bool, isCompressed: Bool) -> FrameKind {
        switch (isFinal, isCompressed) {
        case (false, false): .data
        case (false, true): .zstdData
        case (true, false): .finalData
        case (true, true): .finalZstdData
        }
    }

    package var isData: Bool {
        switch self {
        case .data, .zstdData, .finalData, .finalZstdData: true
        case .metadata, .index, .trailer: false
        }
    }

    package var isFinal: Bool { self == .finalData || self == .finalZstdData }
    package var isCompressed: Bool { self == .zstdData || self == .finalZstdData }

    package var nonceWord: UInt32 { UInt32(rawValue) << 28 }

    /// `u32 (flags << 28) ‖ u64 index`. FINAL and ZSTD are in it, so one index sealed with another
    /// finality is another nonce.
    package func nonce(index: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: nonceWord)
        bytes.append(bigEndian: index)
        return bytes
    }
}
