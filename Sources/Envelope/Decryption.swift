package import ContainerFormat
package import FileIO
internal import FrameSealing
package import KeyProviders
internal import OpenSSLCrypto
internal import StreamPipeline

/// Decrypts one container, or verifies it.
package struct Decryption: Sendable {
    private let opener: ContainerOpener
    private let options: DecryptionOptions

    package init(keys: [any KeyProvider], options: DecryptionOptions) {
        opener = ContainerOpener(
            opener: StanzaOpener(
                providers: keys, requiredType: options.requiredRecipientType,
                batches: options.openedBatches),
            options: options)
        self.options = options
    }

    /// Releases the plaintext in order, each chunk after its tag and all before it were verified;
    /// returns after the end of the container was. The caller commits the output then, not before.
    ///
    /// Without an output it verifies, in the same way.
    package func run(
        _ input: InputFile, to output: OutputFile?, progress: Progress = Progress()
    ) throws -> DecryptionSummary {
        try run(input, progress: progress) { _ in output.map(PlaintextSink.file) ?? .nothing }
    }

    /// `output` is asked for once metadata and context are known and authentic.
    package func run(
        _ input: InputFile, progress: Progress, to output: (ContainerHead) throws -> PlaintextSink
    ) throws -> DecryptionSummary {
        if case .regular(let byteCount) = input.kind { progress.expect(byteCount) }
        return try run(try opener.open(input), progress: progress, to: output)
    }

    /// The same of a container that is open.
    func run(
        _ unlocked: borrowing UnlockedContainer, progress: Progress,
        to output: (ContainerHead) throws -> PlaintextSink
    ) throws -> DecryptionSummary {
        let sealed = unlocked.container
        var frames = try FrameReader(unlocked, engine: options.engine)
        let metadata =
            frames.sequence.expectsMetadata ? try Metadata(encoded: try frames.next()) : nil

        let head = ContainerHead(metadata: metadata, context: unlocked.header.context)
        let job = try OpeningJob(
            source: sealed.source, preamble: sealed.preamble,
            payloadOffset: unlocked.payloadOffset, sequence: frames.sequence,
            output: try output(head),
            outputLimit: options.outputLimit, progress: progress)
        let isNarrow = options.lanes != nil && Self.isSmall(sealed)
        let count =
            isNarrow
            ? 1
            : WorkerCount.bounded(
                options.workerCount, chunkByteCount: sealed.preamble.chunkByteCount)
        try FileLanes.run(options.lanes, isWide: !isNarrow) {
            let kits = try (0..<count).map { _ in
                isNarrow
                    ? try options.lanes?.openingKit(sealed.preamble, options)
                        ?? OpeningKit(sealed.preamble, options)
                    : try OpeningKit(sealed.preamble, options)
            }
            defer { if isNarrow { for kit in kits { options.lanes?.giveBack(kit) } } }
            var workers: [any PipelineWorker] = []
            for kit in kits {
                workers.append(
                    try OpeningWorker(
                        job: job, key: unlocked.keys.payload, kit: kit, options: options))
            }
            try StreamPipeline.run(
                workers, onCallingThread: isNarrow,
                wakeClaims: sealed.source.input.cancelReads)
        }

        frames.sequence = job.sequence
        try checkEnd(&frames, job)
        return DecryptionSummary(
            metadata: metadata, context: unlocked.header.context,
            plaintextByteCount: job.plaintextByteCount,
            containerByteCount: unlocked.payloadOffset + frames.sequence.offset)
    }

    /// No larger than one chunk, and its chunks no larger than usual.
    private static func isSmall(_ sealed: SealedContainer) -> Bool {
        guard let input = sealed.source.positional else { return false }
        let chunkByteCount = sealed.preamble.chunkByteCount
        return chunkByteCount <= WorkerCount.fullChunkByteCount
            && input.byteCount <= UInt64(chunkByteCount)
    }

    package struct ContainerHead {
        package let metadata: Metadata?
        package let context: ContainerContext
    }

    /// INDEX frames, TRAILER and the end (10.1 steps 7c to 8).
    private func checkEnd(_ frames: inout FrameReader, _ job: OpeningJob) throws {
        let chunkCount = frames.sequence.chunkCount
        let found = try SHA256()
        var group: UInt64 = 0
        while frames.sequence.expectsIndex {
            let plaintext = try frames.next()
            guard
                plaintext.count == IndexGroup.byteCount(group: group, chunkCount: chunkCount)
            else { throw ContainerError.index }
            unsafe try found.update(plaintext.span.bytes)
            group += 1
        }
        guard ConstantTime.equal(try found.finalize(), try job.expectedIndexDigest()) else {
            throw ContainerError.index
        }
        let expected = Trailer(
            chunkCount: chunkCount, plaintextByteCount: job.plaintextByteCount,
            indexOffset: frames.sequence.indexOffset)
        guard let trailer = Trailer(bytes: try frames.next()), trailer == expected else {
            throw ContainerError.index
        }
        guard try frames.isAtEnd() else { throw ContainerError.trailing }
    }
}
