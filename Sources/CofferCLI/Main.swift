import ArgumentParser
import FileIO
import Glibc
import SecretMemory

/// The program's beginning and its one end.
@main
enum Program {
    static func main() {
        StandardDescriptors.fillMissing()
        ProcessProtection.forbidDumps()
        ProcessProtection.forbidBacktraces()
        SignalCleanup.install()
        // From here, so that every owner of a secret has gone and wiped it.
        let code = run(ProcessArguments.current())
        SignalCleanup.discardUnfinished()
        exit(code)
    }

    private static func run(_ arguments: [String]) -> Int32 {
        var console = Console()
        // Known before parsing, as a failure to parse is reported so too.
        console.isJSON = arguments.prefix { $0 != "--" }.contains("--json")
        console.usesColor = Console.hasColor
        // Answered before the parser is set up, which takes longer than all the rest of it.
        if arguments == ["version"] { return printed(Version.line, console) }
        let (verb, rest) = VerbTable.find(CompressionLevelFlags.expand(arguments))
        var command: any ParsableCommand
        do {
            command = try verb.parseAsRoot(rest)
        } catch {
            return end(parsing: error, of: verb, console)
        }
        do {
            try command.run()
            return 0
        } catch let status as ExitStatus {
            return status.code
        } catch {
            if verb.exitCode(for: error) == .success {
                return end(parsing: error, of: verb, console)
            }
            let failure = Failure(explaining: error)
            console.report(failure)
            return failure.code.exitCode
        }
    }

    private static func printed(_ text: String, _ console: Console) -> Int32 {
        do throws(FileError) {
            try StandardStreams.writeOutput(text)
            return 0
        } catch {
            console.report(Failure(error))
            return Failure(error).code.exitCode
        }
    }

    /// Help that was asked for, or arguments that are wrong.
    private static func end(
        parsing error: any Error, of verb: any ParsableCommand.Type, _ console: Console
    ) -> Int32 {
        let full = verb.fullMessage(for: error)
        guard verb.exitCode(for: error) != .success else {
            return printed(full + "\n", console)
        }
        let failure = UsageMessage.failure(
            message: verb.message(for: error), full: full)
        console.report(failure)
        return verb == RunCommand.self
            ? RunCommand.ownFailureExitCode : failure.code.exitCode
    }
}
