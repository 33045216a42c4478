internal import ContainerFormat
package import FileIO
package import KeyProviders

/// Reads a byte range of a container's plaintext: trailer, one index frame, and the chunks it touches.
///
/// Nothing is believed before it is authenticated, and the file's length is checked against the
/// trailer, so a container that was cut or lengthened anywhere is refused. Specification:
/// container-v1, 8.3.
package struct RangeReader: Sendable {
    private let opener: ContainerOpener
    private let options: DecryptionOptions

    package init(keys: [any KeyProvider], options: DecryptionOptions) {
        opener = ContainerOpener(
            opener: StanzaOpener(providers: keys, requiredType: options.requiredRecipientType),
            options: options)
        self.options = options
    }

    /// Writes the bytes of `range` that there are and returns how many those were.
    package func run(
        _ input: InputFile, _ range: Range<UInt64>, to output: OutputFile
    ) throws -> UInt64 {
        // An empty file counts as a stream, and is a container that was cut.
        guard input.isRegularFile else { throw EnvelopeError.notSeekable(input.name) }
        let unlocked = try opener.open(input)
        let sealed = unlocked.container
        guard !sealed.source.isArmored else { throw EnvelopeError.isArmored(input.name) }
        var frames = try IndexedFrames(unlocked, engine: options.engine)
        var released: UInt64 = 0
        try frames.read(range) { bytes in
            released += UInt64(bytes.byteCount)
            if let limit = options.outputLimit, released > limit {
                throw ContainerError.limit(.output(bytes: limit))
            }
            try output.write(bytes)
        }
        return released
    }
}
