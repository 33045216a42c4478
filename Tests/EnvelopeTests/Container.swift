import ContainerFormat
import FileIO
import FrameSealing
import KeyProviders
import SecretMemory

@testable import Envelope

/// A container in memory, taken apart as far as that goes without a key.
struct Container: Sendable {
    var bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Encrypts with the product.
    init(
        _ plaintext: [UInt8], to recipients: [any KeyProvider], from input: Decoder.Input = .file,
        fileKey: [UInt8]? = nil, salt: [UInt8]? = nil,
        _ change: (inout EncryptionOptions) -> Void = { _ in }
    ) throws {
        var options = EncryptionOptions()
        options.chunkSizeExponent = 12
        options.workerCount = 2
        change(&options)
        let encryption = Encryption(recipients: recipients, options: options)
        bytes = try Scratch.withFolder { folder in
            let path = folder.appending(component: "out")
            let output = try OutputFile(path: path, replacing: false)
            let summary = try Decoder(input: input).withInput(plaintext) {
                let preamble = Preamble(
                    chunkSizeExponent: try options.effectiveChunkSizeExponent($0),
                    flags: options.preambleFlags, salt: salt ?? SystemRandom.bytes(count: 32))
                return try encryption.run(
                    $0, to: output, preamble: preamble, fileKey: fileKey.map(Bytes.fileKey),
                    progress: Progress())
            }
            try output.commit()
            let written = try Scratch.read(path)
            guard summary.containerByteCount == UInt64(written.count),
                summary.plaintextByteCount == UInt64(plaintext.count)
            else { throw WrongSummary() }
            return written
        }
    }

    struct WrongSummary: Error {}

    func decrypted(
        with keys: any KeyProvider..., options: DecryptionOptions = .init()
    ) throws -> (bytes: [UInt8], context: ContainerContext) {
        try Scratch.withFolder { folder in
            let input = folder.appending(component: "in")
            try Scratch.write(bytes, to: input)
            let path = folder.appending(component: "out")
            let output = try OutputFile(path: path, replacing: false)
            let summary = try Decryption(keys: keys, options: options)
                .run(InputFile(path: input), to: output)
            try output.commit()
            return (try Scratch.read(path), summary.context)
        }
    }

    var headerByteCount: Int { bytes[12..<16].reduce(0) { $0 << 8 | Int($1) } }
    var header: [UInt8] { Array(bytes[..<headerByteCount]) }
    var payload: [UInt8] { Array(bytes[headerByteCount...]) }
    var framesBegin: Int { headerByteCount + Preamble.byteCount }

    /// Where each frame is, META and TRAILER included.
    var frames: [Range<Int>] {
        var frames: [Range<Int>] = []
        var start = framesBegin
        while start < bytes.count {
            let word = bytes[start..<start + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            let end = start + 20 + Int(word & 0x0FFF_FFFF)
            frames.append(start..<end)
            start = end
        }
        return frames
    }

    func kind(_ frame: Range<Int>) -> UInt8 { bytes[frame.lowerBound] >> 4 }

    /// The container with other frames: pieces of `bytes`, or bytes from elsewhere.
    func replacingFrames(_ frames: [[UInt8]]) -> [UInt8] {
        Array(bytes[..<framesBegin]) + frames.flatMap(\.self)
    }

    var frameBytes: [[UInt8]] { frames.map { Array(bytes[$0]) } }
}
