import Envelope
import FileIO
import Synchronization

/// One verb that makes an output of each of many files, several at a time.
///
/// An output that is there, is whole and has its input's time, as every output gets it, is done
/// already: an interrupted command that is run again does what is missing. Outputs appear in groups,
/// each when its data is on the disk (``OutputGroup``), and are reported then.
final class ManyOutputs: Sendable {
    /// Of all that was made.
    private struct Sums {
        var plaintextByteCount: UInt64 = 0
        var containerByteCount: UInt64 = 0
        var hasWarning = false
    }

    private let work: Work
    private let console: Console
    private let directories: OutputDirectories
    private let group = OutputGroup()
    private let batch: TreeBatch
    private let isReplacing: Bool
    private let isUpdating: Bool
    private let made = Mutex(Sums())
    /// The outputs of files that were named: two names may lead to one.
    private let claimed = Mutex<Set<FilePath>>([])
    /// What becomes a folder, to be done when all files are.
    private let folders = Mutex<[(path: FilePath, isNamed: Bool)]>([])

    init(
        _ work: Work, _ many: ManyOutputOptions, replacing: Bool, workerCount: Int,
        console: Console
    ) throws {
        self.work = work
        self.console = console
        directories = try many.directories()
        isReplacing = replacing
        isUpdating = many.update
        batch = TreeBatch(console: console, workerCount: workerCount) { failure in
            console.tally.failed()
            guard console.isJSON else { return }
            Self.write(
                .object([
                    ("verb", .text(work.verb)), ("file", failure.file?.json ?? .null),
                    ("status", .text("failed")), ("code", .text(failure.code.rawValue)),
                    ("message", .text(failure.message)), ("retryable", .flag(failure.isRetryable)),
                ]))
        }
    }

    func run(
        _ paths: [FilePath], recursive: Bool,
        explain: @escaping @Sendable (any Error, FileName) -> Failure
    ) throws {
        if recursive, try directories.rootIdentity != nil { try refuseOverlap(paths) }
        let display = ProgressDisplay(console, name: work.verb)
        defer { display.finish() }
        let walk = TreeWalk(
            paths, workerCount: batch.workerCount, entersDirectories: recursive,
            excluding: try directories.rootIdentity, batchSize: TreeBatch.heavyBatchSize)
        batch.run(walk, explain: explain) { [self] path, isNamed, _ in
            do {
                try make(path, isNamed: isNamed, display.progress, explain)
            } catch is BecomesFolder {
                folders.withLock { $0.append((path, isNamed)) }
            } catch let error where endsAll(error) {
                var failure = explain(error, .path(path))
                failure.hints.append(Self.goOn)
                batch.end(failure)
            }
        }
        group.finish()
        makeFolders(display.progress, explain)
        display.finish()
        let counts = console.tally.current
        let sums = made.withLock { $0 }
        try show(counts, sums)
        try batch.conclude(of: counts.files, noun: "files", hint: Self.goOn)
        if sums.hasWarning { throw ExitStatus(code: FailureCode.partial.exitCode) }
    }

    private func show(_ counts: WorkTally.Counts, _ sums: Sums) throws(FileError) {
        let doneCount = counts.files - counts.already - counts.failed
        guard !console.isJSON else {
            return try console.result(
                .object([
                    ("verb", .text(work.verb)), ("event", .text("total")),
                    ("files", .number(counts.files)), ("done", .number(doneCount)),
                    ("already_so", .number(counts.already)), ("failed", .number(counts.failed)),
                    ("left_out", .number(counts.leftOut)),
                    ("plaintext_bytes", .number(sums.plaintextByteCount)),
                    ("container_bytes", .number(sums.containerByteCount)),
                    ("other_file_systems", .list(batch.skipped.map(JSONValue.path))),
                ]), text: "")
        }
        guard !console.isQuiet else { return }
        var text = "\(counts.files) files: \(doneCount) \(work.done), "
        text += "\(counts.already) already so, \(counts.failed) failed; "
        text += "\(ByteCount.text(sums.plaintextByteCount)) of plaintext, "
        text += "\(ByteCount.text(sums.containerByteCount)) of containers\n"
        if counts.leftOut > 0 { text += "\(counts.leftOut) left out: \(work.leftOut)\n" }
        StandardStreams.writeError(text)
    }

    private static let goOn =
        "mend what is wrong and run the same command again: what is done stays done"

    /// What fails for one file fails for all that follow: a recipient, a full disk.
    private func endsAll(_ error: any Error) -> Bool {
        switch error {
        case EnvelopeError.cannotWrap, FileError.noSpace: true
        default: false
        }
    }

    private func make(
        _ path: FilePath, isNamed: Bool, _ progress: Progress,
        _ explain: @escaping @Sendable (any Error, FileName) -> Failure
    ) throws {
        guard try isNamed || work.isWanted(path) else {
            return console.tally.leftOut()
        }
        let input = try Self.open(path, isNamed: isNamed)
        let beside = try work.target(path)
        guard let place = directories.place(of: beside) else {
            throw Failure(
                .output, "'\(path.displayText)' leads out of the output directory",
                file: .path(path), hints: ["name it without .., from another directory"])
        }
        if isNamed { try claim(place, path) }
        let directory = try directories.directory(of: beside)
        if !isReplacing, let time = try directory.modificationNanoseconds(of: beside) {
            if time == input.modificationNanoseconds, work.isWhole(place) {
                return alreadyDone(path, place)
            }
            guard isUpdating else { throw Self.stale(place, .path(path)) }
        }
        if work.makeFolder != nil, try directory.hasDirectory(beside) { throw BecomesFolder() }
        let output: OutputFile
        do throws(FileError) {
            output = try OutputFile(
                path: place, in: directory, replacing: isReplacing || isUpdating,
                inputs: [input.identity])
        } catch {
            if case .isDirectory = error { throw Failure(output: error) }
            throw error
        }
        let made = try work.make(input, output, Progress(partOf: progress))
        let isFile = input.isRegularFile
        try group.add(
            output, mode: isFile ? input.mode : nil,
            modificationNanoseconds: isFile ? input.modificationNanoseconds : nil
        ) { [self] error in
            if let error {
                batch.failed(explain(error, .path(path)))
            } else {
                done(path, place, made)
            }
        }
    }

    private static func open(_ path: FilePath, isNamed: Bool) throws(FileError) -> InputFile {
        try isNamed
            ? InputSource.path(path).open(holdingSmall: true) : InputSource.open(found: path)
    }

    /// One after the other: each takes all threads, and has a working directory of its own.
    private func makeFolders(
        _ progress: Progress, _ explain: @Sendable (any Error, FileName) -> Failure
    ) {
        for (path, isNamed) in folders.withLock({ $0 }) where !batch.isEnded {
            do {
                let beside = try work.target(path)
                let place = directories.place(of: beside) ?? beside
                let made = try work.makeFolder?(
                    Self.open(path, isNamed: isNamed), place, Progress(partOf: progress))
                if let made { done(path, place, made) } else { alreadyDone(path, place) }
            } catch { batch.failed(explain(error, .path(path))) }
        }
    }

    private func claim(_ place: FilePath, _ path: FilePath) throws {
        guard claimed.withLock({ $0.insert(place).inserted }) else {
            throw Failure(
                .output, "'\(place.displayText)' is the output of another input too",
                file: .path(path), hints: ["name each input once"])
        }
    }

    /// Below an output directory `/a` and `a` become one, and outputs of the one those of the other.
    private func refuseOverlap(_ roots: [FilePath]) throws {
        let places = roots.compactMap { root in
            root.componentsBelow.map { (root: root, place: $0.flatMap { $0.bytes + [0] }) }
        }.sorted { $0.place.lexicographicallyPrecedes($1.place) }
        for (outer, inner) in zip(places, places.dropFirst())
        where inner.place.starts(with: outer.place) {
            throw Failure.usage(
                "'\(outer.root.displayText)' and '\(inner.root.displayText)' would have outputs "
                    + "of one name below the output directory",
                "run the command once for each")
        }
    }

    static func stale(_ place: FilePath, _ input: FileName) -> Failure {
        Failure(
            .output, "'\(place.displayText)' exists, and not as \(input.displayText) is now",
            file: input,
            hints: ["replace what is out of date with --update, or everything with -f"])
    }

    // Reporting.

    private func alreadyDone(_ path: FilePath, _ place: FilePath) {
        console.tally.already()
        made.withLock { _ in report(path, place, "already_so", []) }
    }

    private func done(_ path: FilePath, _ place: FilePath, _ made: Made) {
        console.tally.done()
        self.made.withLock { sums in
            sums.plaintextByteCount += made.plaintextByteCount
            sums.containerByteCount += made.containerByteCount
            if made.isFlawed { sums.hasWarning = true }
            if let warning = made.warning {
                sums.hasWarning = true
                console.warning(warning.message, hints: [warning.hint])
            }
            report(
                path, place, "done",
                [
                    ("plaintext_bytes", .number(made.plaintextByteCount)),
                    ("container_bytes", .number(made.containerByteCount)),
                ] + made.members)
        }
    }

    private func report(
        _ path: FilePath, _ place: FilePath, _ status: String, _ members: [(String, JSONValue)]
    ) {
        guard console.isJSON else {
            let outcome = status == "done" ? "" : ", already so"
            return console.detail("'\(path.displayText)' to '\(place.displayText)'\(outcome)")
        }
        let names: [(String, JSONValue)] = [
            ("verb", .text(work.verb)), ("file", .path(path)), ("output", .path(place)),
            ("status", .text(status)),
        ]
        do throws(FileError) {
            try StandardStreams.writeOutput(JSONValue.object(names + members).encoded + "\n")
        } catch { batch.end(Failure(error)) }
    }

    private static func write(_ value: JSONValue) {
        do throws(FileError) {
            try StandardStreams.writeOutput(value.encoded + "\n")
        } catch {
            // A reader that has gone is met again by the total.
            return
        }
    }
}
