internal import ContainerFormat
package import FileIO
internal import FrameSealing
package import KeyProviders
internal import SecretMemory
internal import StreamPipeline

/// Encrypts one input into one container.
package struct Encryption: Sendable {
    private let recipients: [any KeyProvider]
    private let options: EncryptionOptions

    package init(recipients: [any KeyProvider], options: EncryptionOptions) {
        self.recipients = recipients
        self.options = options
    }

    /// Writes the whole container; the caller commits the output.
    ///
    /// The order of the specification (10.3): parameters, salt, file key, wraps, header, frames. Salt
    /// and file key are drawn here, once, so no salt ever meets two file keys (R34).
    package func run(
        _ input: InputFile, to output: OutputFile, progress: Progress = Progress()
    ) throws -> EncryptionSummary {
        let preamble = Preamble(
            chunkSizeExponent: try options.effectiveChunkSizeExponent(input),
            flags: options.preambleFlags, salt: SystemRandom.bytes(count: Preamble.saltByteCount))
        return try run(
            input, to: output, preamble: preamble, fileKey: nil, progress: progress)
    }

    /// The same of plaintext that is made while it is read.
    func run(
        _ stream: any PlaintextStream, to output: OutputFile, progress: Progress
    ) throws -> EncryptionSummary {
        let preamble = Preamble(
            chunkSizeExponent: options.streamChunkSizeExponent,
            flags: options.preambleFlags, salt: SystemRandom.bytes(count: Preamble.saltByteCount))
        stream.begin(chunkByteCount: preamble.chunkByteCount)
        return try run(
            .stream(stream), to: output, preamble: preamble, fileKey: nil, progress: progress)
    }

    /// The known-answer vectors fix salt and file key; nothing else reaches this.
    func run(
        _ input: InputFile, to output: OutputFile, preamble: Preamble,
        fileKey: consuming FileKey?, progress: Progress
    ) throws -> EncryptionSummary {
        try run(
            .file(input), to: output, preamble: preamble, fileKey: fileKey, progress: progress)
    }

    private func run(
        _ input: PlaintextSource, to output: OutputFile, preamble: Preamble,
        fileKey: consuming FileKey?, progress: Progress
    ) throws -> EncryptionSummary {
        let made = try makeKeys(preamble, fileKey)
        let draft = HeaderDraft(context: options.context, stanzas: made.stanzas)
        let small = try made.keys.header.seal(draft)
        let roomy =
            options.leavesRoomInHeader
            ? try made.keys.header.seal(draft, paddedTo: HeaderDraft.roomyByteCount) : small
        var opening = preamble.boundBytes + made.keys.publishedCommitment
        let sealer = try FrameSealer(key: made.keys.payload, engine: options.engine)
        if let metadata = options.metadata {
            opening += try frame(sealer, metadata.encoded, kind: .metadata, index: 0)
        }
        let afterHeader = opening

        try options.producer?.start()
        if case .regular(let byteCount) = input.kind { progress.expect(byteCount) }
        let isSingle = isSingleChunk(input, preamble)
        let isNarrow =
            try options.lanes != nil && (isSingle || isEmpty(input))
            && preamble.chunkByteCount <= WorkerCount.fullChunkByteCount
        let positional = isNarrow ? nil : positionalOutput(input, output)
        let header = isSingle ? small : roomy
        let count =
            isSingle || isNarrow
            ? 1
            : WorkerCount.bounded(
                options.workerCount, chunkByteCount: preamble.chunkByteCount)
        let sink =
            try positional == nil
            ? ContainerSink(output, armor: options.armor, gathering: isNarrow) : nil
        let job = SealingJob(
            preamble: preamble, options: options, input: input, sink: sink,
            positional: positional, framesBegin: UInt64(afterHeader.count),
            level: options.sharedLevel(workerCount: count), progress: progress
        ) { hasOneChunk in (hasOneChunk ? small : roomy) + afterHeader }
        unsafe try positional?.write((header + afterHeader).span.bytes, at: 0)

        let producer = options.producer
        try FileLanes.run(options.lanes, isWide: !isNarrow) {
            let capacity = preamble.chunkByteCount + 1
            let kits = try (0..<count).map { _ in
                isNarrow
                    ? try options.lanes?.sealingKit(capacity: capacity, options)
                        ?? SealingKit(capacity: capacity, options)
                    : try SealingKit(capacity: capacity, options)
            }
            // One whose level has changed is not as the next file wants it.
            defer {
                if isNarrow, job.level == nil { for kit in kits { options.lanes?.giveBack(kit) } }
            }
            var workers: [any PipelineWorker] = []
            for kit in kits {
                workers.append(
                    try SealingWorker(
                        job: job, key: made.keys.payload, kit: kit,
                        headerByteCount: UInt64(header.count)))
            }
            try StreamPipeline.run(
                workers, onCallingThread: isNarrow
            ) {
                input.cancelReads()
                producer?.cancel()
            }
        }

        var end = UInt64(header.count) + job.nextFrameOffset
        try close(job, sealer) { frame in
            if let sink {
                try sink.write(frame)
            } else {
                unsafe try output.write(frame.span.bytes, at: end)
            }
            end += UInt64(frame.count)
            progress.advance(read: 0, written: UInt64(frame.count))
        }
        try sink?.finish()
        return EncryptionSummary(
            plaintextByteCount: job.plaintextByteCount, containerByteCount: sink?.byteCount ?? end,
            inputGrew: try input.hasGrown(), missing: made.missing,
            levels: job.level?.used)
    }

    /// The file key lives in here only: wrapped for everybody, and wiped on return.
    private func makeKeys(
        _ preamble: Preamble, _ given: consuming FileKey?
    ) throws -> KeysAndStanzas {
        let binding = try KeyBinding(preamble: preamble, context: options.context)
        let wrapped = try FileKeyWrapping(recipients: recipients, least: options.leastWrapCount)
            .wrap(
                given, WrapBinding(binder: binding.wrapBinder, context: options.context))
        if options.forgetsRecipients { for recipient in recipients { recipient.forget() } }
        return KeysAndStanzas(
            keys: try binding.keys(from: wrapped.fileKey), stanzas: wrapped.stanzas,
            missing: wrapped.missing)
    }

    private struct KeysAndStanzas: ~Copyable {
        let keys: ContainerKeys
        let stanzas: [Stanza]
        let missing: [MissingRecipient]
    }

    /// Seals INDEX frames and TRAILER and hands them to `write` one at a time: the index of a long
    /// container is larger than memory has to be.
    private func close(
        _ job: SealingJob, _ sealer: borrowing FrameSealer, _ write: ([UInt8]) throws -> Void
    ) throws {
        let chunkCount = job.index.chunkCount
        guard
            let trailer = Trailer(
                chunkCount: chunkCount, plaintextByteCount: job.plaintextByteCount,
                indexOffset: job.nextFrameOffset)
        else { throw ContainerError.limit(.plaintextByteCount) }
        for group in 0..<IndexGroup.groupCount(chunkCount: chunkCount) {
            try write(
                frame(sealer, job.index.plaintext(group: group), kind: .index, index: group))
        }
        try write(frame(sealer, trailer.bytes, kind: .trailer, index: 0))
    }

    private func frame(
        _ sealer: borrowing FrameSealer, _ plaintext: [UInt8], kind: FrameKind, index: UInt64
    ) throws -> [UInt8] {
        let word = unsafe try sealer.seal(plaintext.span.bytes, kind: kind, index: index)
        return sealer.withBody { body in
            unsafe word.bytes + body.withUnsafeBytes { unsafe Array($0) }
        }
    }

    private func isSingleChunk(_ input: PlaintextSource, _ preamble: Preamble) -> Bool {
        guard case .regular(let byteCount) = input.kind else { return false }
        return byteCount <= UInt64(preamble.chunkByteCount)
    }

    /// Whether a file that says so holds nothing: those of /proc say so and hold something.
    private func isEmpty(_ input: PlaintextSource) throws -> Bool {
        guard case .file(let file) = input, file.kind == .stream, file.isRegularFile else {
            return false
        }
        return try file.peek(byteCount: 1).isEmpty
    }

    /// Frames of one length have known places, and a new file can be written in any order.
    private func positionalOutput(_ input: PlaintextSource, _ output: OutputFile) -> OutputFile? {
        guard case .regular = input.kind, output.takesPositions, options.compression == .none,
            options.padding == nil, !options.armor
        else { return nil }
        return output
    }
}
