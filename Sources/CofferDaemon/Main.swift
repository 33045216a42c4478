import ArgumentParser
import Dispatch
import FileIO
import Glibc
import SecretMemory
import Synchronization

/// The program's beginning and its one end.
///
/// `main` is not async: then the main thread would wait in sigsuspend(2) with no signal blocked, and
/// SIGTERM would end the process there. So nothing runs on the main actor.
@main
enum Program {
    static func main() {
        StandardDescriptors.fillMissing()
        ProcessProtection.forbidDumps()
        ProcessProtection.forbidBacktraces()
        SignalCleanup.install()
        let code = Mutex<Int32>(0)
        let ended = DispatchSemaphore(value: 0)
        Task.detached {
            let result = await run(ProcessArguments.current())
            code.withLock { $0 = result }
            ended.signal()
        }
        ended.wait()
        // From here, so that every owner of a secret has gone and wiped it.
        SignalCleanup.discardUnfinished()
        exit(code.withLock { $0 })
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
