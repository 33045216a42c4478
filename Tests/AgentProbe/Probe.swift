import AgentTestSupport
import FileIO
import Glibc
import KeyAgent

/// An agent with a key file in it, in a process of its own.
///
/// - `serve N`: as coffer-agent does, for the program that started it.
/// - `listen DIR`: an agent of the session; writes `socket PATH` when it can be reached.
/// - `hang N`: greets nobody, and waits for ever.
@main
struct Probe {
    static func main() {
        let arguments = ProcessArguments.current()
        let services = AgentServices([KeyFileAgentService()])
        do throws(SystemError) {
            switch arguments.first {
            case "serve":
                let socket = try LocalSocket(adopting: ChildProgram.socketNumber)
                AgentServer(services: services).serve(socket)
            case "listen":
                let (listener, socket) = try LocalListener.make(
                    in: FilePath(argument: arguments[1]), name: "agent")
                print("socket \(socket.displayText)")
                fflush(nil)
                try AgentSession(listener, clock: KernelSessionClock(), idleLimit: .seconds(60))
                    .run(services)
                LocalListener.remove(socket)
            case "hang": while true { pause() }
            default: exit(64)
            }
        } catch {
            print("error: \(error.text)")
            exit(71)
        }
    }
}
