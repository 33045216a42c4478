import Envelope
import FileIO

/// One run of a command into a container.
struct CommandRun {
    let producer: CommandProducer
    let encryption: Encryption
    let target: OutputOptions.Target
    let console: Console

    private var name: FileName { .path(producer.program.name) }

    /// Commits `file` if the command ended well and nobody wanted to stop it.
    func run(to file: OutputFile) throws {
        let display = ProgressDisplay(
            console, name: FileName.program(producer.program.name).displayText)
        defer { display.finish() }
        let summary: EncryptionSummary
        do {
            summary = try encryption.run(
                producer.program.output, to: file, progress: display.progress)
            guard producer.verdict == .whole else {
                throw producer.verdict.map(CommandProducer.Incomplete.verdict)
                    ?? CommandProducer.Incomplete.cancelled
            }
            try file.commit()
        } catch {
            display.finish()
            let reason = explain(error)
            console.tally.failed()
            console.tally.summarize(console)
            throw reason
        }
        SignalCleanup.hand(to: nil)
        display.finish()
        console.tally.done()
        console.tally.summarize(console)
        _ = try SealReport(verb: "run", source: name, target: target.name, summary)
            .show(console, besideData: target.isStandardOutput)
    }

    /// Returns when the command has ended too; not at all where a signal ends both.
    private func explain(_ error: any Error) -> any Error {
        switch reason(error) {
        case .notStarted(let reason):
            var failure = Failure(
                .producer, "cannot run \(name.displayText): \(reason.phrase)", file: name)
            failure.exitCode = reason == .noSuchFile ? 127 : 126
            return failure
        case .verdict(.interrupted(by: let signal)):
            _ = producer.program.wait()
            SignalCleanup.end(by: signal)
        case .verdict(.failed(let ending)):
            var failure = Failure(
                .producer, "\(name.displayText) \(Self.phrase(ending)): \(consequence)", file: name)
            failure.exitCode = ending.exitCode
            return failure
        case .verdict(.heldOpen):
            return Failure(
                .io,
                "\(name.displayText) ended with 0, but another process keeps its output open: "
                    + consequence,
                file: name,
                hints: [
                    "send the output of what is left running elsewhere: … > /dev/null",
                    "or wait for it longer: --drain SECONDS",
                ])
        case .verdict(.whole), .cancelled, nil:
            // Said before the command has ended, which may take long.
            let failure = Failure(explaining: error)
            guard producer.program.isRunning else { return failure }
            if failure.code != .brokenPipe {
                console.report(failure)
                producer.abandon()
                return ExitStatus(code: RunCommand.ownFailureExitCode)
            }
            producer.abandon()
            return failure
        }
    }

    /// Why it ended, where that was for the command. A read that was cancelled is one of those.
    private func reason(_ error: any Error) -> CommandProducer.Incomplete? {
        if let error = error as? CommandProducer.Incomplete { return error }
        guard let error = error as? FileError, error.isCancelledRead,
            let verdict = producer.verdict
        else {
            if case .interrupted = producer.verdict { return producer.verdict.map { .verdict($0) } }
            return nil
        }
        return .verdict(verdict)
    }

    private var consequence: String {
        switch target {
        case .path(let path) where !path.isWrittenStraight:
            "'\(path.displayText)' was not made"
        case .path, .standardOutput:
            "\(target.name.displayText) has a container without its end, which nobody opens"
        }
    }

    private static func phrase(_ ending: PipedProgram.Ending) -> String {
        switch ending {
        case .exited(let code): "ended with exit code \(code)"
        case .killed(by: let signal): "was ended by signal \(signal)"
        }
    }
}
