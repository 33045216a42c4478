import ArgumentParser
import FileIO
import Glibc
import SecretMemory

/// The program's beginning and its one end.
@main
enum Program {
    static func main() async {
        StandardDescriptors.fillMissing()
        ProcessProtection.forbidDumps()
        ProcessProtection.forbidBacktraces()
        SignalCleanup.install()
        // From here, so that every owner of a secret has gone and wiped it.
        let code = await run(ProcessArguments.current())
        SignalCleanup.discardUnfinished()
        exit(code)
    }

    private static func run(_ arguments: [String]) async -> Int32 {
        var command: any ParsableCommand
        do {
            command = try DaemonCommand.parseAsRoot(arguments)
        } catch {
            let text = DaemonCommand.fullMessage(for: error)
            guard DaemonCommand.exitCode(for: error) == .success else {
                Console.writeError("\(text)\n")
                return Failure.Code.usage.rawValue
            }
            return printed(text + "\n")
        }
        do {
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return 0
        } catch let status as ExitStatus {
            return status.code.rawValue
        } catch {
            if DaemonCommand.exitCode(for: error) == .success {
                return printed(DaemonCommand.fullMessage(for: error) + "\n")
            }
            let failure = Failure(explaining: error)
            failure.report()
            return failure.code.rawValue
        }
    }

    private static func printed(_ text: String) -> Int32 {
        do throws(FileError) {
            try Console.write(text)
            return 0
        } catch {
            return Failure(error).code.rawValue
        }
    }
}

/// A verb that has said everything itself ends with this code.
struct ExitStatus: Error {
    let code: Failure.Code
}
