import ContainerFormat
import Dispatch
import FileIO
import Glibc
import KeyAgent
import PKCS11Token
import SecretMemory
import Synchronization
import TokenKeys

/// For Scripts/bench: how many nanoseconds wraps of a file key by a token take, the PIN being in
/// COFFER_PIN.
///
/// - `wraps MODULE URI COUNT`: in this process, as the agent does them.
/// - `asks SOCKET URI COUNT THREADS`: by the agent of a session, with so many under way at once.
/// - `round SOCKET COUNT`: no wraps, but requests to that agent with next to nothing to do.
enum WrapProbe {
    private static func binding() throws -> WrapBinding {
        guard let context = ContainerContext([(String, String)]()) else { throw Missing() }
        return WrapBinding(binder: [UInt8](repeating: 7, count: 32), context: context)
    }

    private struct Missing: Error {}

    static func wraps(_ arguments: [String]) -> Int32 {
        guard arguments.count == 3, let count = Int(arguments[2]) else { return 64 }
        do {
            let binding = try binding()
            let uri = try TokenURI(arguments[1])
            let token = try Token(uri: uri, modulePath: arguments[0]) { pin() }
            let key = try TokenKey(token: token, uri: uri)
            let secret = SecretBytes(randomByteCount: TokenKey.secretByteCount)
            // The first finds out which mechanism the token has.
            _ = try key.wrap(secret, binder: binding.binder)
            let start = ContinuousClock.now
            for _ in 0..<count { _ = try key.wrap(secret, binder: binding.binder) }
            tell(.now - start)
            return 0
        } catch {
            print(error)
            return 1
        }
    }

    static func asks(_ arguments: [String]) -> Int32 {
        guard arguments.count == 4, let count = Int(arguments[2]),
            let threads = Int(arguments[3]), threads > 0
        else { return 64 }
        do {
            let binding = try binding()
            let launcher = AgentLauncher(
                sessionSocket: FilePath(argument: arguments[0]), program: nil)
            let key = try launcher.launch().open(AgentReference(uri: arguments[1]), pin: pin())
            let secret = SecretBytes(randomByteCount: TokenKey.secretByteCount)
            _ = try key.wrap(secret, binding)
            let failures = Atomic(0)
            let start = ContinuousClock.now
            DispatchQueue.concurrentPerform(iterations: threads) { _ in
                let secret = SecretBytes(randomByteCount: TokenKey.secretByteCount)
                for _ in 0..<(count / threads) where (try? key.wrap(secret, binding)) == nil {
                    failures.add(1, ordering: .relaxed)
                }
            }
            tell(.now - start)
            return failures.load(ordering: .relaxed) == 0 ? 0 : 1
        } catch {
            print(error)
            return 1
        }
    }

    static func round(_ arguments: [String]) -> Int32 {
        guard arguments.count == 2, let count = Int(arguments[1]) else { return 64 }
        do {
            let launcher = AgentLauncher(
                sessionSocket: FilePath(argument: arguments[0]), program: nil)
            let client = try launcher.launch()
            let start = ContinuousClock.now
            for _ in 0..<count { _ = try client.status() }
            tell(.now - start)
            return 0
        } catch {
            print(error)
            return 1
        }
    }

    private static func pin() -> SecretBytes? {
        ProcessEnvironment.current()["COFFER_PIN"].map {
            unsafe SecretBytes(copying: $0.span.bytes)
        }
    }

    private static func tell(_ time: Duration) {
        print(time.components.seconds * 1_000_000_000 + time.components.attoseconds / 1_000_000_000)
    }
}
