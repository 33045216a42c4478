import FileIO

/// Several inputs in one command: a bad one does not keep the others from being done.
enum Batch {
    enum Outcome {
        case done, doneWithWarning

        /// Of the only work of a command: warnings that matter have their exit code.
        func conclude() throws {
            if case .doneWithWarning = self {
                throw ExitStatus(code: FailureCode.partial.exitCode)
            }
        }
    }

    /// Runs `body` on each input. One input fails as itself; of several each failure is reported, and
    /// at the end which they were: exit code 1 if only some failed, theirs if all did for one reason.
    static func run<Input>(
        _ inputs: [Input], name: (Input) -> FileName, console: Console,
        body: (Input) throws -> Outcome
    ) throws {
        var failures: [Failure] = []
        var hasWarning = false
        defer { console.tally.summarize(console) }
        for input in inputs {
            do {
                if case .doneWithWarning = try body(input) { hasWarning = true }
                console.tally.done()
            } catch {
                console.tally.failed()
                let failure = Failure(explaining: error, file: name(input))
                // Nobody listens any more, or there was but one.
                guard failure.code != .brokenPipe, inputs.count > 1 else { throw failure }
                if !console.isJSON { console.report(failure) }
                failures.append(failure)
            }
        }
        guard failures.isEmpty else {
            let names = failures.compactMap { $0.file?.displayText }.joined(separator: ", ")
            throw Failure(
                summing: failures, all: failures.count == inputs.count,
                "\(failures.count) of \(inputs.count) inputs failed: \(names)")
        }
        if hasWarning { throw ExitStatus(code: FailureCode.partial.exitCode) }
    }
}
