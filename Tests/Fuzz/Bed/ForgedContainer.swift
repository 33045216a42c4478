internal import ContainerFormat
internal import FrameSealing
package import KeyProviders
internal import SecretMemory
internal import Synchronization
internal import ZstdCodec

/// Containers with right tags and a content of the fuzzer's choice, as a malicious sender makes them:
/// what is wrong with them lies behind the cryptography, which no mutation would ever get past.
package enum ForgedContainer {
    package static let chunkSizeExponent: UInt8 = 12
    private static let chunkByteCount = 1 << Int(chunkSizeExponent)
    private static let salt = [UInt8](0x20..<0x40)
    /// Enough for every rule of order, and it fits into a pipe.
    private static let byteCountLimit = 48 * 1024

    /// The key that opens all of them.
    package static let provider: KeyFile = {
        guard let key = WrappingKey(secret(0x40)),
            let provider = try? KeyFile(name: "fuzz", key: key, keyID: Array("k1".utf8))
        else { preconditionFailure("fuzz: no key file") }
        return provider
    }()

    private static func secret(_ first: UInt8) -> SecretBytes {
        let bytes = [UInt8](first..<first + 32)
        return unsafe SecretBytes(copying: bytes.span.bytes)
    }

    private static var fileKey: FileKey {
        guard let key = FileKey(secret(0x60)) else { preconditionFailure("fuzz: no file key") }
        return key
    }

    /// One stanza for each set of flags, so that equal inputs give equal containers.
    private static let stanzas = Mutex<[UInt8: Stanza]>([:])

    /// Frames, index and trailer as `input` says.
    package static func make(_ input: inout FuzzInput) throws -> [UInt8] {
        let options = input.byte() ?? 0
        let preamble = Preamble(
            chunkSizeExponent: chunkSizeExponent, flags: Preamble.Flags(rawValue: options & 7),
            salt: salt)
        let binding = try KeyBinding(preamble: preamble, context: .empty)
        let keys = try binding.keys(from: fileKey)
        let stanza = try stanza(options & 7, binding)
        let header = try keys.header.seal(HeaderDraft(context: .empty, stanzas: [stanza]))
        var frames = ForgedFrames(
            sealer: try FrameSealer(key: keys.payload, engine: .openSSL),
            chunkByteCount: chunkByteCount)
        while let choice = input.byte(), choice != 0xFF, frames.bytes.count < byteCountLimit {
            try frames.append(choice, &input)
        }
        try frames.appendEnd(&input)
        return header + preamble.boundBytes + keys.publishedCommitment + frames.bytes
    }

    private static func stanza(_ flags: UInt8, _ binding: KeyBinding) throws -> Stanza {
        if let known = stanzas.withLock({ $0[flags] }) { return known }
        let made = try provider.wrap(
            fileKey, WrapBinding(binder: binding.wrapBinder, context: .empty))
        stanzas.withLock { $0[flags] = made }
        return made
    }
}

/// The frames of one container in the making.
struct ForgedFrames: ~Copyable {
    private let sealer: FrameSealer
    private let chunkByteCount: Int
    private(set) var bytes: [UInt8] = []
    private var words: [UInt8] = []
    private var chunkCount: UInt64 = 0
    private var plaintextByteCount: UInt64 = 0
    private var base = UInt64(Preamble.byteCount)

    init(sealer: consuming FrameSealer, chunkByteCount: Int) {
        self.sealer = sealer
        self.chunkByteCount = chunkByteCount
    }

    /// `choice`: the word's flags in the low bits, the plaintext's shape in the high ones.
    mutating func append(_ choice: UInt8, _ input: inout FuzzInput) throws {
        let (plaintext, contentByteCount) = try plaintext(choice >> 4, &input)
        guard let kind = FrameKind(rawValue: choice & 15) else {
            // No nonce is defined for these: nobody gets as far as the tag.
            append(bigEndian: UInt32(choice & 15) << 28 | UInt32(plaintext.count))
            bytes += plaintext + [UInt8](repeating: 0, count: FrameWord.tagByteCount)
            return
        }
        try seal(plaintext, kind, index: kind.isData ? chunkCount : 0)
        if kind.isData {
            chunkCount += 1
            plaintextByteCount += UInt64(contentByteCount)
        } else if chunkCount == 0 {
            base = UInt64(Preamble.byteCount + bytes.count)
        }
    }

    private func plaintext(
        _ shape: UInt8, _ input: inout FuzzInput
    ) throws -> (bytes: [UInt8], contentByteCount: Int) {
        let fill = input.byte() ?? 0
        switch shape {
        case 0...5:
            let bytes = input.take(Int(fill))
            return (bytes, bytes.count)
        case 6: return ([UInt8](repeating: fill, count: chunkByteCount), chunkByteCount)
        case 7: return ([UInt8](repeating: fill, count: chunkByteCount) + [0x80], chunkByteCount)
        case 8: return (try compressed(fill, count: chunkByteCount, &input), chunkByteCount)
        case 9:
            let count = input.number16() % (chunkByteCount + 2)
            return (try compressed(fill, count: count, &input), count)
        case 10:
            let bytes = input.take(Int(fill))
            return (bytes + [0x80] + [UInt8](repeating: 0, count: Int(fill)), bytes.count)
        case 11:
            let count = input.number16() % (chunkByteCount + 4)
            return ([UInt8](repeating: fill, count: count), count)
        default:
            // A metadata field: tag, length, value.
            let value = input.take(Int(fill))
            return ([0, shape - 11, 0, UInt8(value.count)] + value, 0)
        }
    }

    /// An honest zstd frame with a few bytes changed.
    private func compressed(
        _ fill: UInt8, count: Int, _ input: inout FuzzInput
    ) throws -> [UInt8] {
        let content = (0..<count).map { UInt8(truncatingIfNeeded: $0 / 7) ^ fill }
        var output = [UInt8](repeating: 0, count: count)
        let compressor = try ZstdCompressor(level: 1)
        var span = output.mutableSpan
        var bytes = unsafe span.mutableBytes
        let length = unsafe try compressor.compress(content.span.bytes, into: &bytes) ?? 0
        output.removeSubrange(length...)
        change(&output, &input)
        return output
    }

    /// Index and trailer as they should be, then changed.
    mutating func appendEnd(_ input: inout FuzzInput) throws {
        let indexOffset = UInt64(Preamble.byteCount + bytes.count)
        var index: [UInt8] = []
        index.append(number: base)
        index += words
        change(&index, &input)
        try seal(index, .index, index: 0)
        let payloadByteCount =
            UInt64(Preamble.byteCount + bytes.count) + UInt64(Trailer.frameByteCount)
        var trailer: [UInt8] = []
        for number in [chunkCount, plaintextByteCount, indexOffset, payloadByteCount] {
            trailer.append(number: number)
        }
        change(&trailer, &input)
        try seal(trailer, .trailer, index: 0)
        bytes += input.takeRest()
    }

    /// So many changes as the next byte says: a place, and what is added there.
    private func change(_ target: inout [UInt8], _ input: inout FuzzInput) {
        for _ in 0..<(input.byte() ?? 0) % 4 where !target.isEmpty {
            let place = input.number16() % target.count
            target[place] &+= input.byte() ?? 0
        }
    }

    private mutating func seal(_ plaintext: [UInt8], _ kind: FrameKind, index: UInt64) throws {
        let word = unsafe try sealer.seal(plaintext.span.bytes, kind: kind, index: index)
        bytes += word.bytes
        let body = sealer.withBody { unsafe $0.withUnsafeBytes { unsafe Array($0) } }
        bytes += body
        if kind.isData { words += word.bytes }
    }

    private mutating func append(bigEndian word: UInt32) {
        for shift in stride(from: 24, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(shift)))
        }
    }
}

extension [UInt8] {
    fileprivate mutating func append(number: UInt64) {
        for shift in stride(from: 56, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: number >> UInt64(shift)))
        }
    }
}
